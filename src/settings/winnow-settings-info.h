#ifndef WINNOW_SETTINGS_INFO_H
#define WINNOW_SETTINGS_INFO_H

#include "settings.h"

struct winnow_settings;

/* Dovecot 2.4: the declared settings, for the storage plugin and for the
   config process, which must agree on them. */
extern const struct setting_parser_info winnow_setting_parser_info;
extern const struct setting_parser_info winnow_source_setting_parser_info;
extern const struct setting_parser_info winnow_filter_setting_parser_info;

/* What is done with settings that were read differs between the two. */
bool winnow_settings_ext_check(struct event *event, void *set, pool_t pool,
			       const char **error_r);

/* Reads the winnow_source blocks that set->source names into set->sources.
   Returns FALSE and the error if one can't be read. */
bool winnow_settings_read_sources(struct event *event,
				  struct winnow_settings *set, pool_t pool,
				  enum settings_get_flags flags,
				  const char **error_r);
/* The same for set->filter and set->filters. */
bool winnow_settings_read_filters(struct event *event,
				  struct winnow_settings *set, pool_t pool,
				  const char **error_r);

#endif
