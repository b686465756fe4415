#include "imap-common.h"
#include "array.h"
#include "ioloop.h"
#include "ostream.h"
#include "str.h"
#include "time-util.h"
#include "imap-quote.h"
#include "imap-resp-code.h"
#include "imap-commands.h"
#include "imap-feature.h"
#include "imap-search.h"
#include "winnow-compat.h"
#include "imap-winnow-client.h"
#include "imap-winnow-esearch-source.h"
#include "imap-winnow-esearch-mailboxes.h"
#include "imap-winnow-esearch-narrow.h"
#include "imap-winnow-esearch-program.h"
#include "imap-winnow-esearch-queue.h"
#include "imap-winnow-esearch-run.h"
#include "imap-winnow-search-args.h"
#include "imap-winnow-esearch.h"
#include "imap-winnow-weak.h"

/* So long mailboxes are searched before others have a turn, */
#define ESEARCH_SLICE_USECS 50000
/* so long a command waits that may not write, */
#define ESEARCH_LOCKED_MSECS 50
/* and so often the client hears that it is still alive. */
#define ESEARCH_PROGRESS_SECS 10

struct esearch {
	pool_t pool;
	struct client_command_context *cmd;

	ARRAY_TYPE(imap_winnow_source) sources;
	/* only what RETURN says is used of it */
	struct imap_search_context options;
	struct imap_winnow_esearch_program program;
	struct imap_winnow_narrow_plan plan;
	ARRAY_TYPE(imap_winnow_esearch_mailbox) mailboxes;

	/* the next mailbox, and the one before while it is searched */
	unsigned int idx;
	struct imap_winnow_esearch_run *run;
	/* First all mailboxes are searched without spam. If nothing is found,
	   those where some was left out are searched again for that. */
	enum winnow_clean_look look;
	bool found;
	/* The command is called again; NULL while it runs for the first time,
	   or waits for the client to read. */
	struct timeout *to;
	time_t progress_time;

	/* the first one; the other mailboxes are searched anyway */
	struct imap_winnow_esearch_error error;
	bool lost_data;
};

static bool registered;

static void esearch_free(struct esearch **_esearch)
{
	struct esearch *esearch = *_esearch;
	pool_t pool = esearch->pool;

	*_esearch = NULL;
	timeout_remove(&esearch->to);
	imap_winnow_esearch_program_deinit(&esearch->program);
	imap_search_context_free(&esearch->options);
	pool_unref(&pool);
}

/* What else RFC 7377 section 2.2 wants of SAVE and UPDATE. */
static bool esearch_check_return(struct esearch *esearch)
{
	const enum search_return_options opts = esearch->options.return_options;

	if ((opts & SEARCH_RETURN_SAVE) != 0 &&
	    !imap_winnow_sources_are_selected(&esearch->sources)) {
		client_send_command_error(esearch->cmd,
			"SAVE is possible in the selected mailbox only");
		return FALSE;
	}
	return (opts & SEARCH_RETURN_UPDATE) == 0 ||
		client_verify_open_mailbox(esearch->cmd);
}

/* Returns 1 to go on, 0 to wait, -1 if the command has been answered. */
static int esearch_read(struct esearch *esearch, const struct imap_arg *args)
{
	struct client_command_context *cmd = esearch->cmd;
	const struct imap_arg *options;
	bool uses_saved;
	const char *error;
	int ret;

	if (!imap_winnow_sources_parse(esearch->pool, &args, &esearch->sources,
				       &error)) {
		client_send_command_error(cmd, error);
		return -1;
	}
	if (imap_winnow_sources_have(&esearch->sources,
				     IMAP_WINNOW_SOURCE_SELECTED) &&
	    !client_verify_open_mailbox(cmd))
		return -1;
	options = imap_winnow_search_args_options(args);
	ret = cmd_search_parse_return_if_found(&esearch->options, &args);
	if (ret <= 0)
		return ret;
	if (!esearch_check_return(esearch))
		return -1;
	if (imap_winnow_esearch_program_init(&esearch->program, cmd,
					     esearch->pool, options, args) < 0)
		return -1;
	if (esearch->program.have_saved &&
	    !imap_winnow_sources_are_selected(&esearch->sources)) {
		client_send_tagline(cmd, "NO ["IMAP_RESP_CODE_CANNOT"] "
			"$ has messages of the selected mailbox only");
		return -1;
	}
	uses_saved = esearch->program.have_saved ||
		(esearch->options.return_options & SEARCH_RETURN_SAVE) != 0;
	return imap_winnow_esearch_waits_for_saved(cmd, uses_saved) ? 0 : 1;
}

