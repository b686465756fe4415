#include "lib.h"
#include "mail-user.h"
#include "doveadm.h"
#include "doveadm-mail.h"
#include "winnow-filter-key.h"
#include "winnow-key.h"
#include "winnow-user.h"
#include "doveadm-winnow-plugin.h"

const char *doveadm_winnow_plugin_version = DOVECOT_ABI_VERSION;

/* No list of dependencies: with one, doveadm would refuse to start where the
   winnow plugin is not loaded. Without it, this module can't be opened there,
   and doveadm goes on without its commands. */

struct winnow_user *doveadm_winnow_user(struct doveadm_mail_cmd_context *ctx,
					struct mail_user *user)
{
	struct winnow_user *wuser = winnow_user_get(user);

	if (wuser == NULL) {
		e_error(user->event, "winnow: Off for this user: see "
			"doveadm winnow status");
		ctx->exit_code = EX_CONFIG;
	}
	return wuser;
}

bool doveadm_winnow_option(struct doveadm_mail_cmd_context *ctx ATTR_UNUSED,
			   int c ATTR_UNUSED)
{
	return TRUE;
}

void doveadm_winnow_plugin_init(struct module *module ATTR_UNUSED)
{
	/* queries are parsed before the storage plugin is initialised */
	winnow_key_register();
	winnow_filter_key_register();
	doveadm_cmd_register_ver2(&doveadm_winnow_cmd_explain);
	doveadm_cmd_register_ver2(&doveadm_winnow_cmd_rescan);
	doveadm_cmd_register_ver2(&doveadm_winnow_cmd_stats);
	doveadm_cmd_register_ver2(&doveadm_winnow_cmd_status);
}

void doveadm_winnow_plugin_deinit(void)
{
}
