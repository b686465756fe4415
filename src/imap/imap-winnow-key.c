#include "imap-common.h"
#include "imap-commands.h"
#include "winnow-key.h"
#include "winnow-user.h"
#include "imap-winnow-client.h"
#include "imap-winnow-key.h"
#include "imap-winnow-weak.h"

/* Whose search program is being read; NULL: nobody's. */
static struct client *searching_client;

static bool command_searches(const char *name)
{
	static const char *const names[] = {
		"SEARCH", "SORT", "THREAD", "ESEARCH"
	};

	if (strncasecmp(name, "UID ", 4) == 0)
		name += 4;
	for (unsigned int i = 0; i < N_ELEMENTS(names); i++) {
		if (strcasecmp(name, names[i]) == 0)
			return TRUE;
	}
	return FALSE;
}

static void key_command_pre(struct client_command_context *cmd)
{
	searching_client = command_searches(cmd->name) ? cmd->client : NULL;
}

static void key_command_post(struct client_command_context *cmd ATTR_UNUSED)
{
	searching_client = NULL;
}

/* Other commands read the rules of virtual mailboxes. */
static bool key_gate(void)
{
	if (searching_client == NULL)
		return TRUE;
	if (!imap_winnow_client_offers(searching_client, WINNOW_KEY_NAME))
		return FALSE;
	/* another threshold has to be known before the key is built */
	(void)winnow_preferences_get(winnow_user_get(searching_client->user));
	return TRUE;
}

void imap_winnow_key_init(void)
{
	command_hook_register(key_command_pre, key_command_post);
	winnow_key_set_gate(key_gate);
}

void imap_winnow_key_deinit(void)
{
	winnow_key_set_gate(NULL);
	command_hook_unregister(key_command_pre, key_command_post);
}
