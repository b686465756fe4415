#ifndef IMAP_WINNOW_ESEARCH_LOOP_H
#define IMAP_WINNOW_ESEARCH_LOOP_H

struct mailbox_info;

/* RFC 7377 section 2.2: a hierarchy may lead back into itself, by links in the
   file system. What lies behind such a link is left out once it repeats. */

struct imap_winnow_loops;

struct imap_winnow_loops *imap_winnow_loops_init(void);
void imap_winnow_loops_deinit(struct imap_winnow_loops **loops);

/* Whether the mailbox, or one above it, is the same as another one above
   that. To be asked for mailboxes before those below them. */
bool imap_winnow_loops_have(struct imap_winnow_loops *loops,
			    const struct mailbox_info *info);

/* The name of the mailbox above: "" for those at the top, and NULL for "". */
const char *imap_winnow_vname_parent(const char *vname, char sep);

#endif
