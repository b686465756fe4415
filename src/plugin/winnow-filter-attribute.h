#ifndef WINNOW_FILTER_ATTRIBUTE_H
#define WINNOW_FILTER_ATTRIBUTE_H

#include "mailbox-attribute.h"

/* Where Dovecot keeps the server annotations /private/filters/... and
   /shared/filters/... among the attributes of the INBOX. */
#define WINNOW_FILTER_KEY_PREFIX \
	MAILBOX_ATTRIBUTE_PREFIX_DOVECOT_PVT_SERVER"filters/"
#define WINNOW_FILTER_VALUES "values/"
#define WINNOW_FILTER_DESCRIPTIONS "descriptions/"

#endif
