#ifndef IMAP_WINNOW_CLEAN_H
#define IMAP_WINNOW_CLEAN_H

struct client;
struct client_command_context;
struct imap_arg;
struct mailbox;
struct winnow_clean_report;

/* Transparent search: for clients that know nothing of winnow, a search that a
   person typed leaves spam out. The tagged OK tells how much with
   [X-WINNOW SKIPPED n], or with [X-WINNOW SHOWN n] that only spam was found.
   SEARCH, SORT and THREAD in both forms do so by themselves; ESEARCH uses the
   functions below. */

/* Returns a report for the command's searches to fill if they are to be clean
   ones, NULL if not. program is the client's, with all FILTERs expanded;
   options are those of RETURN, or NULL. The command's tagged OK will tell what
   the report says by then. */
struct winnow_clean_report *
imap_winnow_clean_begin(struct client_command_context *cmd,
			const struct imap_arg *options,
			const struct imap_arg *program);

/* Whether such a command leaves spam out in this mailbox, which is open: not in
   \Trash, \Drafts and \Sent, nor in \Junk if the client named it, and not
   where mail is elsewhere. */
bool imap_winnow_clean_mailbox_allows(struct mailbox *box, bool named);

void imap_winnow_clean_client_created(struct client *client);
void imap_winnow_clean_init(void);
void imap_winnow_clean_deinit(void);

#endif
