#ifndef IMAP_WINNOW_STATUS_H
#define IMAP_WINNOW_STATUS_H

/* The items X-WINNOW-SPAM and X-WINNOW-UNSEEN of STATUS. Dovecot's items are a
   closed set, so a STATUS that asks for one of ours is answered here, with
   Dovecot's own functions for the others. LIST RETURN (STATUS (...)) does not
   know them. */

void imap_winnow_status_init(void);

#endif
