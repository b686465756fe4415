#ifndef WINNOW_FILTER_H
#define WINNOW_FILTER_H

struct imap_arg;
struct winnow_user;

/* Named filters (RFC 5466): search programs that are kept under a name. The
   user's own ones are server annotations below /private/filters/; the site's
   come with winnow or from its settings, and can be read below
   /shared/filters/. Dovecot would take what users store there, too, but only
   they themselves would see it. */

/* Looks the filter up, the user's own one before the site's; its name is valid, in upper or lower case. Returns 1 and
   its value, which lives as long as the pool and the user; 0 if there is none; -1 if that can't be
   told now, which Dovecot has logged. */
int winnow_filter_get(struct winnow_user *wuser, pool_t pool, const char *name,
		      const char **value_r);

/* Reads a value. Returns 0 and the search program that it is, allocated from
   the pool and ending with IMAP_ARG_EOL, or -1 and why it is none. */
int winnow_filter_parse(pool_t pool, const char *value,
			const struct imap_arg **program_r,
			const char **error_r);

/* Registers the annotations. */
void winnow_filters_init(void);
void winnow_filters_deinit(void);

/* Makes the key FILTER known to every search parser of the process, which
   refuses it: only IMAP's search commands have named filters. */
void winnow_filter_key_register(void);

#endif
