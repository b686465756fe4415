#ifndef WINNOW_HEADER_H
#define WINNOW_HEADER_H

#include "winnow-scan.h"

struct mail;

/* Reads the header of a mail, from its first to its last field, and judges it
   by the policy. dated is the mail whose INTERNALDATE counts: the same, or the
   copy that is being made of it. Dovecot's cache decisions stay as they are.
   Returns 0, or -1 if the header can't be read; the storage has the error. */
int winnow_header_judge(struct mail *mail, struct mail *dated,
			const struct winnow_policy *policy,
			struct winnow_verdict *verdict_r);

/* The same, telling the callback of everything that is considered. */
int winnow_header_explain(struct mail *mail, const struct winnow_policy *policy,
			  winnow_trace_callback_t *callback, void *context,
			  struct winnow_verdict *verdict_r);

#endif
