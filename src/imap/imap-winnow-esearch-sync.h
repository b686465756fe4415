#ifndef IMAP_WINNOW_ESEARCH_SYNC_H
#define IMAP_WINNOW_ESEARCH_SYNC_H

struct mailbox;
struct mailbox_status;

/* Brings a mailbox that was opened to be searched up to date. It does not look
   for changes where opening it has surely read all that there is: that look takes
   a quarter of a search by the index, two fifths in Maildir. listed: its number of
   messages by Dovecot's list of mailboxes, which had not seen it change just
   before it was opened; NULL if the list could not say.
   Returns 0, or -1 with an error set in the mailbox. */
int imap_winnow_esearch_sync(struct mailbox *box,
			     const struct mailbox_status *listed);

#endif
