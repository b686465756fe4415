#ifndef WINNOW_PREFERENCES_ATTRIBUTE_H
#define WINNOW_PREFERENCES_ATTRIBUTE_H

#include "mailbox-attribute.h"

/* Where Dovecot keeps the server annotations /private/vendor/vendor.winnow/...
   and /shared/vendor/vendor.winnow/... among the attributes of the INBOX. */
#define WINNOW_PREFERENCE_KEY_PREFIX \
	MAILBOX_ATTRIBUTE_PREFIX_DOVECOT_PVT_SERVER"vendor/vendor.winnow/"

/* The annotations of all users of this process. */
void winnow_preference_attributes_init(void);
void winnow_preference_attributes_deinit(void);

#endif
