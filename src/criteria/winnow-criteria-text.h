#ifndef WINNOW_CRITERIA_TEXT_H
#define WINNOW_CRITERIA_TEXT_H

struct imap_arg;

/* A search program as text, the way the value of a filter is stored. */

/* Bytes that a text may have */
#define WINNOW_CRITERIA_TEXT_MAX 8192

/* Reads a text in UTF-8 that holds one whole and correct program, and nothing
   else. Returns 0 and the arguments, allocated from the pool and ending with
   IMAP_ARG_EOL, or -1 and what is wrong. */
int winnow_criteria_read_text(pool_t pool, const char *text,
			      const struct imap_arg **args_r,
			      const char **error_r);

#endif
