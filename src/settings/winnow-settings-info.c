#include "lib.h"
#include "settings.h"
#include "settings-parser.h"
#include "winnow-settings.h"
#include "winnow-settings-info.h"

#undef DEF
#define DEF(type, name) \
	SETTING_DEFINE_STRUCT_##type("winnow_"#name, name, \
				     struct winnow_settings)

static const struct setting_define winnow_setting_defines[] = {
	DEF(BOOL, enable),
	DEF(STR, scanner),
	DEF(STR, trust),
	DEF(BOOL, move_teaches),
	DEF(UINT, threshold),
	DEF(STR, search),
	DEF(STR, idle),
	DEF(TIME, idle_max),
	DEF(BOOL, idle_hibernate),
	DEF(BOOL, user_settings),
	DEF(STR, capability),

	SETTING_DEFINE_LIST_END
};

static bool
winnow_settings_ext_check(struct event *event ATTR_UNUSED, void *set,
			  pool_t pool ATTR_UNUSED, const char **error_r)
{
	return winnow_settings_check(set, error_r);
}

const struct setting_parser_info winnow_setting_parser_info = {
	.name = "winnow",

	.defines = winnow_setting_defines,
	.defaults = &winnow_default_settings,
	.ext_check_func = winnow_settings_ext_check,

	.struct_size = sizeof(struct winnow_settings),
	.pool_offset1 = 1 + offsetof(struct winnow_settings, pool),
};
