#include "lib.h"
#include "array.h"
#include "mail-storage-private.h"
#include "doveadm-mail.h"
#include "doveadm-mail-iter.h"
#include "doveadm-mailbox-list-iter.h"
#include "doveadm-print.h"
#include "winnow-compat.h"
#include "winnow-verdict.h"
#include "winnow-class.h"
#include "winnow-header.h"
#include "winnow-index.h"
#include "winnow-mailbox.h"
#include "winnow-transaction.h"
#include "winnow-message.h"
#include "winnow-user.h"
#include "doveadm-winnow-findings.h"
#include "doveadm-winnow-plugin.h"

/* One message that is explained. */
struct explain {
	struct doveadm_winnow_findings findings;
	struct winnow_mailbox *wbox;
	struct mail *mail;
	/* what its header says now, and what its record says */
	struct winnow_verdict fresh, record;
	/* the record counts */
	bool have_record;
};

static bool verdicts_equal(const struct winnow_verdict *a,
			   const struct winnow_verdict *b)
{
	return a->source == b->source && a->kind == b->kind &&
		a->has_score == b->has_score &&
		a->score_milli == b->score_milli && a->level == b->level;
}

static const char *
explain_record_why(const struct explain *explain, enum winnow_records records)
{
	switch (records) {
	case WINNOW_RECORDS_NONE:
		break;
	case WINNOW_RECORDS_CURRENT:
		return verdicts_equal(&explain->record, &explain->fresh) ?
			"as a fresh judgement" :
			"differs from a fresh judgement: "
			"doveadm winnow rescan --all";
	case WINNOW_RECORDS_STALE:
		return "of earlier settings: is replaced when it is met";
	case WINNOW_RECORDS_FOREIGN:
		return verdicts_equal(&explain->record, &explain->fresh) ?
			"of other settings, as a fresh judgement" :
			"of other settings: is accepted as it is";
	}
	return "no session knows what shaped it";
}

/* The record as it stands in the index: what the query filled in on its way
   isn't committed. */
static void explain_record(struct explain *explain)
{
	struct mail_index_view *view = explain->wbox->box->view;
	struct doveadm_winnow_finding *row;
	struct winnow_record_header header;
	enum winnow_records records;
	const char *source;

	records = winnow_mailbox_get_records(explain->wbox, view, &header);
	if (winnow_index_lookup(view, explain->wbox->ext_id,
				explain->mail->seq, &explain->record) == 0) {
		row = doveadm_winnow_findings_add(&explain->findings,
						  "record");
		row->why = "none: is filled in when it is met";
		return;
	}
	explain->have_record = winnow_records_hold(records);
	source = winnow_message_record_source_name(explain->mail->transaction,
						   &explain->record);
	row = doveadm_winnow_findings_add_verdict(&explain->findings, "record",
						  source, &explain->record);
	row->counts = explain->have_record;
	row->why = explain_record_why(explain, records);
}

/* Of the verdict that decides. */
static const char *explain_source_name(const struct explain *explain)
{
	const char *name;

	if (explain->have_record) {
		return winnow_message_record_source_name(
			explain->mail->transaction, &explain->record);
	}
	name = winnow_source_name(explain->wbox->wuser->policy,
				  explain->fresh.source);
	return name == NULL ? "" : name;
}

static void explain_class(struct explain *explain)
{
	static const char *const names[] = {
		[WINNOW_CLASS_UNKNOWN] = "UNKNOWN",
		[WINNOW_CLASS_HAM] = "HAM",
		[WINNOW_CLASS_SPAM] = "SPAM",
	};
	struct mailbox_transaction_context *t = explain->mail->transaction;
	const struct winnow_classifier *classifier =
		winnow_transaction_classifier(t);
	const struct winnow_verdict *verdict = explain->have_record ?
		&explain->record : &explain->fresh;
	struct doveadm_winnow_finding *row;
	struct winnow_class_result result;

	if (winnow_class_without_verdict(classifier, t->view,
					 explain->mail->seq, &result) == 0)
		winnow_class_by_verdict(classifier, verdict, &result);
	row = doveadm_winnow_findings_add(&explain->findings, "class");
	row->name = names[result.class];
	row->counts = TRUE;
	row->threshold = (int64_t)classifier->threshold * WINNOW_MICRO;
	row->level = verdict->level;
	switch (result.by) {
	case WINNOW_BY_NOBODY:
		row->why = "nobody said anything";
		break;
	case WINNOW_BY_USER:
		row->source = "user";
		row->why = "a keyword of the user's";
		break;
	case WINNOW_BY_MAILBOX:
		row->source = "mailbox";
		row->why = "it lies in a mailbox for junk";
		break;
	case WINNOW_BY_SOURCE:
		row->source = explain_source_name(explain);
		row->why = result.class == WINNOW_CLASS_SPAM ?
			"the level reaches the user's threshold" :
			"the level is below the user's threshold";
		break;
	}
}

