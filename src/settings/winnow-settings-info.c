#include "lib.h"
#include "array.h"
#include "settings-parser.h"
#include "winnow-settings.h"
#include "winnow-settings-info.h"

/* A '%' in a header's grammar is just that. */
#undef DEF
#define DEF(name) \
	SETTING_DEFINE_STRUCT_STR_NOVARS("winnow_source_"#name, \
					 definition.name, \
					 struct winnow_source_settings)

static const struct setting_define winnow_source_setting_defines[] = {
	SETTING_DEFINE_STRUCT_STR("winnow_source_name", name,
				  struct winnow_source_settings),
	DEF(header),
	DEF(word),
	DEF(spam),
	DEF(suspect),
	DEF(ham),
	DEF(score),
	DEF(limit),
	DEF(threshold),
	DEF(maximum),

	SETTING_DEFINE_LIST_END
};

static const struct winnow_source_settings winnow_source_default_settings = {
	.name = "",
	.definition = {
		.header = "",
		.word = "",
		.spam = "",
		.suspect = "",
		.ham = "",
		.score = "",
		.limit = "",
		.threshold = "",
		.maximum = "",
	},
};

const struct setting_parser_info winnow_source_setting_parser_info = {
	.name = "winnow_source",

	.defines = winnow_source_setting_defines,
	.defaults = &winnow_source_default_settings,

	.struct_size = sizeof(struct winnow_source_settings),
	.pool_offset1 = 1 + offsetof(struct winnow_source_settings, pool),
};

#undef DEF
#define DEF(type, name) \
	SETTING_DEFINE_STRUCT_##type("winnow_"#name, name, \
				     struct winnow_settings)

static const struct setting_define winnow_setting_defines[] = {
	DEF(BOOL, enable),
	DEF(STR, scanner),
	{ .type = SET_FILTER_ARRAY, .key = "winnow_source",
	  .offset = offsetof(struct winnow_settings, source),
	  .filter_array_field_name = "winnow_source_name" },
	{ .type = SET_FILTER_ARRAY, .key = "winnow_filter",
	  .offset = offsetof(struct winnow_settings, filter),
	  .filter_array_field_name = "winnow_filter_name" },
	DEF(STR, trust),
	DEF(STR, trusted_hosts),
	DEF(STR, trusted_nets),
	DEF(STR, sign_header),
	DEF(STR_NOVARS, sign_keys),
	DEF(BOOL, move_teaches),
	DEF(UINT, threshold),
	DEF(STR, search),
	DEF(STR, client_bypass),
	DEF(STR, idle),
	DEF(TIME, idle_max),
	DEF(BOOL, idle_hibernate),
	DEF(BOOL, user_settings),
	DEF(STR, capability),

	SETTING_DEFINE_LIST_END
};

const struct setting_parser_info winnow_setting_parser_info = {
	.name = "winnow",

	.defines = winnow_setting_defines,
	.defaults = &winnow_default_settings,
	.ext_check_func = winnow_settings_ext_check,

	.struct_size = sizeof(struct winnow_settings),
	.pool_offset1 = 1 + offsetof(struct winnow_settings, pool),
};

bool winnow_settings_read_sources(struct event *event,
				  struct winnow_settings *set, pool_t pool,
				  enum settings_get_flags flags,
				  const char **error_r)
{
	struct winnow_source_settings *source;
	const struct winnow_source_settings *read;
	const char *name, *error;

	if (!array_is_created(&set->source))
		return TRUE;
	p_array_init(&set->sources, pool, array_count(&set->source));
	array_foreach_elem(&set->source, name) {
		if (settings_get_filter(event, "winnow_source", name,
					&winnow_source_setting_parser_info,
					flags, &read, &error) < 0) {
			*error_r = t_strdup_printf("winnow_source %s: %s",
						   name, error);
			return FALSE;
		}
		/* its texts stay where they are, and live as long as these
		   settings */
		source = p_memdup(pool, read, sizeof(*read));
		pool_add_external_ref(pool, read->pool);
		settings_free(read);
		read = source;
		array_push_back(&set->sources, &read);
	}
	return TRUE;
}
