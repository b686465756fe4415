#ifndef WINNOW_COMPAT_ATTRIBUTE_H
#define WINNOW_COMPAT_ATTRIBUTE_H

#include "winnow-compat.h"
#include "mail-storage-private.h"
#include "mail-namespace.h"
#include "mailbox-attribute.h"

/* Whether the user has a dict for mailbox attributes. */
static inline bool winnow_attribute_dict_is_enabled(struct mail_user *user)
{
#ifdef HAVE_ATTRIBUTE_DICT_IS_ENABLED
	const char *error;

	return mailbox_attribute_dict_is_enabled(user, &error) > 0;
#else
	struct mail_namespace *ns = mail_namespace_find_inbox(user->namespaces);

	return *mail_namespace_get_default_storage(ns)->set->
		mail_attribute_dict != '\0';
#endif
}

#endif
