#include "lib.h"
#include "mail-namespace.h"
#include "mail-storage-private.h"
#include "doveadm-mail.h"
#include "doveadm-print.h"
#include "winnow-compat.h"
#include "winnow-count.h"
#include "winnow-mailbox.h"
#include "winnow-settings.h"
#include "winnow-user.h"
#include "doveadm-winnow-leftovers.h"
#include "doveadm-winnow-mailboxes.h"
#include "doveadm-winnow-plugin.h"

struct status_cmd_context {
	struct doveadm_mail_cmd_context ctx;
	bool uninstall;
};

static void status_print_headers(void)
{
	static const char *const names[] = {
		"type", "name", "state", "messages", "records", "spam", "ham",
		"unknown", "advice"
	};

	for (unsigned int i = 0; i < N_ELEMENTS(names); i++)
		doveadm_print_header_simple(names[i]);
}

static void
status_print(const char *type, const char *name, const char *state,
	     const struct winnow_counts *counts, const char *advice)
{
	doveadm_print(type);
	doveadm_print(name);
	doveadm_print(state);
	if (counts == NULL) {
		for (unsigned int i = 0; i < 5; i++)
			doveadm_print("");
	} else {
		doveadm_print(dec2str(counts->messages));
		doveadm_print(dec2str(counts->records));
		doveadm_print(dec2str(counts->spam));
		doveadm_print(dec2str(counts->ham));
		doveadm_print(dec2str(counts->unknown));
	}
	doveadm_print(advice);
}

/* What wakes an idling client, and whether the session may be hibernated. */
static const char *status_idle(struct winnow_user *wuser)
{
	if (!winnow_preferences_get(wuser)->quiet_idle)
		return "all";
	return wuser->set->idle_hibernate ?
		"quiet until hibernated" : "quiet, stays in memory";
}

static void status_print_user(struct winnow_user *wuser)
{
	const struct winnow_settings *set = wuser->set;
	const struct winnow_preferences *preferences =
		winnow_preferences_get(wuser);

	status_print("user", "winnow", "on", NULL, "");
	if (*set->scanner == '\0') {
		status_print("user", "scanner", "none", NULL,
			     "set winnow_scanner to the filter that judges "
			     "your mail");
	} else {
		status_print("user", "scanner", set->scanner, NULL, "");
	}
	status_print("user", "trust", set->trust, NULL, "");
	status_print("user", "threshold", dec2str(preferences->threshold), NULL,
		     "");
	status_print("user", "search", preferences->clean_search ?
		     "clean" : "plain", NULL, "");
	status_print("user", "idle", status_idle(wuser), NULL, "");
	status_print("user", "capability", set->capability, NULL,
		     "clients see it if mail_plugins of protocol imap has "
		     "imap_winnow");
}

static const char *
status_advice(struct winnow_mailbox *wbox, enum winnow_records records,
	      const struct winnow_counts *counts)
{
	enum mail_namespace_type type =
		mailbox_get_namespace(wbox->box)->type;

	if (type == MAIL_NAMESPACE_TYPE_SHARED)
		return "its owner's sessions fill it in";
	if (records == WINNOW_RECORDS_STALE ||
	    counts->records < counts->messages)
		return "searches fill it in, or doveadm winnow rescan";
	if (records == WINNOW_RECORDS_FOREIGN &&
	    type == MAIL_NAMESPACE_TYPE_PUBLIC)
		return "doveadm winnow rescan";
	return "";
}

static const char *status_records_name(enum winnow_records records)
{
	switch (records) {
	case WINNOW_RECORDS_NONE:
		return "no records";
	case WINNOW_RECORDS_CURRENT:
		return "current";
	case WINNOW_RECORDS_STALE:
		return "of earlier settings";
	case WINNOW_RECORDS_FOREIGN:
		return "of other settings";
	}
	i_unreached();
}

