#ifndef WINNOW_SEARCH_H
#define WINNOW_SEARCH_H

#include <sys/time.h>

struct mailbox;
struct mailbox_vfuncs;
struct mail_search_context;

/* Overrides the mailbox's search functions. */
void winnow_search_hook(struct mailbox_vfuncs *v);

/* The next match of a running search, without a mail that is filled for it.
   Returns 1 if the index alone decides it, 0 if the index alone decides that
   there is none; -1 if mailbox_search_next_nonblock() has to go on, which does
   the same with a mail. */
int winnow_search_next_message(struct mail_search_context *ctx,
			       uint32_t *seq_r, uint32_t *uid_r);

/* A search may be done in two: the first finds messages that may match, and the
   second looks at those. One event, winnow_search_finished, tells of both. */
struct winnow_search_half {
	/* It asked for X-WINNOW; otherwise there is nothing to tell. */
	bool told;
	struct timeval start_time;
	unsigned int judged;
	bool from_index;
};

/* To be called before the first one ends: it tells nothing by itself. */
void winnow_search_end_half(struct mail_search_context *ctx,
			    struct winnow_search_half *half_r);
/* Then one of these: once the second one has begun, or if there is none, as
   nothing can match. */
void winnow_search_begin_half(struct mail_search_context *ctx,
			      const struct winnow_search_half *half);
void winnow_search_skip_half(struct mailbox *box,
			     const struct winnow_search_half *half);

#endif
