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
#include "imap-winnow-esearch-program.h"
#include "imap-winnow-esearch-result.h"
#include "imap-winnow-esearch-skip.h"
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
error_get(struct mailbox *box, struct client_command_context *cmd,
	  bool (*is_silent)(enum mail_error error),
	  struct imap_winnow_esearch_error *error_r)
{
	enum mail_error error;
	const char *text = mailbox_get_last_error(box, &error);

	if (is_silent(error))
		return;
	error_r->text = p_strdup(cmd->pool, text);
	error_r->error = error;
}

/* What is known of a mailbox without opening it often says that nothing can
   match; what only opening it can tell, Dovecot opens it for. Where flags are
   kept per user, the number of messages is all that is sure.
   Returns 1 if nothing can match, -1 if it can't be opened. */
static int run_can_skip(struct mailbox *box, const struct mail_search_arg *args)
{
	enum mailbox_status_items items = imap_winnow_skip_items(args);
	struct mailbox_status status;
	bool private_flags = mailbox_get_private_flags_mask(box) != 0;

	if (private_flags)
		items = STATUS_MESSAGES;
	i_zero(&status);
	if (mailbox_get_status(box, items, &status) < 0)
		return -1;
	return (private_flags ? status.messages == 0 :
		imap_winnow_skip_is_sure(args, &status)) ? 1 : 0;
}

/* A mailbox that would be created by being opened has no messages. */
static bool run_is_there(struct mailbox *box)
{
	enum mailbox_existence existence;

	return !mailbox_is_autocreated(box) || box->inbox_user ||
		(mailbox_exists(box, FALSE, &existence) == 0 &&
		 existence == MAILBOX_EXISTENCE_SELECT);
}

/* Returns as run_can_skip(). In the mailboxes of others rights come first: time
   would tell a mailbox that may not be read from one that is not there. */
static int
run_open_or_skip(struct mailbox *box,
		 const struct imap_winnow_esearch_program *program)
{
	int ret = 0;

	if (mailbox_get_namespace(box)->type == MAIL_NAMESPACE_TYPE_PRIVATE)
		ret = run_can_skip(box, program->args->args);
	if (ret == 0 && !box->opened)
		ret = mailbox_open(box);
	return ret;
}

/* Returns 1 if it is open, 0 if there is nothing to be found in it. */
static int
run_open(struct mailbox *box, const struct imap_winnow_esearch_program *program)
{
	int ret;

	if (!run_is_there(box))
		return 0;
	ret = run_open_or_skip(box, program);
	if (ret != 0)
		return ret < 0 ? -1 : 0;
	if (program->have_modseqs &&
	    mailbox_enable(box, MAILBOX_FEATURE_CONDSTORE) < 0)
		return -1;
	if (!box->synced && mailbox_sync(box, MAILBOX_SYNC_FLAG_FAST) < 0)
		return -1;
	return 1;
}

/* Returns NULL as imap_winnow_esearch_run_begin(). */
static struct mailbox *
run_open_other(struct client_command_context *cmd,
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
		ret = run_open(box, program);
	if (ret > 0)
		return box;
	if (ret < 0)
		error_get(box, cmd, open_error_is_silent, error_r);
	mailbox_free(&box);
	return NULL;
}

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
		run_open_other(cmd, mailbox, program, error_r);

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

	if (imap_winnow_esearch_result_wants_mails(&run->result) ||
	    !winnow_search_next_message(run->search_ctx, &seq, &uid)) {
		if (!mailbox_search_next_nonblock(run->search_ctx, &mail,
						  tryagain_r))
			return FALSE;
		seq = mail->seq;
		uid = mail->uid;
	}
	imap_winnow_esearch_result_add(&run->result, seq, uid, mail);
	return TRUE;
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
	if (failed)
		error_get(run->box, run->cmd, search_error_is_silent, error_r);
	run_write(run, failed, line);
	if ((failed || run->cmd->cancel) && run->result.saved_uids != NULL)
		array_clear(run->result.saved_uids);
	(void)mailbox_transaction_commit(&run->t);
	imap_winnow_esearch_result_deinit(&run->result);
	if (!run->selected)
		mailbox_free(&run->box);
	i_free(run);
}
