#include "imap-common.h"
#include "array.h"
#include "ioloop.h"
#include "ostream.h"
#include "str.h"
#include "time-util.h"
#include "imap-quote.h"
#include "imap-resp-code.h"
#include "imap-commands.h"
#include "imap-search.h"
#include "winnow-compat.h"
#include "imap-winnow-client.h"
#include "imap-winnow-esearch-request.h"
#include "imap-winnow-esearch-walk.h"
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

	struct imap_winnow_esearch_request request;
	struct imap_winnow_esearch_walk walk;
	/* The command is called again; NULL while it runs for the first time,
	   or waits for the client to read. */
	struct timeout *to;
	time_t progress_time;
};

static bool registered;

static void esearch_free(struct esearch **_esearch)
{
	struct esearch *esearch = *_esearch;
	pool_t pool = esearch->pool;

	*_esearch = NULL;
	timeout_remove(&esearch->to);
	imap_winnow_esearch_request_free(&esearch->request);
	pool_unref(&pool);
}

static enum imap_winnow_esearch_progress esearch_slice(struct esearch *esearch)
{
	enum imap_winnow_esearch_progress progress;
	struct timeval begin, now;

	i_gettimeofday(&begin);
	do {
		T_BEGIN {
			progress = imap_winnow_esearch_walk_step(
				&esearch->walk);
		} T_END;
		if (progress != IMAP_WINNOW_ESEARCH_GOES_ON)
			return progress;
		i_gettimeofday(&now);
	} while (timeval_diff_usecs(&now, &begin) < ESEARCH_SLICE_USECS);
	return IMAP_WINNOW_ESEARCH_PAUSES;
}

/* RFC 9585, in hundredths of mailboxes. */
static void esearch_tell_progress(struct esearch *esearch)
{
	struct client_command_context *cmd = esearch->cmd;
	unsigned int count = array_count(&esearch->walk.mailboxes);
	unsigned int done, percent;
	string_t *line;

	if (ioloop_time - esearch->progress_time < ESEARCH_PROGRESS_SECS)
		return;
	esearch->progress_time = ioloop_time;
	done = imap_winnow_esearch_walk_done(&esearch->walk, &percent);
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
	const struct imap_winnow_esearch_error error = esearch->walk.error;
	enum mailbox_sync_flags sync_flags = MAILBOX_SYNC_FLAG_FAST;
	const char *reply;
	bool syncs = imap_winnow_esearch_walk_stays(&esearch->walk);

	if (esearch->request.program.have_seqsets)
		sync_flags |= MAILBOX_SYNC_FLAG_NO_EXPUNGES;
	reply = t_strdup_printf("OK %sSearch completed", esearch->walk.lost_data ?
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

static void esearch_callback(struct client_command_context *cmd);

static bool cmd_esearch_more(struct client_command_context *cmd)
{
	struct esearch *esearch = cmd->context;

	timeout_remove(&esearch->to);
	if (cmd->cancel) {
		cmd->context = NULL;
		imap_winnow_esearch_walk_break_off(&esearch->walk);
		esearch_free(&esearch);
		return TRUE;
	}
	switch (esearch_slice(esearch)) {
	case IMAP_WINNOW_ESEARCH_ENDS:
		return esearch_finish(esearch);
	case IMAP_WINNOW_ESEARCH_BLOCKED:
		cmd->state = CLIENT_COMMAND_STATE_WAIT_OUTPUT;
		o_stream_set_flush_pending(cmd->client->output, TRUE);
		break;
	case IMAP_WINNOW_ESEARCH_GOES_ON:
	case IMAP_WINNOW_ESEARCH_PAUSES:
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

	ret = imap_winnow_esearch_request_read(&esearch->request, esearch->cmd,
					       esearch->pool, args);
	if (ret > 0) {
		ret = imap_winnow_esearch_walk_begin(&esearch->walk,
			esearch->cmd, esearch->pool, &esearch->request);
	}
	esearch->progress_time = ioloop_time;
	return ret;
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
	esearch->cmd = cmd;
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
