#ifndef IMAP_WINNOW_FILTER_SEARCH_H
#define IMAP_WINNOW_FILTER_SEARCH_H

/* Has the filters in Dovecot's own search commands expanded. Hooks of these
   commands that are registered later see no filters any more. */
void imap_winnow_filter_search_init(void);

#endif
