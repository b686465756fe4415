#ifndef WINNOW_FILTER_H
#define WINNOW_FILTER_H

struct winnow_user;

/* Named filters (RFC 5466): search programs that are kept under a name. The
   user's own ones are server annotations below /private/filters/; the site's
   come with winnow or from its settings, and can be read below
   /shared/filters/. Dovecot would take what users store there, too, but only
   they themselves would see it. */

/* Looks the filter up, the user's own one before the site's; its name is
   valid, in upper or lower case. Returns 1 and its value, which lives as long
   as the pool and the user; 0 if there is none; -1 if that can't be told now,
   which Dovecot has logged. */
int winnow_filter_get(struct winnow_user *wuser, pool_t pool, const char *name,
		      const char **value_r);

#endif
