#ifndef IMAP_WINNOW_SORT_H
#define IMAP_WINNOW_SORT_H

/* The sort key X-WINNOW of SORT and UID SORT. */

void imap_winnow_sort_init(void);
void imap_winnow_sort_deinit(void);

#endif
