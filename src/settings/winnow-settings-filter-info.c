#include "lib.h"
#include "array.h"
#include "settings-parser.h"
#include "winnow-settings.h"
#include "winnow-settings-info.h"

/* A '%' in a search is just that. */
#undef DEF
#define DEF(name) \
	SETTING_DEFINE_STRUCT_STR_NOVARS("winnow_filter_"#name, name, \
					 struct winnow_filter_settings)

static const struct setting_define winnow_filter_setting_defines[] = {
	DEF(name),
	DEF(search),
	DEF(description),

	SETTING_DEFINE_LIST_END
};

static const struct winnow_filter_settings winnow_filter_default_settings = {
	.name = "",
	.search = "",
	.description = "",
};

static bool
winnow_filter_ext_check(struct event *event ATTR_UNUSED, void *_set,
			pool_t pool ATTR_UNUSED, const char **error_r)
{
	const struct winnow_filter_settings *set = _set;

	/* the defaults of a block, outside of any */
	return *set->name == '\0' ||
		winnow_filter_settings_check(set, error_r);
}

const struct setting_parser_info winnow_filter_setting_parser_info = {
	.name = "winnow_filter",

	.defines = winnow_filter_setting_defines,
	.defaults = &winnow_filter_default_settings,
	.ext_check_func = winnow_filter_ext_check,

	.struct_size = sizeof(struct winnow_filter_settings),
	.pool_offset1 = 1 + offsetof(struct winnow_filter_settings, pool),
};

bool winnow_settings_read_filters(struct event *event,
				  struct winnow_settings *set, pool_t pool,
				  const char **error_r)
{
	const struct winnow_filter_settings *read;
	const char *name, *error;

	if (!array_is_created(&set->filter))
		return TRUE;
	p_array_init(&set->filters, pool, array_count(&set->filter));
	array_foreach_elem(&set->filter, name) {
		if (settings_get_filter(event, "winnow_filter", name,
					&winnow_filter_setting_parser_info, 0,
					&read, &error) < 0) {
			*error_r = t_strdup_printf("winnow_filter %s: %s",
						   name, error);
			return FALSE;
		}
		/* lives as long as these settings */
		pool_add_external_ref(pool, read->pool);
		array_push_back(&set->filters, &read);
		settings_free(read);
	}
	return TRUE;
}
