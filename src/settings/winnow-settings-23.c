#include "lib.h"
#include "array.h"
#include "settings-parser.h"
#include "mail-user.h"
#include "winnow-settings.h"
#include "winnow-settings-23.h"

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

static const struct {
	const char *key;
	size_t offset;
} source_keys[] = {
#define KEY(name) { #name, offsetof(struct winnow_source_settings, \
				    definition.name) }
	KEY(header),
	KEY(word),
	KEY(spam),
	KEY(suspect),
	KEY(ham),
	KEY(score),
	KEY(limit),
	KEY(threshold),
	KEY(maximum),
#undef KEY
};

static struct winnow_source_settings *
source_get(struct winnow_settings *set, const char *name)
{
	const struct winnow_source_settings *found;
	struct winnow_source_settings *source;

	array_foreach_elem(&set->sources, found) {
		if (strcmp(found->name, name) == 0)
			return (struct winnow_source_settings *)found;
	}
	source = p_new(set->pool, struct winnow_source_settings, 1);
	source->name = p_strdup(set->pool, name);
	for (unsigned int i = 0; i < N_ELEMENTS(source_keys); i++) {
		const char **text = PTR_OFFSET(source, source_keys[i].offset);

		*text = "";
	}
	found = source;
	array_push_back(&set->sources, &found);
	return source;
}

/* winnow_source_<name>_<key>; names may have a '_', keys have none. */
static void
reader_source(struct settings_reader *reader, struct winnow_settings *set,
	      const char *name_and_key, const char *value)
{
	const char *key = strrchr(name_and_key, '_');

	for (unsigned int i = 0; key != NULL && i < N_ELEMENTS(source_keys);
	     i++) {
		if (strcmp(source_keys[i].key, key + 1) == 0) {
			const char **text = PTR_OFFSET(
				source_get(set, t_strdup_until(name_and_key,
							       key)),
				source_keys[i].offset);

			*text = p_strdup(set->pool, value);
			return;
		}
	}
	reader->error = t_strdup_printf(
		"winnow_source_%s: Unknown setting, there are: "
		"winnow_source_<name>_{header, word, spam, suspect, ham, "
		"score, limit, threshold, maximum}", name_and_key);
}

static void
reader_sources(struct settings_reader *reader, struct winnow_settings *set)
{
	static const char prefix[] = "winnow_source_";
	const char *const *envs;
	unsigned int count;

	p_array_init(&set->sources, set->pool, 4);
	if (!array_is_created(&reader->user->set->plugin_envs))
		return;
	envs = array_get(&reader->user->set->plugin_envs, &count);
	for (unsigned int i = 0; i + 1 < count; i += 2) {
		if (strncmp(envs[i], prefix, sizeof(prefix) - 1) == 0) {
			reader_source(reader, set,
				      envs[i] + sizeof(prefix) - 1,
				      envs[i + 1]);
		}
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
	reader_sources(&reader, set);
	reader_string(&reader, "trust", pool, &set->trust);
	reader_string(&reader, "trusted_hosts", pool, &set->trusted_hosts);
	reader_string(&reader, "trusted_nets", pool, &set->trusted_nets);
	reader_string(&reader, "sign_header", pool, &set->sign_header);
	reader_string(&reader, "sign_keys", pool, &set->sign_keys);
	reader_bool(&reader, "move_teaches", &set->move_teaches);
	reader_uint(&reader, "threshold", &set->threshold);
	reader_string(&reader, "search", pool, &set->search);
	reader_string(&reader, "client_bypass", pool, &set->client_bypass);
	reader_string(&reader, "idle", pool, &set->idle);
	reader_secs(&reader, "idle_max", &set->idle_max);
	reader_bool(&reader, "idle_hibernate", &set->idle_hibernate);
	reader_bool(&reader, "user_settings", &set->user_settings);
	reader_string(&reader, "capability", pool, &set->capability);

	if (reader.error != NULL)
		*error_r = reader.error;
	else if (winnow_settings_read_filters(user, set, error_r) &&
		 winnow_settings_check(set, error_r)) {
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
