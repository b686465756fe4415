#ifndef WINNOW_SETTINGS_FILTER_H
#define WINNOW_SETTINGS_FILTER_H

/* One winnow_filter. */
struct winnow_filter_settings {
	pool_t pool;

	/* in lower or upper case, as the administrator wrote it */
	const char *name;
	/* a search program (RFC 5466), correct as far as can be told without
	   a mailbox */
	const char *search;
	/* for people, "" if not set */
	const char *description;
};
ARRAY_DEFINE_TYPE(winnow_filter_settings,
		  const struct winnow_filter_settings *);

/* Returns FALSE, and which filter is wrong in what. */
bool winnow_filter_settings_check(const struct winnow_filter_settings *filter,
				  const char **error_r);

#endif
