#include "imap-common.h"
#include "array.h"
#include "str.h"
#include "imap-resp-code.h"
#include "imap-commands.h"
#include "imap-feature.h"
#include "imap-winnow-esearch-queue.h"
#include "imap-winnow-esearch-request.h"
#include "imap-winnow-esearch-run.h"
#include "imap-winnow-esearch-walk.h"
#include "imap-winnow-weak.h"

/* Returns 1, or -1 if the command has been answered. */
static int walk_list(struct imap_winnow_esearch_walk *walk, pool_t pool)
{
	struct client_command_context *cmd = walk->cmd;
	struct mailbox_list *failed;

	switch (imap_winnow_esearch_mailboxes_list(pool, cmd->client,
						   &walk->request->sources,
						   &walk->mailboxes,
						   &failed)) {
	case IMAP_WINNOW_ESEARCH_MAILBOXES_OK:
		return 1;
	case IMAP_WINNOW_ESEARCH_MAILBOXES_TOO_MANY:
		client_send_tagline(cmd, "NO ["IMAP_RESP_CODE_LIMIT"] "
				    "Too many mailboxes to search at once");
		return -1;
	case IMAP_WINNOW_ESEARCH_MAILBOXES_FAILED:
		client_send_list_error(cmd, failed);
		return -1;
	}
	i_unreached();
}

static bool walk_has_selected(const struct imap_winnow_esearch_walk *walk)
{
	const struct imap_winnow_esearch_mailbox *first;

	if (array_count(&walk->mailboxes) == 0)
		return FALSE;
	first = array_front(&walk->mailboxes);
	return first->selected;
}

/* The selected mailbox comes first, and as long as it is searched the command
   is to Dovecot what SEARCH or UID SEARCH is. After that the client may select
   another one, or idle. Returns as walk_list(), or 0 if it waits. */
static int walk_claim_selected(struct imap_winnow_esearch_walk *walk)
{
	struct client_command_context *cmd = walk->cmd;

	if (!walk_has_selected(walk)) {
		cmd->cmd_flags = 0;
		return 1;
	}
	if (!walk->request->program.have_seqsets)
		return 1;
	if (imap_winnow_esearch_waits_for_numbers(cmd))
		return 0;
	cmd->cmd_flags = COMMAND_FLAG_USES_SEQS;
	return 1;
}

int imap_winnow_esearch_walk_begin(struct imap_winnow_esearch_walk *walk_r,
				   struct client_command_context *cmd,
				   pool_t pool,
				   struct imap_winnow_esearch_request *request)
{
	int ret;

	i_zero(walk_r);
	walk_r->cmd = cmd;
	walk_r->request = request;
	walk_r->look = WINNOW_CLEAN_WITHOUT_SPAM;
	if ((ret = walk_list(walk_r, pool)) <= 0 ||
	    (ret = walk_claim_selected(walk_r)) <= 0)
		return ret;
	if (request->program.have_modseqs) {
		request->options.return_options |= SEARCH_RETURN_MODSEQ;
		(void)client_enable(cmd->client, imap_feature_condstore);
	}
	imap_winnow_narrow_plan_for(&walk_r->plan, cmd->client->user,
				    request->program.args);
	return 1;
}

/* Then the selected mailbox must stay what it is. */
static bool walk_looks_again_later(const struct imap_winnow_esearch_walk *walk)
{
	return walk->request->program.clean != NULL && !walk->found &&
		walk->look == WINNOW_CLEAN_WITHOUT_SPAM;
}

/* Returns TRUE if there are mailboxes to be searched again. */
static bool walk_look_again(struct imap_winnow_esearch_walk *walk)
{
	if (!walk_looks_again_later(walk) ||
	    walk->request->program.clean->skipped == 0)
		return FALSE;
	walk->look = WINNOW_CLEAN_ONLY_SPAM;
	walk->request->program.clean->skipped = 0;
	walk->idx = 0;
	return TRUE;
}

/* Closes the mailbox, and remembers what the second look has to know. */
static void
walk_close_run(struct imap_winnow_esearch_walk *walk, string_t *line,
	       bool *lost_data_r, struct imap_winnow_esearch_error *error_r)
{
	const struct winnow_clean_report *clean = walk->request->program.clean;
	unsigned int skipped = clean == NULL ? 0 : clean->skipped;
	struct imap_winnow_esearch_mailbox *mailbox =
		array_idx_modifiable(&walk->mailboxes, walk->idx - 1);

	if (imap_winnow_esearch_run_matches(walk->run) > 0)
		walk->found = TRUE;
	imap_winnow_esearch_run_end(&walk->run, line, lost_data_r, error_r);
	if (clean != NULL && clean->skipped > skipped)
		mailbox->skipped = TRUE;
}

/* Returns FALSE if the client doesn't read what it is sent. */
static bool walk_end_run(struct imap_winnow_esearch_walk *walk)
{
	struct client_command_context *cmd = walk->cmd;
	string_t *line = str_new(default_pool, 256);
	struct imap_winnow_esearch_error error = { .text = NULL };
	bool reads = TRUE, lost_data;

	walk_close_run(walk, line, &lost_data, &error);
	if (lost_data)
		walk->lost_data = TRUE;
	if (error.text != NULL && walk->error.text == NULL)
		walk->error = error;
	if (str_len(line) > 0)
		reads = client_send_line_next(cmd->client, str_c(line)) != 0;
	str_free(&line);
	if (walk->idx < array_count(&walk->mailboxes) &&
	    !walk_looks_again_later(walk))
		cmd->cmd_flags = 0;
	return reads;
}

enum imap_winnow_esearch_progress
imap_winnow_esearch_walk_step(struct imap_winnow_esearch_walk *walk)
{
	struct imap_winnow_esearch_error error = { .text = NULL };
	const struct imap_winnow_esearch_mailbox *mailbox;

	if (walk->run == NULL) {
		if (walk->idx == array_count(&walk->mailboxes) &&
		    !walk_look_again(walk))
			return IMAP_WINNOW_ESEARCH_ENDS;
		mailbox = array_idx(&walk->mailboxes, walk->idx++);
		if (walk->look == WINNOW_CLEAN_ONLY_SPAM && !mailbox->skipped)
			return IMAP_WINNOW_ESEARCH_GOES_ON;
		walk->run = imap_winnow_esearch_run_begin(walk->cmd,
			mailbox, &walk->request->program, &walk->plan,
			walk->look, &walk->request->options, &error);
		if (error.text != NULL && walk->error.text == NULL)
			walk->error = error;
		if (walk->run == NULL)
			return IMAP_WINNOW_ESEARCH_GOES_ON;
	}
	if (!imap_winnow_esearch_run_more(walk->run))
		return IMAP_WINNOW_ESEARCH_PAUSES;
	return walk_end_run(walk) ? IMAP_WINNOW_ESEARCH_GOES_ON :
		IMAP_WINNOW_ESEARCH_BLOCKED;
}

void imap_winnow_esearch_walk_break_off(struct imap_winnow_esearch_walk *walk)
{
	if (walk->run != NULL)
		(void)walk_end_run(walk);
}

unsigned int
imap_winnow_esearch_walk_done(const struct imap_winnow_esearch_walk *walk,
			      unsigned int *percent_r)
{
	if (walk->run == NULL) {
		*percent_r = 0;
		return walk->idx;
	}
	*percent_r = imap_winnow_esearch_run_percent(walk->run);
	return walk->idx - 1;
}

bool imap_winnow_esearch_walk_stays(const struct imap_winnow_esearch_walk *walk)
{
	return array_count(&walk->mailboxes) == 1 && walk_has_selected(walk);
}
