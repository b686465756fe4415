#include "lib.h"
#include "settings-parser.h"
#include "mail-user.h"
#include "winnow-settings.h"
#include "winnow-settings-info.h"

bool winnow_settings_ext_check(struct event *event, void *set, pool_t pool,
			       const char **error_r)
{
	return winnow_settings_check(set, error_r) &&
		winnow_settings_read_sources(event, set, pool, 0, error_r) &&
		winnow_settings_read_filters(event, set, pool, error_r);
}

int winnow_settings_get(struct mail_user *user,
			const struct winnow_settings **set_r,
			const char **error_r)
{
	if (settings_get(user->event, &winnow_setting_parser_info, 0,
			 set_r, error_r) == 0)
		return 0;
	if (strstr(*error_r, "no settings struct") != NULL) {
		/* the config process has learned of none of them */
		*error_r = "Dovecot does not know winnow's settings: install "
			"settings/libwinnow_settings.so in Dovecot's module "
			"directory and restart Dovecot (a reload is not enough)";
	}
	return -1;
}

void winnow_settings_free(const struct winnow_settings **set)
{
	settings_free(*set);
}
