#include "lib.h"
#include "array.h"
#include "settings-parser.h"
#include "winnow-settings.h"
#include "winnow-settings-info.h"

#define GET_FLAGS (SETTINGS_GET_FLAG_NO_CHECK | SETTINGS_GET_FLAG_NO_EXPAND)

/* Looked up by name in the config process, see CONFIG_MODULE_DIR. */
extern const char *winnow_settings_version;
extern const struct setting_parser_info *winnow_settings_set_infos[];

const char *winnow_settings_version = DOVECOT_ABI_VERSION;

const struct setting_parser_info *winnow_settings_set_infos[] = {
	&winnow_setting_parser_info,
	&winnow_source_setting_parser_info,
	&winnow_filter_setting_parser_info,
	NULL
};

/* Nobody can say yet what a value with variables will be: it is judged when a
   user's session reads it. */
static void
assume_default(const char **value, const char *default_value)
{
	if (*value == set_value_unknown)
		*value = default_value;
}

/* doveconf shows where keys come from, and doesn't read them. */
static void assume_keys(const char **keys)
{
	if (**keys == '<')
		*keys = "unread 0000000000000000";
}

static bool has_variables(const char *value)
{
	return strstr(value, "%{") != NULL;
}

/* Here a block such as protocol lmtp { } has the settings of its own alone, but
   how they go together depends on those around it. */
static bool check_policy(struct event *event, const char **error_r)
{
	const struct winnow_settings *read;
	struct winnow_settings set;
	struct winnow_policy policy;
	const char *error;
	bool ok;

	if (settings_get(event, &winnow_setting_parser_info, GET_FLAGS,
			 &read, &error) < 0)
		return TRUE;
	set = *read;
	assume_keys(&set.sign_keys);
	ok = has_variables(set.scanner) || has_variables(set.trust) ||
		has_variables(set.trusted_hosts) ||
		has_variables(set.trusted_nets) ||
		has_variables(set.sign_header) ||
		(winnow_settings_read_sources(event, &set, set.pool, GET_FLAGS,
					      error_r) &&
		 winnow_settings_get_policy(&set, &policy, error_r));
	settings_free(read);
	return ok;
}

bool winnow_settings_ext_check(struct event *event, void *_set,
			       pool_t pool ATTR_UNUSED, const char **error_r)
{
	const struct winnow_settings *defaults = &winnow_default_settings;
	struct winnow_settings *set = _set;

	assume_default(&set->search, defaults->search);
	assume_default(&set->idle, defaults->idle);
	assume_default(&set->capability, defaults->capability);
	return winnow_settings_check(set, error_r) &&
		check_policy(event, error_r);
}
