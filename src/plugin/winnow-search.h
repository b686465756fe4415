#ifndef WINNOW_SEARCH_H
#define WINNOW_SEARCH_H

#include "winnow-key.h"

struct mailbox_vfuncs;
struct mail_search_context;

/* A test of a running search that stands at one place of its arguments. */
struct winnow_search_key {
	struct mail_search_arg *arg;
	/* the outermost argument around it, or the same */
	const struct mail_search_arg *top;
	struct winnow_key key;
};
ARRAY_DEFINE_TYPE(winnow_search_key, struct winnow_search_key);

/* Overrides the mailbox's search functions. */
void winnow_search_hook(struct mailbox_vfuncs *v);

/* The next match of a running search, without a mail that is filled for it: TRUE
   if the index alone decides it. Otherwise mailbox_search_next_nonblock() has to
   go on, which does the same with a mail. */
bool winnow_search_next_message(struct mail_search_context *ctx,
				uint32_t *seq_r, uint32_t *uid_r);

#endif
