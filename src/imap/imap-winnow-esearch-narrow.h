#ifndef IMAP_WINNOW_ESEARCH_NARROW_H
#define IMAP_WINNOW_ESEARCH_NARROW_H

#include "seq-range-array.h"
#include "winnow-search.h"
#include "imap-winnow-esearch-bytes.h"

struct mail_user;
struct mailbox;
struct mailbox_transaction_context;
struct mail_search_args;

/* Where words are looked for in the text of messages, this is done first in
   their bytes (imap-winnow-esearch-bytes.h), and Dovecot searches the messages
   that are left: for the whole program, so it finds in them what it would have
   found. */

/* For one command. Begins zeroed. */
struct imap_winnow_narrow_plan {
	/* a word without which no message matches; "": no use */
	char word[IMAP_WINNOW_BYTES_WORD_MAX + 1];
	/* Messages looked at, and those that had to be searched nevertheless */
	unsigned int seen, left;
};

/* Plans for a program. */
void imap_winnow_narrow_plan_for(struct imap_winnow_narrow_plan *plan,
				 struct mail_user *user,
				 const struct mail_search_args *args);

/* Whether it is of use in a mailbox: reading its messages must be cheap, and
   most that the command has met must not have had to be searched. */
bool imap_winnow_narrow_pays(const struct imap_winnow_narrow_plan *plan,
			     struct mailbox *box);

struct imap_winnow_narrow;

/* The transaction must outlive it. Takes the arguments, which are the program
   without its words, and gives them back with _end(). */
struct imap_winnow_narrow *
imap_winnow_narrow_begin(struct imap_winnow_narrow_plan *plan,
			 struct mailbox_transaction_context *t,
			 struct mail_search_args *args);
/* Looks at messages for a while. Returns FALSE if there are more. */
bool imap_winnow_narrow_more(struct imap_winnow_narrow *narrow);
/* Adds the UIDs of those that may match; there can be UIDs of none. Returns
   whether messages were expunged meanwhile, and this half of the search. */
bool imap_winnow_narrow_end(struct imap_winnow_narrow **narrow,
			    ARRAY_TYPE(seq_range) *uids,
			    struct winnow_search_half *half_r);

#endif
