#ifndef WINNOW_SEARCH_GUARD_H
#define WINNOW_SEARCH_GUARD_H

struct mailbox;

/* For mailboxes of users for whom winnow is off. The search key is known to
   the whole process, and nobody would answer it: NOT X-WINNOW SPAM would match
   everything. So a search that has it fails, and matches nothing. */
void winnow_search_guard_hook(struct mailbox *box);

#endif
