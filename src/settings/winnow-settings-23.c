#include "lib.h"
#include "array.h"
#include "settings-parser.h"
#include "mail-user.h"
#include "winnow-settings.h"
#include "winnow-settings-23.h"

struct settings_reader {
	const struct mail_user *user;
	const char *error;
};

static bool
read_string(const char *str, void *value, pool_t pool,
	    const char **allowed_r ATTR_UNUSED)
{
	*(const char **)value = p_strdup(pool, str);
	return TRUE;
}

static bool
read_bool(const char *str, void *value, pool_t pool ATTR_UNUSED,
	  const char **allowed_r)
{
	bool is_on = strcasecmp(str, "yes") == 0 ||
		strcasecmp(str, "y") == 0 || strcmp(str, "1") == 0;

	*allowed_r = "allowed are yes and no";
	*(bool *)value = is_on;
	return is_on || strcasecmp(str, "no") == 0;
}

static bool
read_uint(const char *str, void *value, pool_t pool ATTR_UNUSED,
	  const char **allowed_r)
{
	*allowed_r = "allowed is a number";
	return str_to_uint(str, value) == 0;
}

static bool
read_secs(const char *str, void *value, pool_t pool ATTR_UNUSED,
	  const char **allowed_r)
{
	const char *error;

	if (settings_get_time(str, value, &error) == 0)
		return TRUE;
	*allowed_r = t_strdup_printf("allowed is a time as in '25 mins': %s",
				     error);
	return FALSE;
}

/* Each delivery reads the settings, so the configuration is gone through once
   and not for every name. */
static const struct setting {
	const char *name;
	bool (*read)(const char *str, void *value, pool_t pool,
		     const char **allowed_r);
	size_t offset;
} settings_known[] = {
#define SETTING(type, name) { #name, read_##type, \
			      offsetof(struct winnow_settings, name) }
	SETTING(bool, enable),
	SETTING(string, scanner),
	SETTING(string, trust),
	SETTING(string, trusted_hosts),
	SETTING(string, trusted_nets),
	SETTING(string, sign_header),
	SETTING(string, sign_keys),
	SETTING(bool, move_teaches),
	SETTING(uint, threshold),
	SETTING(string, search),
	SETTING(string, client_bypass),
	SETTING(string, idle),
	SETTING(secs, idle_max),
	SETTING(bool, idle_hibernate),
	SETTING(bool, user_settings),
	SETTING(string, capability),
#undef SETTING
};

static const struct setting *setting_find(const char *name)
{
	for (unsigned int i = 0; i < N_ELEMENTS(settings_known); i++) {
		if (strcmp(settings_known[i].name, name) == 0)
			return &settings_known[i];
	}
	return NULL;
}

static void
reader_setting(struct settings_reader *reader, struct winnow_settings *set,
	       const char *name, const char *str)
{
	const struct setting *setting = setting_find(name);
	const char *allowed;

	if (setting != NULL &&
	    !setting->read(str, PTR_OFFSET(set, setting->offset), set->pool,
			   &allowed)) {
		reader->error = t_strdup_printf(
			"winnow_%s: Invalid value '%s', %s", name, str,
			allowed);
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

/* Names without a meaning are ignored: other plugins have theirs there, too. */
static void
reader_settings(struct settings_reader *reader, struct winnow_settings *set)
{
	static const char prefix[] = "winnow_", source[] = "source_";
	const char *const *envs, *name;
	unsigned int count;

	p_array_init(&set->sources, set->pool, 4);
	if (!array_is_created(&reader->user->set->plugin_envs))
		return;
	envs = array_get(&reader->user->set->plugin_envs, &count);
	for (unsigned int i = 0; i + 1 < count; i += 2) {
		if (strncmp(envs[i], prefix, strlen(prefix)) != 0)
			continue;
		name = envs[i] + strlen(prefix);
		if (strncmp(name, source, strlen(source)) == 0) {
			reader_source(reader, set, name + strlen(source),
				      envs[i + 1]);
		} else {
			reader_setting(reader, set, name, envs[i + 1]);
		}
	}
}

int winnow_settings_get(struct mail_user *user,
			const struct winnow_settings **set_r,
			const char **error_r)
{
	struct settings_reader reader = { .user = user };
	struct winnow_settings *set;
	pool_t pool = pool_alloconly_create("winnow settings", 1024);

	set = p_new(pool, struct winnow_settings, 1);
	*set = winnow_default_settings;
	set->pool = pool;
	reader_settings(&reader, set);

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
