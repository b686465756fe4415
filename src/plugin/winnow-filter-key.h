#ifndef WINNOW_FILTER_KEY_H
#define WINNOW_FILTER_KEY_H

struct imap_arg;

/* Makes the key FILTER known to every search parser of the process, which
   refuses it: only IMAP's search commands have named filters. May be called
   again. */
void winnow_filter_key_register(void);

/* Reads the value of a named filter, in which others may stand. Returns 0 and
   the search program that it is, allocated from the pool and ending with
   IMAP_ARG_EOL, or -1 and why it is none. */
int winnow_filter_parse(pool_t pool, const char *value,
			const struct imap_arg **program_r,
			const char **error_r);

#endif
