#include "imap-common.h"
#include "array.h"
#include "str.h"
#include "imap-commands.h"
#include "imap-quote.h"
#include "mail-storage-private.h"
#include "mail-search.h"
#include "winnow-search.h"
#include "imap-winnow-clean.h"
#include "imap-winnow-esearch-mailboxes.h"
#include "imap-winnow-esearch-narrow.h"
#include "imap-winnow-esearch-open.h"
#include "imap-winnow-esearch-program.h"
#include "imap-winnow-esearch-result.h"
#include "imap-winnow-esearch-run.h"
#include "imap-winnow-weak.h"

struct imap_winnow_esearch_run {
	struct client_command_context *cmd;
	const struct imap_winnow_esearch_program *program;
	struct mailbox *box;
	/* box is the client's own */
	bool selected;

	struct mailbox_transaction_context *t;
	/* First, if at all, the messages are found that have to be searched;
	   there is no search then, nor if there are none. */
	struct imap_winnow_narrow *narrow;
	bool lost_data;
	struct mail_search_args *args;
	struct mail_search_context *search_ctx;
	struct imap_winnow_esearch_result result;
	uint32_t uidvalidity;
};

/* RFC 5267: the client is told how the result changes. */
static void
run_save_update(struct imap_winnow_esearch_run *run,
		struct imap_search_context *options)
{
	struct client *client = run->cmd->client;
	struct imap_search_update *update;
	string_t *line;

	if (!array_is_created(&client->search_updates))
		i_array_init(&client->search_updates, 32);
	else if (array_count(&client->search_updates) >=
		 CLIENT_MAX_SEARCH_UPDATES) {
		line = t_str_new(64);
		str_append(line, "* NO [NOUPDATE ");
		imap_append_quoted(line, run->cmd->tag);
		str_append_c(line, ']');
		client_send_line(client, str_c(line));
		return;
	}
	update = array_append_space(&client->search_updates);
	update->tag = i_strdup(run->cmd->tag);
	update->result = mailbox_search_result_save(run->search_ctx,
		MAILBOX_SEARCH_RESULT_FLAG_UPDATE |
		MAILBOX_SEARCH_RESULT_FLAG_QUEUE_SYNC);
	update->return_uids = TRUE;
	update->fetch_pool = options->fetch_pool;
	update->fetch_ctx = options->fetch_ctx;
	options->fetch_pool = NULL;
	options->fetch_ctx = NULL;
}

/* "$" is what it was when the program is read, and is empty from then on. */
static ARRAY_TYPE(seq_range) *
run_clear_saved(struct imap_winnow_esearch_run *run)
{
	ARRAY_TYPE(seq_range) *saved_uids =
		&run->cmd->client->search_saved_uidset;

	if (!array_is_created(saved_uids))
		i_array_init(saved_uids, 128);
	else
		array_clear(saved_uids);
	return saved_uids;
}

static void
run_result_init(struct imap_winnow_esearch_run *run,
		const struct imap_search_context *options)
{
	struct mailbox_status status;

	mailbox_get_open_status(run->box, STATUS_UIDVALIDITY, &status);
	run->uidvalidity = status.uidvalidity;
	imap_winnow_esearch_result_init(&run->result, options,
		(options->return_options & SEARCH_RETURN_SAVE) == 0 ? NULL :
		run_clear_saved(run));
}

/* Takes the arguments. */
static void
run_search_init(struct imap_winnow_esearch_run *run,
		struct mail_search_args *args)
{
	run->args = args;
	run->search_ctx = mailbox_search_init(run->t, args, NULL, 0, NULL);
	/* Dovecot would tell how much of this one mailbox is done. */
	run->search_ctx->progress_hidden = TRUE;
}

static void
run_search_begin(struct imap_winnow_esearch_run *run,
		 enum winnow_clean_look look, bool named,
		 struct imap_search_context *options)
{
	const struct imap_winnow_esearch_program *program = run->program;
	struct mail_search_args *args;

	args = imap_winnow_esearch_program_for(program, run->box,
		run->selected ? &run->cmd->client->search_saved_uidset : NULL);
	run_result_init(run, options);
	if (program->clean != NULL &&
	    imap_winnow_clean_mailbox_allows(run->box, named))
		winnow_clean_expect(run->box, look, program->clean);
	run_search_init(run, args);
	if (run->selected &&
	    (options->return_options & SEARCH_RETURN_UPDATE) != 0)
		run_save_update(run, options);
}

/* Not where the one search through all messages is needed. */
static bool
run_can_narrow(const struct imap_winnow_esearch_run *run,
	       const struct imap_winnow_narrow_plan *plan,
	       const struct imap_search_context *options)
{
	return !run->program->have_saved && run->program->clean == NULL &&
		(options->return_options & SEARCH_RETURN_UPDATE) == 0 &&
		imap_winnow_narrow_pays(plan, run->box);
}

static void
run_narrow_begin(struct imap_winnow_esearch_run *run,
		 struct imap_winnow_narrow_plan *plan,
		 const struct imap_search_context *options)
{
	run_result_init(run, options);
	run->narrow = imap_winnow_narrow_begin(plan, run->t,
		imap_winnow_esearch_program_without_words(run->program,
							  run->box));
}

