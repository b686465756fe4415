#include "imap-common.h"
#include "mail-index-private.h"
#include "mail-storage-private.h"
#include "maildir-storage.h"
#include "imap-winnow-esearch-sync.h"

/* Whether the list looks at the directories of a Maildir, into which anybody
   may lay a message. */
static bool sync_list_sees_maildir(struct mailbox *box)
{
	const struct maildir_mailbox *mbox = MAILDIR_MAILBOX(box);

	return !mbox->storage->set->maildir_very_dirty_syncs;
}

/* Whether the list sees every change: it looks at the size and the time of the
   index's log, which has all changes but those of a Maildir's directories. */
static bool sync_list_sees_changes(struct mailbox *box)
{
	const char *storage = box->storage->name;

	if (box->storage->set->mailbox_list_index_very_dirty_syncs)
		return FALSE;
	return strcmp(storage, "sdbox") == 0 || strcmp(storage, "mdbox") == 0 ||
		(strcmp(storage, MAILDIR_STORAGE_NAME) == 0 &&
		 sync_list_sees_maildir(box));
}

/* Whether the index was read just now, needed no mending, and has as many
   messages as the list knows: one that can't be read is begun anew. */
static bool
sync_index_is_whole(struct mailbox *box, const struct mailbox_status *listed)
{
	return box->index->open_count == 1 && !box->index->fscked &&
		mail_index_view_get_messages_count(box->view) ==
		listed->messages;
}

int imap_winnow_esearch_sync(struct mailbox *box,
			     const struct mailbox_status *listed)
{
	struct mailbox_status status;

	if (box->synced)
		return 0;
	if (listed == NULL || !sync_list_sees_changes(box) ||
	    !sync_index_is_whole(box, listed) ||
	    mailbox_get_private_flags_mask(box) != 0)
		return mailbox_sync(box, MAILBOX_SYNC_FLAG_FAST);
	/* This has Dovecot find out which messages are recent. */
	mailbox_get_open_status(box, STATUS_RECENT, &status);
	return 0;
}
