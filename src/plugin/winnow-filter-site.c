#include "lib.h"
#include "array.h"
#include "winnow-key.h"
#include "winnow-user.h"
#include "winnow-filter-site.h"

/* In parentheses, so that NOT FILTER not-spam is what it seems to be. */
static const struct winnow_filter_settings filters_shipped[] = {
	{
		.name = "spam",
		.search = "("WINNOW_KEY_NAME" SPAM)",
		.description = "Spam",
	},
	{
		.name = "not-spam",
		.search = "(NOT "WINNOW_KEY_NAME" SPAM)",
		.description = "All but spam",
	},
	{
		.name = "unscanned",
		.search = "("WINNOW_KEY_NAME" UNKNOWN)",
		.description = "Not judged by a spam filter",
	},
};

static bool
filters_have(const ARRAY_TYPE(winnow_filter_settings) *filters,
	     const char *name)
{
	const struct winnow_filter_settings *filter;

	array_foreach_elem(filters, filter) {
		if (strcasecmp(filter->name, name) == 0)
			return TRUE;
	}
	return FALSE;
}

static void
filters_add(ARRAY_TYPE(winnow_filter_settings) *filters,
	    const struct winnow_filter_settings *filter)
{
	if (!filters_have(filters, filter->name))
		array_push_back(filters, &filter);
}

void winnow_filter_site_list(const struct winnow_user *wuser,
			     ARRAY_TYPE(winnow_filter_settings) *filters_r)
{
	const struct winnow_filter_settings *filter;

	t_array_init(filters_r, 8);
	if (array_is_created(&wuser->set->filters)) {
		array_foreach_elem(&wuser->set->filters, filter)
			filters_add(filters_r, filter);
	}
	/* what they ask for has to be known */
	if (!winnow_settings_offers(wuser->set, WINNOW_KEY_NAME))
		return;
	for (unsigned int i = 0; i < N_ELEMENTS(filters_shipped); i++)
		filters_add(filters_r, &filters_shipped[i]);
}

const struct winnow_filter_settings *
winnow_filter_site_find(const struct winnow_user *wuser, const char *name)
{
	ARRAY_TYPE(winnow_filter_settings) filters;
	const struct winnow_filter_settings *filter;

	winnow_filter_site_list(wuser, &filters);
	array_foreach_elem(&filters, filter) {
		if (strcasecmp(filter->name, name) == 0)
			return filter;
	}
	return NULL;
}