struct imap_winnow_esearch_run *
imap_winnow_esearch_run_begin(
	struct client_command_context *cmd,
	const struct imap_winnow_esearch_mailbox *mailbox,
	const struct imap_winnow_esearch_program *program,
	struct imap_winnow_narrow_plan *plan, enum winnow_clean_look look,
	struct imap_search_context *options,
	struct imap_winnow_esearch_error *error_r)
{
	struct imap_winnow_esearch_run *run;
	struct mailbox *box = mailbox->selected ? cmd->client->mailbox :
		imap_winnow_esearch_open(cmd, mailbox, program, error_r);

	if (box == NULL)
		return NULL;
	run = i_new(struct imap_winnow_esearch_run, 1);
	run->cmd = cmd;
	run->program = program;
	run->box = box;
	run->selected = mailbox->selected;
	run->t = mailbox_transaction_begin(run->box, 0, run->cmd->name);
	if (run_can_narrow(run, plan, options))
		run_narrow_begin(run, plan, options);
	else
		run_search_begin(run, look, mailbox->named, options);
	return run;
}

/* Searches what may match, if anything does. */
static void run_narrow_end(struct imap_winnow_esearch_run *run)
{
	struct winnow_search_half half;
	ARRAY_TYPE(seq_range) uids;

	i_array_init(&uids, 16);
	run->lost_data = imap_winnow_narrow_end(&run->narrow, &uids, &half);
	if (array_count(&uids) > 0 && !run->cmd->cancel) {
		run_search_init(run, imap_winnow_esearch_program_within(
			run->program, run->box, &uids));
		winnow_search_begin_half(run->search_ctx, &half);
	} else {
		winnow_search_skip_half(run->box, &half);
	}
	array_free(&uids);
}

/* A mail is filled only where it is needed or has to be looked at. */
static bool
run_next_match(struct imap_winnow_esearch_run *run, bool *tryagain_r)
{
	struct mail *mail = NULL;
	uint32_t seq, uid;
	int ret;

	*tryagain_r = FALSE;
	ret = imap_winnow_esearch_result_wants_mails(&run->result) ? -1 :
		winnow_search_next_message(run->search_ctx, &seq, &uid);
	if (ret < 0) {
		if (!mailbox_search_next_nonblock(run->search_ctx, &mail,
						  tryagain_r))
			return FALSE;
		seq = mail->seq;
		uid = mail->uid;
	}
	if (ret != 0)
		imap_winnow_esearch_result_add(&run->result, seq, uid, mail);
	return ret != 0;
}

bool imap_winnow_esearch_run_more(struct imap_winnow_esearch_run *run)
{
	bool tryagain;

	if (run->narrow != NULL) {
		if (!imap_winnow_narrow_more(run->narrow))
			return FALSE;
		run_narrow_end(run);
	}
	if (run->search_ctx == NULL)
		return TRUE;
	while (run_next_match(run, &tryagain))
		;
	if (tryagain)
		return FALSE;
	imap_winnow_esearch_result_finish(&run->result, run->t);
	return TRUE;
}

unsigned int
imap_winnow_esearch_run_matches(const struct imap_winnow_esearch_run *run)
{
	return run->result.count;
}

unsigned int
imap_winnow_esearch_run_percent(const struct imap_winnow_esearch_run *run)
{
	const struct mail_search_context *ctx = run->search_ctx;

	if (ctx == NULL || ctx->progress_cur >= ctx->progress_max)
		return 0;
	return (uint64_t)ctx->progress_cur * 100 / ctx->progress_max;
}

static void
run_write(struct imap_winnow_esearch_run *run, bool failed, string_t *line)
{
	const ARRAY_TYPE(seq_range) *uids = &run->result.uids;

	/* As Dovecot, a search that failed tells what it found of messages. */
	if (run->cmd->cancel || (failed && array_count(uids) == 0) ||
	    !imap_winnow_esearch_result_is_told(&run->result))
		return;
	imap_winnow_esearch_result_write(line, &run->result, run->cmd->tag,
					 mailbox_get_vname(run->box),
					 run->uidvalidity);
}

/* Returns -1 if the search failed. */
static int run_search_deinit(struct imap_winnow_esearch_run *run)
{
	int ret;

	if (run->narrow != NULL)
		run_narrow_end(run);
	if (run->search_ctx == NULL)
		return 0;
	if (mailbox_search_seen_lost_data(run->search_ctx))
		run->lost_data = TRUE;
	ret = mailbox_search_deinit(&run->search_ctx);
	mail_search_args_deinit(run->args);
	mail_search_args_unref(&run->args);
	return ret;
}

void imap_winnow_esearch_run_end(struct imap_winnow_esearch_run **_run,
				 string_t *line, bool *lost_data_r,
				 struct imap_winnow_esearch_error *error_r)
{
	struct imap_winnow_esearch_run *run = *_run;
	bool failed;

	*_run = NULL;
	failed = run_search_deinit(run) < 0;
	*lost_data_r = run->lost_data;
	if (failed) {
		imap_winnow_esearch_error_searching(error_r, run->cmd,
						    run->box);
	}
	run_write(run, failed, line);
	if ((failed || run->cmd->cancel) && run->result.saved_uids != NULL)
		array_clear(run->result.saved_uids);
	(void)mailbox_transaction_commit(&run->t);
	imap_winnow_esearch_result_deinit(&run->result);
	if (!run->selected)
		mailbox_free(&run->box);
	i_free(run);
}
