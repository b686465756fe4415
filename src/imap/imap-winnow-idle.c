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

static bool client_wants_quiet(struct client *client)
{
	struct winnow_user *wuser = winnow_user_get(client->user);

	return wuser != NULL && winnow_preferences_get(wuser)->quiet_idle;
}

/* RFC 5465, section 4: with NOTIFY in force, IDLE sends what NOTIFY says. A live
   context (RFC 5267) has to learn of each message at once. In \Junk, all new
   mail is spam, and who watches it wants to know. */
static bool client_may_be_quiet(struct client *client)
{
	return client->mailbox != NULL && client->notify_ctx == NULL &&
		!(array_is_created(&client->search_updates) &&
		  array_count(&client->search_updates) > 0) &&
		!winnow_mailbox_is_junk(client->mailbox) &&
		client_wants_quiet(client);
}

static void idle_command_pre(struct client_command_context *cmd)
{
	struct winnow_user *wuser;

	/* the first time only, not when IDLE goes on */
	if (cmd->context != NULL || strcmp(cmd->name, "IDLE") != 0 ||
	    !client_may_be_quiet(cmd->client))
		return;
	wuser = winnow_user_get(cmd->client->user);
	winnow_quiet_begin(cmd->client->mailbox, wuser->set->idle_max);
}

static void idle_command_post(struct client_command_context *cmd ATTR_UNUSED)
{
}

/* RFC 9051, section 5.2: what was observed during a command is sent before the
   command is over. */
static void idle_send_held(struct client_command_context *cmd)
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
	union imap_module_context *ctx =
		IMAP_WINNOW_IDLE_CONTEXT_REQUIRE(cmd->client);

	if (cmd->name != NULL && strcmp(cmd->name, "IDLE") == 0 &&
	    cmd->client->mailbox != NULL &&
	    winnow_quiet_end(cmd->client->mailbox) &&
	    !cmd->client->disconnected)
		idle_send_held(cmd);
	ctx->super.send_tagline(cmd, data);
}

/* The process that keeps hibernated sessions wakes them for any change, and the
   one that takes them back announces it before a plugin can object. */
static int
idle_state_export(struct client *client, bool internal, buffer_t *dest,
		  const char **error_r)
{
	union imap_module_context *ctx =
		IMAP_WINNOW_IDLE_CONTEXT_REQUIRE(client);
	struct winnow_user *wuser = winnow_user_get(client->user);

	if (!wuser->set->idle_hibernate && client_may_be_quiet(client)) {
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
