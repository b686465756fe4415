#include "imap-common.h"
#include "mail-storage-private.h"
#include "mail-search.h"
#include "imap-winnow-esearch-error.h"
#include "imap-winnow-esearch-mailboxes.h"
#include "imap-winnow-esearch-program.h"
#include "imap-winnow-esearch-skip.h"
#include "imap-winnow-esearch-sync.h"
#include "imap-winnow-esearch-open.h"

/* What is known of a mailbox without opening it often says that nothing can
   match; what only opening it can tell, Dovecot opens it for. Where flags are
   kept per user, the number of messages is all that is sure.
   Returns 1 if nothing can match, -1 if it can't be opened. */
static int
open_can_skip(struct mailbox *box, const struct mail_search_arg *args,
	      struct mailbox_status *status_r)
{
	enum mailbox_status_items items = imap_winnow_skip_items(args);
	bool private_flags = mailbox_get_private_flags_mask(box) != 0;

	if (private_flags)
		items = STATUS_MESSAGES;
	i_zero(status_r);
	if (mailbox_get_status(box, items, status_r) < 0)
		return -1;
	return (private_flags ? status_r->messages == 0 :
		imap_winnow_skip_is_sure(args, status_r)) ? 1 : 0;
}

/* A mailbox that would be created by being opened has no messages. */
static bool open_is_there(struct mailbox *box)
{
	enum mailbox_existence existence;

	return !mailbox_is_autocreated(box) || box->inbox_user ||
		(mailbox_exists(box, FALSE, &existence) == 0 &&
		 existence == MAILBOX_EXISTENCE_SELECT);
}

/* Returns as open_can_skip(). In the mailboxes of others rights come first:
   time would tell a mailbox that may not be read from one that is not there.
   Sets *listed_r if Dovecot's list of mailboxes could say status_r: where it
   can't, for instance because the mailbox has changed, Dovecot opens it. */
static int
open_or_skip(struct mailbox *box,
	     const struct imap_winnow_esearch_program *program,
	     struct mailbox_status *status_r, bool *listed_r)
{
	int ret = 0;

	*listed_r = FALSE;
	if (mailbox_get_namespace(box)->type == MAIL_NAMESPACE_TYPE_PRIVATE) {
		ret = open_can_skip(box, program->args->args, status_r);
		*listed_r = ret == 0 && !box->opened;
	}
	if (ret == 0 && !box->opened)
		ret = mailbox_open(box);
	return ret;
}

/* Returns 1 if it is open, 0 if there is nothing to be found in it. */
static int
open_synced(struct mailbox *box,
	    const struct imap_winnow_esearch_program *program)
{
	struct mailbox_status status;
	bool listed;
	int ret;

	if (!open_is_there(box))
		return 0;
	ret = open_or_skip(box, program, &status, &listed);
	if (ret != 0)
		return ret < 0 ? -1 : 0;
	if (program->have_modseqs &&
	    mailbox_enable(box, MAILBOX_FEATURE_CONDSTORE) < 0)
		return -1;
	ret = imap_winnow_esearch_sync(box, listed ? &status : NULL);
	return ret < 0 ? -1 : 1;
}

struct mailbox *
imap_winnow_esearch_open(struct client_command_context *cmd,
			 const struct imap_winnow_esearch_mailbox *mailbox,
			 const struct imap_winnow_esearch_program *program,
			 struct imap_winnow_esearch_error *error_r)
{
	struct mail_namespace *ns = mail_namespace_find(
		cmd->client->user->namespaces, mailbox->vname);
	struct mailbox *box;
	int ret = 0;

	box = mailbox_alloc(ns->list, mailbox->vname, MAILBOX_FLAG_READONLY);
	if (mailbox->named || box->virtual_vfuncs == NULL)
		ret = open_synced(box, program);
	if (ret > 0)
		return box;
	if (ret < 0)
		imap_winnow_esearch_error_opening(error_r, cmd, box);
	mailbox_free(&box);
	return NULL;
}
