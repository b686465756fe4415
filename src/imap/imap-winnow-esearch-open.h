#ifndef IMAP_WINNOW_ESEARCH_OPEN_H
#define IMAP_WINNOW_ESEARCH_OPEN_H

struct client_command_context;
struct mailbox;
struct imap_winnow_esearch_error;
struct imap_winnow_esearch_mailbox;
struct imap_winnow_esearch_program;

/* Opens a mailbox for itself, as EXAMINE would, and synchronizes it. Returns
   NULL if there is nothing to be found: it is not there, may not be read, or
   surely has no match; or, with the error set, if it can't be opened. To be
   given back with mailbox_free(). */
struct mailbox *
imap_winnow_esearch_open(struct client_command_context *cmd,
			 const struct imap_winnow_esearch_mailbox *mailbox,
			 const struct imap_winnow_esearch_program *program,
			 struct imap_winnow_esearch_error *error_r);

#endif
