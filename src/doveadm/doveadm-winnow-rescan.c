#include "lib.h"
#include "time-util.h"
#include "mail-storage-private.h"
#include "doveadm-mail.h"
#include "doveadm-print.h"
#include "winnow-compat.h"
#include "winnow-verdict.h"
#include "winnow-user.h"
#include "winnow-mailbox.h"
#include "winnow-message.h"
#include "doveadm-winnow-mailboxes.h"
#include "doveadm-winnow-progress.h"
#include "doveadm-winnow-plugin.h"

/* Work done so far is kept when the command is interrupted. */
#define RESCAN_COMMIT_MESSAGES 10000

struct rescan_cmd_context {
	struct doveadm_mail_cmd_context ctx;
	bool all;
};

struct rescan_mailbox {
	struct winnow_mailbox *wbox;
	bool all;
	uint32_t messages, judged, unreadable;
};

static void
rescan_message(struct rescan_mailbox *rescan, struct mail *mail)
{
	struct winnow_verdict verdict;

	if (!rescan->all &&
	    winnow_message_lookup(rescan->wbox, mail->transaction, mail->seq,
				  &verdict) > 0)
		return;
	if (winnow_message_rejudge(rescan->wbox, mail, &verdict) < 0)
		rescan->unreadable++;
	else
		rescan->judged++;
}

/* Returns how far it came: to the end, or to the last message of a batch. */
static uint32_t
rescan_batch(struct rescan_mailbox *rescan,
	     struct mailbox_transaction_context *t, uint32_t seq,
	     struct doveadm_winnow_progress *progress)
{
	uint32_t limit = rescan->judged + RESCAN_COMMIT_MESSAGES;
	struct mail *mail = mail_alloc(t, 0, NULL);

	for (; seq < rescan->messages && rescan->judged < limit; ) {
		if (doveadm_is_killed())
			break;
		mail_set_seq(mail, ++seq);
		rescan_message(rescan, mail);
		doveadm_winnow_progress_set(progress, seq);
	}
	mail_free(&mail);
	return seq;
}

static int
rescan_run(struct rescan_mailbox *rescan, struct mailbox *box)
{
	struct doveadm_winnow_progress *progress;
	struct mailbox_transaction_context *t;
	uint32_t seq = 0;
	int ret = 0;

	progress = doveadm_winnow_progress_init(mailbox_get_vname(box),
						rescan->messages);
	do {
		t = mailbox_transaction_begin(box, 0, "winnow rescan");
		seq = rescan_batch(rescan, t, seq, progress);
		ret = mailbox_transaction_commit(&t);
	} while (ret == 0 && seq < rescan->messages && !doveadm_is_killed());
	doveadm_winnow_progress_deinit(&progress);
	return ret;
}

static void
rescan_finished_event(struct mailbox *box, const struct rescan_mailbox *rescan,
		      const struct timeval *start_time)
{
	struct timeval now;
	struct event_passthrough *e;

	i_gettimeofday(&now);
	e = event_create_passthrough(box->event)->
		set_name("winnow_rescan_finished")->
		add_int("messages", rescan->messages)->
		add_int("judged", rescan->judged)->
		add_int("unreadable", rescan->unreadable)->
		add_int("usecs", timeval_diff_usecs(&now, start_time));
	e_debug(e->event(), "winnow: Rescan judged %u of %u messages",
		rescan->judged, rescan->messages);
}

static int
rescan_mailbox(struct doveadm_mail_cmd_context *_ctx, struct mailbox *box)
{
	struct rescan_cmd_context *ctx =
		container_of(_ctx, struct rescan_cmd_context, ctx);
	struct rescan_mailbox rescan = {
		.wbox = winnow_mailbox_get(box),
		.all = ctx->all,
	};
	struct mailbox_status status;
	struct timeval start_time;

	/* virtual mailboxes show records of other ones; what belongs to
	   another user is that user's to fill */
	if (rescan.wbox == NULL || !winnow_message_may_fill(rescan.wbox))
		return 0;
	mailbox_get_open_status(box, STATUS_MESSAGES, &status);
	rescan.messages = status.messages;
	i_gettimeofday(&start_time);
	if (rescan_run(&rescan, box) < 0) {
		e_error(box->event,
			"winnow: Couldn't write records: %s",
			mailbox_get_last_internal_error(box, NULL));
		doveadm_mail_failed_mailbox(_ctx, box);
		return -1;
	}
	rescan_finished_event(box, &rescan, &start_time);
	doveadm_print(mailbox_get_vname(box));
	doveadm_print_num(rescan.messages);
	doveadm_print_num(rescan.judged);
	doveadm_print_num(rescan.unreadable);
	return 0;
}

static int
cmd_winnow_rescan_run(struct doveadm_mail_cmd_context *ctx,
		      struct mail_user *user)
{
	struct winnow_user *wuser = doveadm_winnow_user(ctx, user);

	if (wuser == NULL)
		return -1;
	wuser->write_public = TRUE;
	return doveadm_winnow_mailboxes_foreach(ctx, user, rescan_mailbox);
}

static void
cmd_winnow_rescan_init(struct doveadm_mail_cmd_context *_ctx
		       DOVEADM_INIT_ARGS_PARAM)
{
	struct rescan_cmd_context *ctx =
		container_of(_ctx, struct rescan_cmd_context, ctx);

	(void)doveadm_cmd_param_bool(_ctx->cctx, "all", &ctx->all);
	doveadm_print_header_simple("mailbox");
	doveadm_print_header("messages", "messages",
			     DOVEADM_PRINT_HEADER_FLAG_NUMBER);
	doveadm_print_header("judged", "judged",
			     DOVEADM_PRINT_HEADER_FLAG_NUMBER);
	doveadm_print_header("unreadable", "unreadable",
			     DOVEADM_PRINT_HEADER_FLAG_NUMBER);
}

static struct doveadm_mail_cmd_context *cmd_winnow_rescan_alloc(void)
{
	struct rescan_cmd_context *ctx =
		doveadm_mail_cmd_alloc(struct rescan_cmd_context);

	ctx->ctx.v.init = cmd_winnow_rescan_init;
	ctx->ctx.v.run = cmd_winnow_rescan_run;
	WINNOW_DOVEADM_ACCEPT_OPTIONS(&ctx->ctx, doveadm_winnow_option);
	doveadm_print_init(DOVEADM_PRINT_TYPE_TABLE);
	return &ctx->ctx;
}

struct doveadm_cmd_ver2 doveadm_winnow_cmd_rescan = {
	.name = "winnow rescan",
	.mail_cmd = cmd_winnow_rescan_alloc,
	.usage = DOVEADM_CMD_MAIL_USAGE_PREFIX
		"[--all] [<mailbox mask> [...]]",
DOVEADM_CMD_PARAMS_START
DOVEADM_CMD_MAIL_COMMON
DOVEADM_CMD_PARAM('a', "all", CMD_PARAM_BOOL, 0)
DOVEADM_CMD_PARAM('\0', "mailbox-mask", CMD_PARAM_ARRAY, CMD_PARAM_FLAG_POSITIONAL)
DOVEADM_CMD_PARAMS_END
};
