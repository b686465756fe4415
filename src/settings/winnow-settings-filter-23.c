#include "lib.h"
#include "array.h"
#include "mail-user.h"
#include "winnow-settings.h"
#include "winnow-settings-23.h"

#define FILTER_PREFIX "winnow_filter_"
#define FILTER_DESCRIPTION "_description"

/* winnow_filter_<name> = ..., and winnow_filter_<name>_description */
static void
filter_read(const struct mail_user *user, struct winnow_settings *set,
	    const char *name, const char *search)
{
	struct winnow_filter_settings *filter;
	const struct winnow_filter_settings *added;
	const char *description;

	description = mail_user_plugin_getenv((struct mail_user *)user,
		t_strconcat(FILTER_PREFIX, name, FILTER_DESCRIPTION, NULL));
	filter = p_new(set->pool, struct winnow_filter_settings, 1);
	filter->name = p_strdup(set->pool, name);
	filter->search = p_strdup(set->pool, search);
	filter->description = p_strdup(set->pool, description == NULL ? "" :
				       description);
	added = filter;
	array_push_back(&set->filters, &added);
}

static bool name_is_description(const char *name)
{
	size_t len = strlen(name), end = strlen(FILTER_DESCRIPTION);

	return len > end && strcmp(name + len - end, FILTER_DESCRIPTION) == 0;
}

bool winnow_settings_read_filters(const struct mail_user *user,
				  struct winnow_settings *set,
				  const char **error_r)
{
	const struct winnow_filter_settings *filter;
	const char *const *envs;
	unsigned int count;

	p_array_init(&set->filters, set->pool, 4);
	if (!array_is_created(&user->set->plugin_envs))
		return TRUE;
	envs = array_get(&user->set->plugin_envs, &count);
	for (unsigned int i = 0; i + 1 < count; i += 2) {
		const char *name = envs[i] + strlen(FILTER_PREFIX);

		if (strncmp(envs[i], FILTER_PREFIX,
			    strlen(FILTER_PREFIX)) == 0 &&
		    !name_is_description(name))
			filter_read(user, set, name, envs[i + 1]);
	}
	array_foreach_elem(&set->filters, filter) {
		if (!winnow_filter_settings_check(filter, error_r))
			return FALSE;
	}
	return TRUE;
}
