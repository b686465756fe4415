#ifndef WINNOW_SEARCH_PROGRAM_H
#define WINNOW_SEARCH_PROGRAM_H

#include "winnow-class.h"

struct mail;
struct mail_search_context;
struct winnow_mailbox;
struct winnow_search_program;

/* A search that the index alone can answer: flags, keywords, sets and winnow's
   tests, in any combination. It runs over the index records instead of
   Dovecot's general search, which takes twice as long for it. */

/* Returns NULL if the search is none, or needs Dovecot's own bookkeeping:
   sorting, live contexts, prefetching, private flags. The program lives in
   the pool. */
struct winnow_search_program *
winnow_search_program_init(pool_t pool, struct mail_search_context *ctx,
			   struct winnow_mailbox *wbox,
			   const struct winnow_classifier *classifier);

/* Returns 1 and the next match, whose sequence number is the search's; 0 if
   there is none; -1 if Dovecot's search has to go on from here, at a message
   that has no record. It may be asked again afterwards. */
int winnow_search_program_next(struct winnow_search_program *program,
			       uint32_t *uid_r);

/* The search's mail, set to the last match. */
struct mail *winnow_search_program_mail(struct winnow_search_program *program);

#endif
