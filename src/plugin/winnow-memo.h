#ifndef WINNOW_MEMO_H
#define WINNOW_MEMO_H

struct winnow_memo;
struct winnow_verdict;

/* Verdicts of one opened mailbox that may not be written to its index: those
   found while reading somebody else's mailbox. Bounded: of a very large
   mailbox the first ones are remembered. */

/* Creates the memo if it is NULL. */
void winnow_memo_set(struct winnow_memo **memo, uint32_t uid,
		     const struct winnow_verdict *verdict);
/* Returns 1 if the message's verdict is remembered, 0 if not. The memo may be
   NULL. */
int winnow_memo_get(struct winnow_memo *memo, uint32_t uid,
		    struct winnow_verdict *verdict_r);
void winnow_memo_free(struct winnow_memo **memo);

#endif
