#ifndef IMAP_WINNOW_ESEARCH_ERROR_H
#define IMAP_WINNOW_ESEARCH_ERROR_H

#include "mail-error.h"

struct mailbox;
struct client_command_context;

/* Why a mailbox could not be searched, though it is there and may be read: of
   that alone the client hears. */
struct imap_winnow_esearch_error {
	/* NULL: none; lives as long as the command */
	const char *text;
	enum mail_error error;
};

/* Take the mailbox's last error, that of opening or of searching it, if it is
   to be told; otherwise leave *error_r alone. */
void imap_winnow_esearch_error_opening(
	struct imap_winnow_esearch_error *error_r,
	struct client_command_context *cmd, struct mailbox *box);
void imap_winnow_esearch_error_searching(
	struct imap_winnow_esearch_error *error_r,
	struct client_command_context *cmd, struct mailbox *box);

#endif
