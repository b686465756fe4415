#ifndef IMAP_WINNOW_SEARCH_ARGS_H
#define IMAP_WINNOW_SEARCH_ARGS_H

#include "imap-winnow-args.h"

/* Where in the arguments of Dovecot's search commands what stands: SEARCH, SORT
   and THREAD, each by message numbers and by UIDs. */

struct imap_winnow_search_args {
	/* What RETURN lists; NULL if there is no RETURN */
	const struct imap_arg *options;
	/* The list of sort keys; NULL but for SORT */
	const struct imap_arg *sort_keys;
	/* NULL if there is none */
	const struct imap_arg *charset;
	/* The search program: from its first search key on */
	const struct imap_arg *program;
};

/* Returns FALSE if the arguments are none of that command's, which Dovecot
   will tell the client; what stands before the fault is found. */
bool imap_winnow_search_args_find(const char *command,
				  const struct imap_arg *args,
				  struct imap_winnow_search_args *found_r);

/* Returns what RETURN lists if it stands at args, otherwise NULL. */
const struct imap_arg *
imap_winnow_search_args_options(const struct imap_arg *args);

/* Has the hook called for all of these commands. */
void imap_winnow_search_args_hook(imap_winnow_args_hook_t *hook);

#endif
