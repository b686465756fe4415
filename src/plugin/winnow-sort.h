#ifndef WINNOW_SORT_H
#define WINNOW_SORT_H

struct mail;
struct mailbox_transaction_context;

/* Sorting by level, messages without one first. Dovecot's sort keys are a
   closed set, so a command that sorts by X-WINNOW goes by the name of one that
   asks the mails for a number of theirs. IMAP's RELEVANCY stands in for it in
   the command; in the search it becomes POP3's order, which IMAP clients can't
   ask for and full text search knows nothing of. */

/* What stands in for X-WINNOW in the arguments of SORT. */
#define WINNOW_SORT_STAND_IN "RELEVANCY"

/* Has the next search that is sorted by the stand-in sorted by level, or takes
   that back. */
void winnow_sort_expect(bool expected);

/* Returns the program to be used in the search: another one, in the data
   stack, if this is the search that was expected. The mails that are allocated
   in the transaction from then on know what they are asked for. */
const enum mail_sort_type *
winnow_sort_program(struct mailbox_transaction_context *t,
		    const enum mail_sort_type *program);

/* The hook of Dovecot's storage. */
void winnow_sort_mail_allocated(struct mail *mail);

#endif
