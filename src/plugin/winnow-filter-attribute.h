#ifndef WINNOW_FILTER_ATTRIBUTE_H
#define WINNOW_FILTER_ATTRIBUTE_H

#include "mailbox-attribute.h"

/* Where Dovecot keeps the server annotations /private/filters/... and
   /shared/filters/... among the attributes of the INBOX. */
#define WINNOW_FILTER_KEY_PREFIX \
	MAILBOX_ATTRIBUTE_PREFIX_DOVECOT_PVT_SERVER"filters/"
#define WINNOW_FILTER_VALUES WINNOW_FILTER_KEY_PREFIX"values/"
#define WINNOW_FILTER_DESCRIPTIONS WINNOW_FILTER_KEY_PREFIX"descriptions/"

/* What a user may store: so many values, and so many descriptions. Values have
   at most WINNOW_CRITERIA_TEXT_MAX bytes. */
#define WINNOW_FILTERS_MAX 100
#define WINNOW_FILTER_DESCRIPTION_MAX 1024

/* The annotations of all users of this process. */
void winnow_filter_attributes_init(void);
void winnow_filter_attributes_deinit(void);

#endif
