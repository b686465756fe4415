#include "lib.h"
#include "mailbox-attribute.h"
#include "winnow-attribute.h"
#include "winnow-filter-attribute.h"
#include "winnow-filter-site.h"
#include "winnow-filter.h"

static int
filter_get_value(struct mailbox *box, pool_t pool, const char *name,
		 const char **value_r)
{
	struct mail_attribute_value value;
	const char *key = t_strconcat(WINNOW_FILTER_VALUES, t_str_lcase(name),
				      NULL);
	int ret;

	ret = mailbox_attribute_get(box, MAIL_ATTRIBUTE_TYPE_PRIVATE, key,
				    &value);
	if (ret > 0 && value.value == NULL)
		return 0;
	if (ret > 0)
		*value_r = p_strdup(pool, value.value);
	return ret;
}

static int
filter_get_own(struct winnow_user *wuser, pool_t pool, const char *name,
	       const char **value_r)
{
	struct mailbox *box = winnow_attributes_open(wuser);
	int ret;

	T_BEGIN {
		ret = filter_get_value(box, pool, name, value_r);
	} T_END;
	winnow_attributes_close(&box);
	return ret;
}

int winnow_filter_get(struct winnow_user *wuser, pool_t pool, const char *name,
		      const char **value_r)
{
	const struct winnow_filter_settings *site;
	int ret;

	ret = filter_get_own(wuser, pool, name, value_r);
	if (ret != 0)
		return ret;
	site = winnow_filter_site_find(wuser, name);
	if (site == NULL)
		return 0;
	*value_r = site->search;
	return 1;
}