/* Returns -1 if the mail can't be read. */
static int explain_message(struct explain *explain, pool_t pool)
{
	const struct winnow_policy *policy = explain->wbox->wuser->policy;

	doveadm_winnow_findings_init(&explain->findings, pool, policy);
	if (winnow_header_explain(explain->mail, policy,
				  doveadm_winnow_findings_trace,
				  &explain->findings, &explain->fresh) < 0)
		return -1;
	explain_record(explain);
	explain_class(explain);
	doveadm_winnow_findings_print(&explain->findings,
				      mailbox_get_vname(explain->wbox->box),
				      explain->mail->uid);
	return 0;
}

static int
explain_mail(struct doveadm_mail_cmd_context *ctx, struct mail *mail)
{
	struct explain explain;
	struct mail *real_mail;
	pool_t pool;
	int ret;

	i_zero(&explain);
	if (mail_get_backend_mail(mail, &real_mail) < 0)
		return mail->expunged ? 0 : -1;
	explain.mail = real_mail;
	explain.wbox = winnow_mailbox_get(real_mail->box);
	if (explain.wbox == NULL)
		return 0;
	pool = pool_alloconly_create("winnow explain", 4096);
	ret = explain_message(&explain, pool);
	pool_unref(&pool);
	if (ret == 0 || real_mail->expunged)
		return 0;
	e_error(real_mail->box->event, "winnow: Couldn't read UID %u: %s",
		real_mail->uid,
		mailbox_get_last_internal_error(real_mail->box, NULL));
	doveadm_mail_failed_mailbox(ctx, real_mail->box);
	return -1;
}

/* Nothing is written: what the query found out is rolled back. */
static int
explain_mailbox(struct doveadm_mail_cmd_context *ctx,
		const struct mailbox_info *info)
{
	struct doveadm_mail_iter *iter = NULL;
	struct mail *mail;
	int ret;

	ret = doveadm_mail_iter_init(ctx, info, ctx->search_args, 0, NULL,
		DOVEADM_MAIL_ITER_FLAG_STOP_WITH_CLIENT, &iter);
	/* a mailbox that is gone: with or without an iterator, see the series'
	   sources */
	if (ret < 0 || iter == NULL)
		return ret;
	ret = 0;
	while (doveadm_mail_iter_next(iter, &mail)) T_BEGIN {
		if (explain_mail(ctx, mail) < 0)
			ret = -1;
	} T_END;
	doveadm_mail_iter_deinit_rollback(&iter);
	return ret;
}

static int
cmd_winnow_explain_run(struct doveadm_mail_cmd_context *ctx,
		       struct mail_user *user)
{
	const enum mailbox_list_iter_flags iter_flags =
		MAILBOX_LIST_ITER_NO_AUTO_BOXES |
		MAILBOX_LIST_ITER_RETURN_NO_FLAGS;
	struct doveadm_mailbox_list_iter *iter;
	const struct mailbox_info *info;
	int ret = 0;

	if (doveadm_winnow_user(ctx, user) == NULL)
		return -1;
	iter = doveadm_mailbox_list_iter_init(ctx, user, ctx->search_args,
					      iter_flags);
	while ((info = doveadm_mailbox_list_iter_next(iter)) != NULL) T_BEGIN {
		if (explain_mailbox(ctx, info) < 0)
			ret = -1;
	} T_END;
	if (doveadm_mailbox_list_iter_deinit(&iter) < 0)
		ret = -1;
	return ret;
}

static void
cmd_winnow_explain_init(struct doveadm_mail_cmd_context *ctx
			DOVEADM_INIT_ARGS_PARAM)
{
	const char *const *query;

	if (!doveadm_cmd_param_array(ctx->cctx, "query", &query))
		doveadm_mail_help_name("winnow explain");
	doveadm_winnow_findings_print_headers();
	ctx->search_args = doveadm_mail_build_search_args(query);
}

static struct doveadm_mail_cmd_context *cmd_winnow_explain_alloc(void)
{
	struct doveadm_mail_cmd_context *ctx =
		doveadm_mail_cmd_alloc(struct doveadm_mail_cmd_context);

	ctx->v.init = cmd_winnow_explain_init;
	ctx->v.run = cmd_winnow_explain_run;
	doveadm_print_init(DOVEADM_PRINT_TYPE_TABLE);
	return ctx;
}

struct doveadm_cmd_ver2 doveadm_winnow_cmd_explain = {
	.name = "winnow explain",
	.mail_cmd = cmd_winnow_explain_alloc,
	.usage = DOVEADM_CMD_MAIL_USAGE_PREFIX "<search query>",
DOVEADM_CMD_PARAMS_START
DOVEADM_CMD_MAIL_COMMON
DOVEADM_CMD_PARAM('\0', "query", CMD_PARAM_ARRAY, CMD_PARAM_FLAG_POSITIONAL)
DOVEADM_CMD_PARAMS_END
};
