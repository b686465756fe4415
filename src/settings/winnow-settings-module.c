#include "lib.h"
#include "settings.h"
#include "settings-parser.h"
#include "winnow-settings-info.h"

/* Looked up by name in the config process, see CONFIG_MODULE_DIR. */
extern const char *winnow_settings_version;
extern const struct setting_parser_info *winnow_settings_set_infos[];

const char *winnow_settings_version = DOVECOT_ABI_VERSION;

const struct setting_parser_info *winnow_settings_set_infos[] = {
	&winnow_setting_parser_info,
	NULL
};
