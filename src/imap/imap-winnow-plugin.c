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
#include "imap-winnow-key.h"
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
	imap_winnow_key_init();
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
	imap_winnow_idle_deinit();
	imap_winnow_args_deinit();
	imap_winnow_key_deinit();
	imap_client_created_hook_set(next_hook_client_created);
}
