#include "imap-common.h"
#include "imap-commands.h"
#include "winnow-clean.h"
#include "winnow-mailbox.h"
#include "winnow-settings.h"
#include "winnow-user.h"
#include "imap-winnow-args.h"
#include "imap-winnow-clean-rule.h"
#include "imap-winnow-enable.h"
#include "imap-winnow-search-args.h"
#include "imap-winnow-weak.h"
#include "imap-winnow-clean.h"

#define IMAP_WINNOW_CLEAN_CONTEXT(obj) \
	MODULE_CONTEXT(obj, imap_winnow_clean_module)
#define IMAP_WINNOW_CLEAN_CONTEXT_REQUIRE(obj) \
	MODULE_CONTEXT_REQUIRE(obj, imap_winnow_clean_module)

/* Of a command that leaves spam out. */
struct imap_winnow_clean_command {
	union imap_module_context module_ctx;
	struct winnow_clean_report report;
};

static MODULE_CONTEXT_DEFINE_INIT(imap_winnow_clean_module,
				  &imap_module_register);

static bool mailbox_is_elsewhere(struct mailbox *box)
{
	return winnow_mailbox_get(box) == NULL ||
		strcmp(box->storage->name, "imapc") == 0;
}

static bool mailbox_has_special_uses(struct mailbox *box, bool named)
{
	static const char *const names[] = { "\\Trash", "\\Drafts", "\\Sent" };

	if (named && winnow_mailbox_is_junk(box))
		return TRUE;
	for (unsigned int i = 0; i < N_ELEMENTS(names); i++) {
		if (mailbox_has_special_use(box, names[i]))
			return TRUE;
	}
	return FALSE;
}

bool imap_winnow_clean_mailbox_allows(struct mailbox *box, bool named)
{
	struct imap_winnow_clean_facts facts = {
		.wanted = TRUE,
		.special_use = mailbox_has_special_uses(box, named),
		.foreign = mailbox_is_elsewhere(box),
	};

	return imap_winnow_clean_facts_allow(&facts);
}

static bool client_wants_clean(struct client *client)
{
	struct winnow_user *wuser = winnow_user_get(client->user);
	struct imap_winnow_clean_facts facts;

	if (wuser == NULL)
		return FALSE;
	i_zero(&facts);
	facts.aware = imap_winnow_client_is_aware(client);
	facts.wanted = winnow_preferences_get(wuser)->clean_search;
	return imap_winnow_clean_facts_allow(&facts);
}

struct winnow_clean_report *
imap_winnow_clean_begin(struct client_command_context *cmd,
			const struct imap_arg *options,
			const struct imap_arg *program)
{
	struct imap_winnow_clean_command *ccmd;

	/* in this order: nearly no command is one, and it may take a while to
	   learn what the user wants */
	if (!imap_winnow_clean_command_allows(options, program) ||
	    !client_wants_clean(cmd->client))
		return NULL;
	ccmd = p_new(cmd->pool, struct imap_winnow_clean_command, 1);
	MODULE_CONTEXT_SET(cmd, imap_winnow_clean_module, ccmd);
	return &ccmd->report;
}

static enum imap_winnow_args_result
clean_hook(struct client_command_context *cmd, pool_t pool ATTR_UNUSED,
	   const struct imap_arg **args)
{
	struct mailbox *box = cmd->client->mailbox;
	struct imap_winnow_search_args found;
	struct winnow_clean_report *report;

	if (box == NULL ||
	    !imap_winnow_search_args_find(cmd->name, *args, &found))
		return IMAP_WINNOW_ARGS_OK;
	report = imap_winnow_clean_begin(cmd, found.options, found.program);
	if (report != NULL && imap_winnow_clean_mailbox_allows(box, TRUE))
		winnow_clean_expect(box, WINNOW_CLEAN_LOOK_TWICE, report);
	return IMAP_WINNOW_ARGS_OK;
}

/* RFC 2971: the client's name is among the pairs of strings. */
static const char *id_find_name(const struct imap_arg *args)
{
	const char *field, *value;

	if (!imap_arg_get_list(args, &args))
		return NULL;
	for (; !IMAP_ARG_IS_EOL(&args[0]) && !IMAP_ARG_IS_EOL(&args[1]);
	     args += 2) {
		if (imap_arg_get_string(&args[0], &field) &&
		    strcasecmp(field, "name") == 0 &&
		    imap_arg_get_string(&args[1], &value))
			return value;
	}
	return NULL;
}

static enum imap_winnow_args_result
id_hook(struct client_command_context *cmd, pool_t pool ATTR_UNUSED,
	const struct imap_arg **args)
{
	struct winnow_user *wuser = winnow_user_get(cmd->client->user);
	const char *name = id_find_name(*args);

	if (wuser != NULL && name != NULL &&
	    imap_winnow_clean_bypasses(wuser->set->client_bypass, name))
		imap_winnow_client_set_aware(cmd->client);
	return IMAP_WINNOW_ARGS_OK;
}

static const char *report_code(const struct winnow_clean_report *report)
{
	if (report->shown > 0)
		return t_strdup_printf("[X-WINNOW SHOWN %u]", report->shown);
	if (report->skipped > 0) {
		return t_strdup_printf("[X-WINNOW SKIPPED %u]",
				       report->skipped);
	}
	return NULL;
}

/* One response code to a line: where the tagged OK has one already, ours goes
   before. */
static const char *
clean_tagline(struct client *client, const struct winnow_clean_report *report,
	      const char *data)
{
	const char *code = report_code(report);

	if (code == NULL || strncmp(data, "OK ", 3) != 0)
		return data;
	if (data[3] != '[')
		return t_strdup_printf("OK %s %s", code, data + 3);
	client_send_line(client, t_strdup_printf("* OK %s %s", code,
		report->shown > 0 ? "Only spam was found." :
		"Spam was left out."));
	return data;
}

static void
clean_send_tagline(struct client_command_context *cmd, const char *data)
{
	union imap_module_context *ctx =
		IMAP_WINNOW_CLEAN_CONTEXT_REQUIRE(cmd->client);
	struct imap_winnow_clean_command *ccmd =
		IMAP_WINNOW_CLEAN_CONTEXT(cmd);

	if (ccmd != NULL)
		data = clean_tagline(cmd->client, &ccmd->report, data);
	ctx->super.send_tagline(cmd, data);
}

void imap_winnow_clean_client_created(struct client *client)
{
	union imap_module_context *ctx =
		p_new(client->pool, union imap_module_context, 1);

	ctx->super = client->v;
	client->v.send_tagline = clean_send_tagline;
	MODULE_CONTEXT_SET_SELF(client, imap_winnow_clean_module, ctx);
}

static void
clean_command_pre(struct client_command_context *cmd ATTR_UNUSED)
{
}

/* The search has begun by now, or the command has failed, or waits. */
static void
clean_command_post(struct client_command_context *cmd ATTR_UNUSED)
{
	winnow_clean_expect_nothing();
}

void imap_winnow_clean_init(void)
{
	command_hook_register(clean_command_pre, clean_command_post);
	imap_winnow_search_args_hook(clean_hook);
	imap_winnow_args_hook("ID", id_hook);
}

void imap_winnow_clean_deinit(void)
{
	command_hook_unregister(clean_command_pre, clean_command_post);
}
