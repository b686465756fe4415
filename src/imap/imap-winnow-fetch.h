#ifndef IMAP_WINNOW_FETCH_H
#define IMAP_WINNOW_FETCH_H

/* The item X-WINNOW of FETCH, NOTIFY and SEARCH RETURN (UPDATE (...)). */

void imap_winnow_fetch_init(void);
void imap_winnow_fetch_deinit(void);

#endif
