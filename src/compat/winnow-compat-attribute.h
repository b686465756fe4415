#ifndef WINNOW_COMPAT_ATTRIBUTE_H
#define WINNOW_COMPAT_ATTRIBUTE_H

#include "winnow-compat.h"
#include "mail-storage-private.h"
#include "mail-storage-settings.h"
#include "mailbox-attribute.h"

/* Whether the user has a dict for mailbox attributes. */
static inline bool winnow_attribute_dict_is_enabled(struct mail_user *user)
{
#ifdef HAVE_ATTRIBUTE_DICT_IS_ENABLED
	const char *error;

	return mailbox_attribute_dict_is_enabled(user, &error) > 0;
#else
	return *mail_user_set_get_storage_set(user)->mail_attribute_dict !=
		'\0';
#endif
}

#endif
