#ifndef WINNOW_FILTER_SITE_H
#define WINNOW_FILTER_SITE_H

#include "winnow-settings.h"

struct winnow_user;

/* The site's filters: those of the settings, and those that come with winnow,
   unless a setting has their name. */

/* Returns NULL if there is none of that name, in upper or lower case. */
const struct winnow_filter_settings *
winnow_filter_site_find(const struct winnow_user *wuser, const char *name);

/* All of them, allocated from the data stack. */
void winnow_filter_site_list(const struct winnow_user *wuser,
			     ARRAY_TYPE(winnow_filter_settings) *filters_r);

#endif
