#ifndef WINNOW_FILTER_H
#define WINNOW_FILTER_H

struct imap_arg;
struct winnow_user;

/* Named filters (RFC 5466): search programs that are kept under a name. The
   user's own ones are server annotations below /private/filters/. */

/* What a stored value may have, in bytes. */
#define WINNOW_FILTER_VALUE_MAX 8192

/* Looks the filter up; its name is valid, in upper or lower case. Returns 1 and
   its value, allocated from the pool; 0 if there is none; -1 if that can't be
   told now, which Dovecot has logged. */
int winnow_filter_get(struct winnow_user *wuser, pool_t pool, const char *name,
		      const char **value_r);

/* Reads a value. Returns 0 and the search program that it is, allocated from
   the pool and ending with IMAP_ARG_EOL, or -1 and why it is none. */
int winnow_filter_parse(pool_t pool, const char *value,
			const struct imap_arg **program_r,
			const char **error_r);

/* Makes the key FILTER known to every search parser of the process, which
   refuses it: only IMAP's search commands have named filters. */
void winnow_filter_key_register(void);

#endif