static int
status_mailbox(struct doveadm_mail_cmd_context *ctx ATTR_UNUSED,
	       struct mailbox *box)
{
	struct winnow_mailbox *wbox = winnow_mailbox_get(box);
	struct winnow_record_header header;
	struct winnow_counts counts;
	enum winnow_records records;

	winnow_mailbox_count(box, &counts);
	if (wbox == NULL) {
		status_print("mailbox", mailbox_get_vname(box), "virtual",
			     &counts, "");
		return 0;
	}
	records = winnow_mailbox_get_records(wbox, box->view, &header);
	status_print("mailbox", mailbox_get_vname(box),
		     status_records_name(records), &counts,
		     status_advice(wbox, records, &counts));
	return 0;
}

static int
status_leftovers(struct doveadm_mail_cmd_context *ctx, struct mailbox *box)
{
	const char *vname = mailbox_get_vname(box), *error;
	int ret;

	if (doveadm_winnow_leftover_records(box)) {
		status_print("records", vname, "left in the index", NULL,
			     "harmless: Dovecot ignores them");
	}
	ret = doveadm_winnow_leftover_rules(box, &error);
	if (ret > 0) {
		status_print("rules", vname, "name X-WINNOW", NULL,
			     "change dovecot-virtual: without winnow the "
			     "mailbox can't be opened");
	} else if (ret < 0) {
		e_error(box->event, "winnow: Couldn't read the rules: %s",
			error);
		doveadm_mail_failed_mailbox(ctx, box);
	}
	return ret < 0 ? -1 : 0;
}

static int
cmd_winnow_status_run(struct doveadm_mail_cmd_context *_ctx,
		      struct mail_user *user)
{
	struct status_cmd_context *ctx =
		container_of(_ctx, struct status_cmd_context, ctx);
	struct winnow_user *wuser = winnow_user_get(user);

	if (ctx->uninstall) {
		return doveadm_winnow_mailboxes_foreach(_ctx, user,
							status_leftovers);
	}
	if (wuser == NULL) {
		status_print("user", "winnow", "off", NULL,
			     "winnow_enable = yes, and mend what is logged as "
			     "an error");
		return 0;
	}
	status_print_user(wuser);
	return doveadm_winnow_mailboxes_foreach(_ctx, user, status_mailbox);
}

static void
cmd_winnow_status_init(struct doveadm_mail_cmd_context *_ctx
		       DOVEADM_INIT_ARGS_PARAM)
{
	struct status_cmd_context *ctx =
		container_of(_ctx, struct status_cmd_context, ctx);

	(void)doveadm_cmd_param_bool(_ctx->cctx, "uninstall", &ctx->uninstall);
	status_print_headers();
}

static struct doveadm_mail_cmd_context *cmd_winnow_status_alloc(void)
{
	struct status_cmd_context *ctx =
		doveadm_mail_cmd_alloc(struct status_cmd_context);

	ctx->ctx.v.init = cmd_winnow_status_init;
	ctx->ctx.v.run = cmd_winnow_status_run;
	WINNOW_DOVEADM_ACCEPT_OPTIONS(&ctx->ctx, doveadm_winnow_option);
	doveadm_print_init(DOVEADM_PRINT_TYPE_TABLE);
	return &ctx->ctx;
}

struct doveadm_cmd_ver2 doveadm_winnow_cmd_status = {
	.name = "winnow status",
	.mail_cmd = cmd_winnow_status_alloc,
	.usage = DOVEADM_CMD_MAIL_USAGE_PREFIX
		"[--uninstall] [<mailbox mask> [...]]",
DOVEADM_CMD_PARAMS_START
DOVEADM_CMD_MAIL_COMMON
DOVEADM_CMD_PARAM('U', "uninstall", CMD_PARAM_BOOL, 0)
DOVEADM_CMD_PARAM('\0', "mailbox-mask", CMD_PARAM_ARRAY, CMD_PARAM_FLAG_POSITIONAL)
DOVEADM_CMD_PARAMS_END
};
