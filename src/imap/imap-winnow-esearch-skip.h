#ifndef IMAP_WINNOW_ESEARCH_SKIP_H
#define IMAP_WINNOW_ESEARCH_SKIP_H

#include "mail-storage.h"

struct mail_search_arg;

/* Which mailboxes a search program can't match in, by what STATUS says of
   them: Dovecot's list index often knows that of mailboxes that aren't open. */

/* What has to be known of a mailbox. */
enum mailbox_status_items
imap_winnow_skip_items(const struct mail_search_arg *args);

/* Whether no message can match. The arguments are as they were built, for no
   mailbox in particular; the status has the items asked for. */
bool imap_winnow_skip_is_sure(const struct mail_search_arg *args,
			      const struct mailbox_status *status);

#endif
