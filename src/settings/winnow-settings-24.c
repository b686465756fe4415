#include "lib.h"
#include "settings.h"
#include "settings-parser.h"
#include "mail-user.h"
#include "winnow-settings.h"
#include "winnow-settings-info.h"

int winnow_settings_get(struct mail_user *user,
			const struct winnow_settings **set_r,
			const char **error_r)
{
	return settings_get(user->event, &winnow_setting_parser_info, 0,
			    set_r, error_r);
}

void winnow_settings_free(const struct winnow_settings **set)
{
	settings_free(*set);
}
