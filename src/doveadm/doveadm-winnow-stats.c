#include "lib.h"
#include "mail-namespace.h"
#include "mail-storage-private.h"
#include "doveadm-mail.h"
#include "doveadm-print.h"
#include "winnow-compat.h"
#include "winnow-count.h"
#include "winnow-mailbox.h"
#include "winnow-user.h"
#include "doveadm-winnow-mailboxes.h"
#include "doveadm-winnow-plugin.h"

/* Levels of one row; the last one has 100, too. */
#define STATS_ROW_LEVELS 10
#define STATS_BAR_WIDTH 40

struct stats_cmd_context {
	struct doveadm_mail_cmd_context ctx;
	/* one histogram a user, of their own mailboxes */
	bool total;
	struct winnow_counts sum;
};

static void stats_print_headers(void)
{
	doveadm_print_header_simple("mailbox");
	doveadm_print_header_simple("of");
	doveadm_print_header_simple("value");
	doveadm_print_header("messages", "messages",
			     DOVEADM_PRINT_HEADER_FLAG_NUMBER |
			     DOVEADM_PRINT_HEADER_FLAG_RIGHT_JUSTIFY);
	doveadm_print_header_simple("histogram");
}

/* All bars of a histogram have the same scale; any message shows. */
static void
stats_print(const char *name, const char *of, const char *value,
	    uint32_t messages, uint32_t highest)
{
	char bar[STATS_BAR_WIDTH + 1];
	unsigned int length = messages == 0 ? 0 :
		(uint64_t)messages * STATS_BAR_WIDTH / highest;

	if (messages > 0 && length == 0)
		length = 1;
	memset(bar, '#', length);
	bar[length] = '\0';
	doveadm_print(name);
	doveadm_print(of);
	doveadm_print(value);
	doveadm_print_num(messages);
	doveadm_print(bar);
}

static void
stats_print_levels(const char *name, const struct winnow_counts *counts)
{
	uint32_t rows[WINNOW_LEVEL_MAX / STATS_ROW_LEVELS] = { 0 };
	uint32_t unscanned = counts->messages - counts->records;
	uint32_t without = counts->records, highest = unscanned;
	unsigned int i;

	for (i = 0; i <= WINNOW_LEVEL_MAX; i++) {
		rows[I_MIN(i / STATS_ROW_LEVELS, N_ELEMENTS(rows) - 1)] +=
			counts->levels[i];
		without -= counts->levels[i];
	}
	highest = I_MAX(highest, without);
	for (i = 0; i < N_ELEMENTS(rows); i++)
		highest = I_MAX(highest, rows[i]);
	for (i = 0; i < N_ELEMENTS(rows); i++) {
		unsigned int last = i < N_ELEMENTS(rows) - 1 ?
			(i + 1) * STATS_ROW_LEVELS - 1 : WINNOW_LEVEL_MAX;

		stats_print(name, "level", t_strdup_printf("%u-%u",
				i * STATS_ROW_LEVELS, last), rows[i], highest);
	}
	stats_print(name, "level", "none", without, highest);
	stats_print(name, "level", "no record", unscanned, highest);
}

static void
stats_print_classes(const char *name, const struct winnow_counts *counts)
{
	stats_print(name, "class", "SPAM", counts->spam, counts->messages);
	stats_print(name, "class", "HAM", counts->ham, counts->messages);
	stats_print(name, "class", "UNKNOWN", counts->unknown,
		    counts->messages);
}

static void
stats_print_counts(const char *name, const struct winnow_counts *counts)
{
	stats_print_levels(name, counts);
	stats_print_classes(name, counts);
}

static void
stats_sum(struct winnow_counts *sum, const struct winnow_counts *counts)
{
	sum->messages += counts->messages;
	sum->records += counts->records;
	sum->spam += counts->spam;
	sum->ham += counts->ham;
	sum->unknown += counts->unknown;
	for (unsigned int i = 0; i <= WINNOW_LEVEL_MAX; i++)
		sum->levels[i] += counts->levels[i];
}

static int
stats_mailbox(struct doveadm_mail_cmd_context *_ctx, struct mailbox *box)
{
	struct stats_cmd_context *ctx =
		container_of(_ctx, struct stats_cmd_context, ctx);
	struct winnow_mailbox *wbox = winnow_mailbox_get(box);
	struct winnow_counts counts;

	/* a virtual mailbox shows messages of other ones */
	if (ctx->total &&
	    (wbox == NULL || !winnow_user_owns(wbox->wuser,
					       mailbox_get_namespace(box))))
		return 0;
	winnow_mailbox_count(box, &counts);
	if (ctx->total)
		stats_sum(&ctx->sum, &counts);
	else
		stats_print_counts(mailbox_get_vname(box), &counts);
	return 0;
}

static int
cmd_winnow_stats_run(struct doveadm_mail_cmd_context *_ctx,
		     struct mail_user *user)
{
	struct stats_cmd_context *ctx =
		container_of(_ctx, struct stats_cmd_context, ctx);
	int ret;

	if (doveadm_winnow_user(_ctx, user) == NULL)
		return -1;
	i_zero(&ctx->sum);
	ret = doveadm_winnow_mailboxes_foreach(_ctx, user, stats_mailbox);
	if (ctx->total)
		stats_print_counts("", &ctx->sum);
	return ret;
}

static void
cmd_winnow_stats_init(struct doveadm_mail_cmd_context *_ctx
		      DOVEADM_INIT_ARGS_PARAM)
{
	struct stats_cmd_context *ctx =
		container_of(_ctx, struct stats_cmd_context, ctx);

	(void)doveadm_cmd_param_bool(_ctx->cctx, "total", &ctx->total);
	stats_print_headers();
}

static struct doveadm_mail_cmd_context *cmd_winnow_stats_alloc(void)
{
	struct stats_cmd_context *ctx =
		doveadm_mail_cmd_alloc(struct stats_cmd_context);

	ctx->ctx.v.init = cmd_winnow_stats_init;
	ctx->ctx.v.run = cmd_winnow_stats_run;
	WINNOW_DOVEADM_ACCEPT_OPTIONS(&ctx->ctx, doveadm_winnow_option);
	doveadm_print_init(DOVEADM_PRINT_TYPE_TABLE);
	return &ctx->ctx;
}

struct doveadm_cmd_ver2 doveadm_winnow_cmd_stats = {
	.name = "winnow stats",
	.mail_cmd = cmd_winnow_stats_alloc,
	.usage = DOVEADM_CMD_MAIL_USAGE_PREFIX
		"[--total] [<mailbox mask> [...]]",
DOVEADM_CMD_PARAMS_START
DOVEADM_CMD_MAIL_COMMON
DOVEADM_CMD_PARAM('T', "total", CMD_PARAM_BOOL, 0)
DOVEADM_CMD_PARAM('\0', "mailbox-mask", CMD_PARAM_ARRAY, CMD_PARAM_FLAG_POSITIONAL)
DOVEADM_CMD_PARAMS_END
};
