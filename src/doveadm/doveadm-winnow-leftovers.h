#ifndef DOVEADM_WINNOW_LEFTOVERS_H
#define DOVEADM_WINNOW_LEFTOVERS_H

struct mailbox;

/* What stays behind in a mailbox when winnow is taken off. */

/* Whether the mailbox's index has records. */
bool doveadm_winnow_leftover_records(struct mailbox *box);

/* Whether the rules of a virtual mailbox name X-WINNOW: without winnow the
   mailbox can't be opened. Returns 1 or 0, or -1 if the rules can't be read;
   error_r tells why. */
int doveadm_winnow_leftover_rules(struct mailbox *box, const char **error_r);

#endif
