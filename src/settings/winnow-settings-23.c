#include "lib.h"
#include "settings-parser.h"
#include "mail-user.h"
#include "winnow-settings.h"

struct settings_reader {
	struct mail_user *user;
	const char *error;
};

static const char *
reader_get(struct settings_reader *reader, const char *name)
{
	return mail_user_plugin_getenv(reader->user,
				       t_strconcat("winnow_", name, NULL));
}

static void
reader_string(struct settings_reader *reader, const char *name,
	      pool_t pool, const char **value)
{
	const char *str = reader_get(reader, name);

	if (str != NULL)
		*value = p_strdup(pool, str);
}

static void
reader_bool(struct settings_reader *reader, const char *name, bool *value)
{
	const char *str = reader_get(reader, name);

	if (str == NULL)
		return;
	if (strcasecmp(str, "yes") == 0 || strcasecmp(str, "y") == 0 ||
	    strcmp(str, "1") == 0)
		*value = TRUE;
	else if (strcasecmp(str, "no") == 0)
		*value = FALSE;
	else {
		reader->error = t_strdup_printf(
			"winnow_%s: Invalid value '%s', allowed are yes and no",
			name, str);
	}
}

static void
reader_uint(struct settings_reader *reader, const char *name,
	    unsigned int *value)
{
	const char *str = reader_get(reader, name);

	if (str != NULL && str_to_uint(str, value) < 0) {
		reader->error = t_strdup_printf(
			"winnow_%s: Invalid value '%s', allowed is a number",
			name, str);
	}
}

static void
reader_secs(struct settings_reader *reader, const char *name,
	    unsigned int *value)
{
	const char *str = reader_get(reader, name), *error;

	if (str != NULL && settings_get_time(str, value, &error) < 0) {
		reader->error = t_strdup_printf(
			"winnow_%s: Invalid value '%s', allowed is a time as "
			"in '25 mins': %s", name, str, error);
	}
}

int winnow_settings_get(struct mail_user *user,
			const struct winnow_settings **set_r,
			const char **error_r)
{
	struct settings_reader reader = { .user = user };
	struct winnow_settings *set;
	pool_t pool = pool_alloconly_create("winnow settings", 512);

	set = p_new(pool, struct winnow_settings, 1);
	*set = winnow_default_settings;
	set->pool = pool;
	reader_bool(&reader, "enable", &set->enable);
	reader_string(&reader, "scanner", pool, &set->scanner);
	reader_string(&reader, "trust", pool, &set->trust);
	reader_bool(&reader, "move_teaches", &set->move_teaches);
	reader_uint(&reader, "threshold", &set->threshold);
	reader_string(&reader, "search", pool, &set->search);
	reader_string(&reader, "idle", pool, &set->idle);
	reader_secs(&reader, "idle_max", &set->idle_max);
	reader_bool(&reader, "idle_hibernate", &set->idle_hibernate);
	reader_bool(&reader, "user_settings", &set->user_settings);
	reader_string(&reader, "capability", pool, &set->capability);

	if (reader.error != NULL)
		*error_r = reader.error;
	else if (winnow_settings_check(set, error_r)) {
		*set_r = set;
		return 0;
	}
	pool_unref(&pool);
	return -1;
}

void winnow_settings_free(const struct winnow_settings **_set)
{
	const struct winnow_settings *set = *_set;
	pool_t pool;

	if (set == NULL)
		return;
	*_set = NULL;
	pool = set->pool;
	pool_unref(&pool);
}
