#ifndef WINNOW_SEARCH_MAILBOX_H
#define WINNOW_SEARCH_MAILBOX_H

struct mailbox;
struct mailbox_vfuncs;

/* Some of a mailbox's functions are called for each message of each search,
   also of those by which Dovecot fetches or copies. So winnow's stand before
   them only as long as there is a search that needs them. */

/* Puts search_next_nonblock, search_next_update_seq and search_next_match_mail
   of ours in the place of the mailbox's; to be called once for each search. */
void winnow_search_mailbox_enter(struct mailbox *box,
				 const struct mailbox_vfuncs *ours);
/* At the end of each search that entered; the last one puts them back. */
void winnow_search_mailbox_leave(struct mailbox *box);

/* Those that were there: ours call them, also for searches that are none of
   winnow's. */
const struct mailbox_vfuncs *winnow_search_mailbox_super(struct mailbox *box);

#endif
