#include "lib.h"
#include "unichar.h"
#include "winnow-criteria.h"
#include "winnow-criteria-text.h"
#include "winnow-settings-filter.h"

static bool
filter_check(const struct winnow_filter_settings *filter, const char **error_r)
{
	const struct imap_arg *program;
	const char *error;
	pool_t pool;
	int ret;

	if (!winnow_criteria_filter_name_is_valid(filter->name)) {
		*error_r = "Invalid name, allowed are ASCII letters, digits "
			"and some signs as in 'not-spam'";
		return FALSE;
	}
	if (!uni_utf8_str_is_valid(filter->description)) {
		*error_r = "The description is not UTF-8";
		return FALSE;
	}
	pool = pool_alloconly_create("winnow filter", 1024);
	ret = winnow_criteria_read_text(pool, filter->search, &program, &error);
	pool_unref(&pool);
	if (ret == 0)
		return TRUE;
	*error_r = t_strdup_printf("Invalid search: %s", error);
	return FALSE;
}

bool winnow_filter_settings_check(const struct winnow_filter_settings *filter,
				  const char **error_r)
{
	const char *error;

	if (filter_check(filter, &error))
		return TRUE;
	*error_r = t_strdup_printf("winnow_filter %s: %s",
				   winnow_criteria_quote(filter->name), error);
	return FALSE;
}
