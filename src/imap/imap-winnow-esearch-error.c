#include "imap-common.h"
#include "imap-winnow-esearch-error.h"

/* Errors that say no more than that there is nothing to search: whether a
   mailbox is not there or may not be read, nobody is to learn. */
static bool open_error_is_silent(enum mail_error error)
{
	switch (error) {
	case MAIL_ERROR_NOTFOUND:
	case MAIL_ERROR_PERM:
	case MAIL_ERROR_PARAMS:
	case MAIL_ERROR_NOTPOSSIBLE:
	case MAIL_ERROR_EXPUNGED:
		return TRUE;
	default:
		return FALSE;
	}
}

/* The mailbox, or one of its messages, has been deleted meanwhile. */
static bool search_error_is_silent(enum mail_error error)
{
	return error == MAIL_ERROR_NOTFOUND || error == MAIL_ERROR_EXPUNGED;
}

static void
error_take(struct imap_winnow_esearch_error *error_r,
	   struct client_command_context *cmd, struct mailbox *box,
	   bool (*is_silent)(enum mail_error error))
{
	enum mail_error error;
	const char *text = mailbox_get_last_error(box, &error);

	if (is_silent(error))
		return;
	error_r->text = p_strdup(cmd->pool, text);
	error_r->error = error;
}

void imap_winnow_esearch_error_opening(
	struct imap_winnow_esearch_error *error_r,
	struct client_command_context *cmd, struct mailbox *box)
{
	error_take(error_r, cmd, box, open_error_is_silent);
}

void imap_winnow_esearch_error_searching(
	struct imap_winnow_esearch_error *error_r,
	struct client_command_context *cmd, struct mailbox *box)
{
	error_take(error_r, cmd, box, search_error_is_silent);
}
