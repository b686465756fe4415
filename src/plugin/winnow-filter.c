#include "lib.h"
#include "mail-storage-private.h"
#include "mail-namespace.h"
#include "mailbox-attribute.h"
#include "winnow-settings.h"
#include "winnow-user.h"
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
	struct mail_namespace *ns =
		mail_namespace_find_inbox(wuser->user->namespaces);
	struct mailbox *box;
	int ret;

	box = mailbox_alloc(ns->list, "INBOX", MAILBOX_FLAG_READONLY |
			    MAILBOX_FLAG_IGNORE_ACLS |
			    MAILBOX_FLAG_ATTRIBUTE_SESSION);
	mail_storage_last_error_push(mailbox_get_storage(box));
	T_BEGIN {
		ret = filter_get_value(box, pool, name, value_r);
	} T_END;
	mail_storage_last_error_pop(mailbox_get_storage(box));
	mailbox_free(&box);
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
