#ifndef IMAP_WINNOW_KEY_H
#define IMAP_WINNOW_KEY_H

/* The search key X-WINNOW of SEARCH, SORT, THREAD and ESEARCH: there for those
   to whom it is offered. */

void imap_winnow_key_init(void);
void imap_winnow_key_deinit(void);

#endif
