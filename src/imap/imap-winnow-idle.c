#include "imap-common.h"
#include "imap-commands.h"
#include "imap-sync.h"
#include "winnow-mailbox.h"
#include "winnow-quiet.h"
#include "winnow-settings.h"
#include "winnow-user.h"
#include "imap-winnow-weak.h"
#include "imap-winnow-idle.h"

#define IMAP_WINNOW_IDLE_CONTEXT(obj) \
	MODULE_CONTEXT(obj, imap_winnow_idle_module)
#define IMAP_WINNOW_IDLE_CONTEXT_REQUIRE(obj) \
	MODULE_CONTEXT_REQUIRE(obj, imap_winnow_idle_module)

static MODULE_CONTEXT_DEFINE_INIT(imap_winnow_idle_module,
				  &imap_module_register);

static bool command_is_idle(const struct client_command_context *cmd)
{
	/* as the client has written it */
	return cmd->name != NULL && strcasecmp(cmd->name, "IDLE") == 0;
}

/* RFC 5465, section 4: with NOTIFY in force, IDLE sends what NOTIFY says. A live
   context (RFC 5267) has to learn of each message at once. In \Junk, all new
   mail is spam, and who watches it wants to know. */
static bool client_may_be_quiet(struct client *client)
{
	return client->mailbox != NULL && client->notify_ctx == NULL &&
		!(array_is_created(&client->search_updates) &&
		  array_count(&client->search_updates) > 0) &&
		!winnow_mailbox_is_junk(client->mailbox);
}

static void idle_command_pre(struct client_command_context *cmd)
{
	struct winnow_user *wuser = winnow_user_get(cmd->client->user);

	/* the first time only, not when IDLE goes on */
	if (wuser != NULL && cmd->context == NULL && command_is_idle(cmd) &&
	    client_may_be_quiet(cmd->client))
		winnow_quiet_begin(cmd->client->mailbox, wuser->set->idle_max);
}

static void idle_command_post(struct client_command_context *cmd ATTR_UNUSED)
{
}

/* RFC 9051, section 5.2: what was observed during a command is sent before the
   command is over. */
static void idle_send_owed(struct client_command_context *cmd)
{
	struct imap_sync_context *ctx;

	ctx = imap_sync_init(cmd->client, cmd->client->mailbox, 0, 0);
	/* 0: the client is slow to read; all that is left is queued */
	while (imap_sync_more(ctx) == 0) ;
	if (imap_sync_deinit(ctx, cmd) < 0) {
		client_send_untagged_storage_error(cmd->client,
			mailbox_get_storage(cmd->client->mailbox));
	}
}

static void
idle_send_tagline(struct client_command_context *cmd, const char *data)
{
	struct client *client = cmd->client;
	union imap_module_context *ctx =
		IMAP_WINNOW_IDLE_CONTEXT_REQUIRE(client);
	bool owed;

	if (command_is_idle(cmd) && client->mailbox != NULL) {
		owed = !cmd->cancel && !client->disconnected &&
			winnow_quiet_owes(client->mailbox);
		winnow_quiet_end(client->mailbox);
		if (owed)
			idle_send_owed(cmd);
	}
	ctx->super.send_tagline(cmd, data);
}

/* The process that keeps hibernated sessions wakes them for any change, and the
   one that takes them back announces it before a plugin can object. What has
   happened before it watches, it would never announce. */
static int
idle_state_export(struct client *client, bool internal, buffer_t *dest,
		  const char **error_r)
{
	union imap_module_context *ctx =
		IMAP_WINNOW_IDLE_CONTEXT_REQUIRE(client);
	struct winnow_user *wuser = winnow_user_get(client->user);

	if (client->mailbox != NULL && winnow_quiet_is_on(client->mailbox) &&
	    (!wuser->set->idle_hibernate ||
	     winnow_quiet_is_pending(client->mailbox))) {
		*error_r = "winnow: IDLE is quiet";
		return 0;
	}
	return ctx->super.state_export(client, internal, dest, error_r);
}

void imap_winnow_idle_client_created(struct client *client)
{
	union imap_module_context *ctx =
		p_new(client->pool, union imap_module_context, 1);

	ctx->super = client->v;
	client->v.send_tagline = idle_send_tagline;
	client->v.state_export = idle_state_export;
	MODULE_CONTEXT_SET_SELF(client, imap_winnow_idle_module, ctx);
}

void imap_winnow_idle_init(void)
{
	command_hook_register(idle_command_pre, idle_command_post);
}

void imap_winnow_idle_deinit(void)
{
	command_hook_unregister(idle_command_pre, idle_command_post);
}
