#ifndef IMAP_WINNOW_ESEARCH_RUN_H
#define IMAP_WINNOW_ESEARCH_RUN_H

#include "winnow-clean.h"
#include "imap-winnow-esearch-error.h"

struct client_command_context;
struct imap_search_context;
struct imap_winnow_esearch_mailbox;
struct imap_winnow_esearch_program;
struct imap_winnow_narrow_plan;

/* An ESEARCH in one mailbox. */

struct imap_winnow_esearch_run;

/* Begins to search the mailbox. Returns NULL as imap_winnow_esearch_open().
   Two of them are never open at a time.

   The selected mailbox is searched as the client knows it. Others are opened
   for themselves, so the client may select whatever it wants meanwhile. The
   look counts where spam is left out; the plan is the one for this program. */
struct imap_winnow_esearch_run *
imap_winnow_esearch_run_begin(
	struct client_command_context *cmd,
	const struct imap_winnow_esearch_mailbox *mailbox,
	const struct imap_winnow_esearch_program *program,
	struct imap_winnow_narrow_plan *plan, enum winnow_clean_look look,
	struct imap_search_context *options,
	struct imap_winnow_esearch_error *error_r);

/* Searches on for a while. Returns FALSE if there is more to search. */
bool imap_winnow_esearch_run_more(struct imap_winnow_esearch_run *run);

/* How many messages have matched so far. */
unsigned int
imap_winnow_esearch_run_matches(const struct imap_winnow_esearch_run *run);

/* How much of the mailbox has been searched, 0..99 percent. */
unsigned int
imap_winnow_esearch_run_percent(const struct imap_winnow_esearch_run *run);

/* Closes the mailbox. Appends the response to the line if there is one, unless
   the command is cancelled. lost_data_r tells that messages were expunged
   under the search. Sets the error if the search failed and the client is to
   hear of it. */
void imap_winnow_esearch_run_end(struct imap_winnow_esearch_run **run,
				 string_t *line, bool *lost_data_r,
				 struct imap_winnow_esearch_error *error_r);

#endif
