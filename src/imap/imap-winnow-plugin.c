#include "imap-common.h"
#include "imap-commands.h"
#include "winnow-key.h"
#include "winnow-user.h"
#include "imap-winnow-args.h"
#include "imap-winnow-weak.h"
#include "imap-winnow-clean.h"
#include "imap-winnow-client.h"
#include "imap-winnow-enable.h"
#include "imap-winnow-esearch.h"
#include "imap-winnow-fetch.h"
#include "imap-winnow-filter.h"
#include "imap-winnow-filter-search.h"
#include "imap-winnow-sort.h"
#include "imap-winnow-status.h"
#include "imap-winnow-idle.h"
#include "imap-winnow-plugin.h"

/* These two are asked for: the compiler must not take them for granted. */
#pragma weak command_hook_register
#pragma weak winnow_user_get

const char *imap_winnow_plugin_version = DOVECOT_ABI_VERSION;

static imap_client_created_func_t *next_hook_client_created;
static bool initialized;

/* Whose search program is being read; NULL: nobody's. */
static struct client *searching_client;

static void client_init_preferences(struct client *client)
{
	struct winnow_user *wuser = winnow_user_get(client->user);

	if (wuser != NULL && !client->set->imap_metadata) {
		winnow_preferences_refuse(wuser, "Preferences can't be "
			"stored: the server has no METADATA "
			"(imap_metadata = no)");
	}
}

static void imap_winnow_client_created(struct client **client)
{
	client_init_preferences(*client);
	if (imap_winnow_client_offers(*client, WINNOW_KEY_NAME))
		client_add_capability(*client, WINNOW_KEY_NAME);
	if (imap_winnow_filter_is_offered(*client))
		client_add_capability(*client, IMAP_WINNOW_FILTERS);
	imap_winnow_esearch_client_created(*client);
	if (winnow_user_get((*client)->user) != NULL) {
		imap_winnow_idle_client_created(*client);
		imap_winnow_clean_client_created(*client);
	}

	if (next_hook_client_created != NULL)
		next_hook_client_created(client);
}

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

static void imap_winnow_command_pre(struct client_command_context *cmd)
{
	searching_client = command_searches(cmd->name) ? cmd->client : NULL;
}

static void imap_winnow_command_post(struct client_command_context *cmd ATTR_UNUSED)
{
	searching_client = NULL;
}

/* Other commands read the rules of virtual mailboxes. */
static bool imap_winnow_search_key_gate(void)
{
	if (searching_client == NULL)
		return TRUE;
	if (!imap_winnow_client_offers(searching_client, WINNOW_KEY_NAME))
		return FALSE;
	/* another threshold has to be known before the key is built */
	(void)winnow_preferences_get(winnow_user_get(searching_client->user));
	return TRUE;
}

void imap_winnow_plugin_init(struct module *module ATTR_UNUSED)
{
	if (command_hook_register == NULL) {
		i_error("winnow: imap_winnow works in the imap process only: "
			"move it from the global mail_plugins to "
			"protocol imap { mail_plugins = ... }");
		return;
	}
	if (winnow_user_get == NULL) {
		i_error("winnow: imap_winnow needs the winnow plugin: "
			"add winnow to mail_plugins, before imap_winnow");
		return;
	}
	initialized = TRUE;
	next_hook_client_created =
		imap_client_created_hook_set(imap_winnow_client_created);
	command_hook_register(imap_winnow_command_pre,
			      imap_winnow_command_post);
	winnow_key_set_gate(imap_winnow_search_key_gate);
	imap_winnow_enable_init();
	imap_winnow_filter_search_init();
	imap_winnow_fetch_init();
	imap_winnow_sort_init();
	imap_winnow_status_init();
	imap_winnow_esearch_init();
	imap_winnow_idle_init();
	/* judges what all hooks before it have left of a search program */
	imap_winnow_clean_init();
}

void imap_winnow_plugin_deinit(void)
{
	if (!initialized)
		return;
	imap_winnow_clean_deinit();
	imap_winnow_esearch_deinit();
	imap_winnow_sort_deinit();
	imap_winnow_fetch_deinit();
	winnow_key_set_gate(NULL);
	imap_winnow_idle_deinit();
	imap_winnow_args_deinit();
	command_hook_unregister(imap_winnow_command_pre,
				imap_winnow_command_post);
	imap_client_created_hook_set(next_hook_client_created);
}