static int esearch_list(struct esearch *esearch)
{
	struct client_command_context *cmd = esearch->cmd;
	struct mailbox_list *failed;

	switch (imap_winnow_esearch_mailboxes_list(esearch->pool, cmd->client,
						   &esearch->sources,
						   &esearch->mailboxes,
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

static bool esearch_has_selected(const struct esearch *esearch)
{
	const struct imap_winnow_esearch_mailbox *first;

	if (array_count(&esearch->mailboxes) == 0)
		return FALSE;
	first = array_front(&esearch->mailboxes);
	return first->selected;
}

/* The selected mailbox comes first, and as long as it is searched the command
   is to Dovecot what SEARCH or UID SEARCH is. After that the client may select
   another one, or idle. Returns as esearch_read(). */
static int esearch_claim_selected(struct esearch *esearch)
{
	struct client_command_context *cmd = esearch->cmd;

	if (!esearch_has_selected(esearch)) {
		cmd->cmd_flags = 0;
		return 1;
	}
	if (!esearch->program.have_seqsets)
		return 1;
	if (imap_winnow_esearch_waits_for_numbers(cmd))
		return 0;
	cmd->cmd_flags = COMMAND_FLAG_USES_SEQS;
	return 1;
}

/* Then the selected mailbox must stay what it is. */
static bool esearch_looks_again_later(const struct esearch *esearch)
{
	return esearch->program.clean != NULL && !esearch->found &&
		esearch->look == WINNOW_CLEAN_WITHOUT_SPAM;
}

/* Returns TRUE if there are mailboxes to be searched again. */
static bool esearch_look_again(struct esearch *esearch)
{
	if (!esearch_looks_again_later(esearch) ||
	    esearch->program.clean->skipped == 0)
		return FALSE;
	esearch->look = WINNOW_CLEAN_ONLY_SPAM;
	esearch->program.clean->skipped = 0;
	esearch->idx = 0;
	return TRUE;
}

/* Closes the mailbox, and remembers what the second look has to know. */
static void
esearch_close_run(struct esearch *esearch, string_t *line, bool *lost_data_r,
		  struct imap_winnow_esearch_error *error_r)
{
	const struct winnow_clean_report *clean = esearch->program.clean;
	unsigned int skipped = clean == NULL ? 0 : clean->skipped;
	struct imap_winnow_esearch_mailbox *mailbox =
		array_idx_modifiable(&esearch->mailboxes, esearch->idx - 1);

	if (imap_winnow_esearch_run_matches(esearch->run) > 0)
		esearch->found = TRUE;
	imap_winnow_esearch_run_end(&esearch->run, line, lost_data_r, error_r);
	if (clean != NULL && clean->skipped > skipped)
		mailbox->skipped = TRUE;
}

/* Returns FALSE if the client doesn't read what it is sent. */
static bool esearch_end_run(struct esearch *esearch)
{
	struct client_command_context *cmd = esearch->cmd;
	string_t *line = str_new(default_pool, 256);
	struct imap_winnow_esearch_error error = { .text = NULL };
	bool reads = TRUE, lost_data;

	esearch_close_run(esearch, line, &lost_data, &error);
	if (lost_data)
		esearch->lost_data = TRUE;
	if (error.text != NULL && esearch->error.text == NULL)
		esearch->error = error;
	if (str_len(line) > 0)
		reads = client_send_line_next(cmd->client, str_c(line)) != 0;
	str_free(&line);
	if (esearch->idx < array_count(&esearch->mailboxes) &&
	    !esearch_looks_again_later(esearch))
		cmd->cmd_flags = 0;
	return reads;
}

enum esearch_progress {
	ESEARCH_GOES_ON,
	/* others first */
	ESEARCH_PAUSES,
	/* the client has to read first */
	ESEARCH_BLOCKED,
	ESEARCH_ENDS
};

static enum esearch_progress esearch_step(struct esearch *esearch)
{
	struct imap_winnow_esearch_error error = { .text = NULL };
	const struct imap_winnow_esearch_mailbox *mailbox;

	if (esearch->run == NULL) {
		if (esearch->idx == array_count(&esearch->mailboxes) &&
		    !esearch_look_again(esearch))
			return ESEARCH_ENDS;
		mailbox = array_idx(&esearch->mailboxes, esearch->idx++);
		if (esearch->look == WINNOW_CLEAN_ONLY_SPAM &&
		    !mailbox->skipped)
			return ESEARCH_GOES_ON;
		esearch->run = imap_winnow_esearch_run_begin(esearch->cmd,
			mailbox, &esearch->program, &esearch->plan,
			esearch->look, &esearch->options, &error);
		if (error.text != NULL && esearch->error.text == NULL)
			esearch->error = error;
		if (esearch->run == NULL)
			return ESEARCH_GOES_ON;
	}
	if (!imap_winnow_esearch_run_more(esearch->run))
		return ESEARCH_PAUSES;
	return esearch_end_run(esearch) ? ESEARCH_GOES_ON : ESEARCH_BLOCKED;
}

static enum esearch_progress esearch_slice(struct esearch *esearch)
{
	enum esearch_progress progress;
	struct timeval begin, now;

	i_gettimeofday(&begin);
	do {
		T_BEGIN {
			progress = esearch_step(esearch);
		} T_END;
		if (progress != ESEARCH_GOES_ON)
			return progress;
		i_gettimeofday(&now);
	} while (timeval_diff_usecs(&now, &begin) < ESEARCH_SLICE_USECS);
	return ESEARCH_PAUSES;
}

/* RFC 9585, in hundredths of mailboxes. */
static void esearch_tell_progress(struct esearch *esearch)
{
	struct client_command_context *cmd = esearch->cmd;
	unsigned int count = array_count(&esearch->mailboxes);
	unsigned int done = esearch->idx;
	unsigned int percent = 0;
	string_t *line;

	if (ioloop_time - esearch->progress_time < ESEARCH_PROGRESS_SECS)
		return;
	esearch->progress_time = ioloop_time;
	if (esearch->run != NULL) {
		done--;
		percent = imap_winnow_esearch_run_percent(esearch->run);
	}
	line = t_str_new(128);
	str_append(line, "* OK ");
	if (WINNOW_HAS_INPROGRESS && strchr(cmd->tag, ']') == NULL) {
		str_append(line, "[INPROGRESS (");
		imap_append_quoted(line, cmd->tag);
		str_printfa(line, " %u %u)] ", done * 100 + percent,
			    count * 100);
	}
	str_printfa(line, "Searched %u of %u mailboxes", done, count);
	client_send_line(cmd->client, str_c(line));
}

static bool esearch_finish(struct esearch *esearch)
{
	struct client_command_context *cmd = esearch->cmd;
	const struct imap_winnow_esearch_error error = esearch->error;
	enum mailbox_sync_flags sync_flags = MAILBOX_SYNC_FLAG_FAST;
	const char *reply;
	bool syncs = esearch_has_selected(esearch) &&
		array_count(&esearch->mailboxes) == 1;

	if (esearch->program.have_seqsets)
		sync_flags |= MAILBOX_SYNC_FLAG_NO_EXPUNGES;
	reply = t_strdup_printf("OK %sSearch completed", esearch->lost_data ?
				"["IMAP_RESP_CODE_EXPUNGEISSUED"] " : "");
	esearch_free(&esearch);
	cmd->context = NULL;
	if (error.text != NULL) {
		client_send_error(cmd, error.text, error.error);
		return TRUE;
	}
	if (syncs)
		return cmd_sync(cmd, sync_flags, 0, reply);
	/* Other commands may use the selected mailbox by now. */
	client_send_tagline(cmd, reply);
	return TRUE;
}

static void esearch_cancel(struct esearch *esearch)
{
	if (esearch->run != NULL)
		(void)esearch_end_run(esearch);
	esearch_free(&esearch);
}

static void esearch_callback(struct client_command_context *cmd);

static bool cmd_esearch_more(struct client_command_context *cmd)
{
	struct esearch *esearch = cmd->context;

	timeout_remove(&esearch->to);
	if (cmd->cancel) {
		cmd->context = NULL;
		esearch_cancel(esearch);
		return TRUE;
	}
	switch (esearch_slice(esearch)) {
	case ESEARCH_ENDS:
		return esearch_finish(esearch);
	case ESEARCH_BLOCKED:
		cmd->state = CLIENT_COMMAND_STATE_WAIT_OUTPUT;
		o_stream_set_flush_pending(cmd->client->output, TRUE);
		break;
	case ESEARCH_GOES_ON:
	case ESEARCH_PAUSES:
		esearch_tell_progress(esearch);
		cmd->state = CLIENT_COMMAND_STATE_WAIT_EXTERNAL;
		esearch->to = timeout_add_short(0, esearch_callback, cmd);
		break;
	}
	return FALSE;
}

static void esearch_callback(struct client_command_context *cmd)
{
	struct client *client = cmd->client;
	struct esearch *esearch = cmd->context;

	if (client->output_cmd_lock != NULL) {
		/* Another command is in the middle of a response. */
		timeout_remove(&esearch->to);
		esearch->to = timeout_add_short(ESEARCH_LOCKED_MSECS,
						esearch_callback, cmd);
		return;
	}
	/* as Dovecot's search goes on */
	o_stream_cork(client->output);
	if (command_exec(cmd))
		client_command_free(&cmd);
	else
		(void)client_handle_unfinished_cmd(cmd);
	o_stream_uncork(client->output);
	(void)cmd_sync_delayed(client);
	client_continue_pending_input(client);
}

static int esearch_start(struct esearch *esearch, const struct imap_arg *args)
{
	int ret;

	if ((ret = esearch_read(esearch, args)) <= 0 ||
	    (ret = esearch_list(esearch)) <= 0 ||
	    (ret = esearch_claim_selected(esearch)) <= 0)
		return ret;
	if (esearch->program.have_modseqs) {
		esearch->options.return_options |= SEARCH_RETURN_MODSEQ;
		(void)client_enable(esearch->cmd->client,
				    imap_feature_condstore);
	}
	imap_winnow_narrow_plan_for(&esearch->plan, esearch->cmd->client->user,
				    esearch->program.args);
	esearch->progress_time = ioloop_time;
	return 1;
}

static bool cmd_esearch(struct client_command_context *cmd)
{
	const struct imap_arg *args;
	struct esearch *esearch;
	pool_t pool;
	int ret;

	if (!imap_winnow_client_offers(cmd->client, IMAP_WINNOW_MULTISEARCH)) {
		client_send_command_error(cmd, "Unknown command.");
		return TRUE;
	}
	/* The arguments are read again after a wait, but told once. */
	cmd->args = NULL;
	cmd->human_args = NULL;
	if (!client_read_args(cmd, 0, 0, &args))
		return FALSE;

	pool = pool_alloconly_create("winnow esearch", 2048);
	esearch = p_new(pool, struct esearch, 1);
	esearch->pool = pool;
	esearch->look = WINNOW_CLEAN_WITHOUT_SPAM;
	esearch->cmd = cmd;
	esearch->options.cmd = cmd;
	ret = esearch_start(esearch, args);
	if (ret <= 0) {
		esearch_free(&esearch);
		return ret < 0;
	}
	cmd->func = cmd_esearch_more;
	cmd->context = esearch;
	return cmd_esearch_more(cmd);
}

void imap_winnow_esearch_client_created(struct client *client)
{
	if (registered &&
	    imap_winnow_client_offers(client, IMAP_WINNOW_MULTISEARCH))
		client_add_capability(client, IMAP_WINNOW_MULTISEARCH);
}

void imap_winnow_esearch_init(void)
{
	if (command_find("ESEARCH") != NULL)
		return;
	/* as UID SEARCH, until it is known what is to be searched */
	command_register("ESEARCH", cmd_esearch, COMMAND_FLAG_BREAKS_SEQS);
	registered = TRUE;
}

void imap_winnow_esearch_deinit(void)
{
	if (registered)
		command_unregister("ESEARCH");
	registered = FALSE;
}
