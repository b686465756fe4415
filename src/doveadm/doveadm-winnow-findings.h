#ifndef DOVEADM_WINNOW_FINDINGS_H
#define DOVEADM_WINNOW_FINDINGS_H

#include "winnow-scan.h"

struct mailbox;

/* What was found on the way from a message's header to its class, one row of
   output each, in order. */

struct doveadm_winnow_finding {
	const char *step; /* "header", "received", "source" ... */
	unsigned int place; /* of a field, 1 is the topmost; 0: is none */
	const char *source, *name;
	bool counts;
	const char *says;
	bool has_score;
	int64_t score, threshold; /* millionths; threshold 0: none */
	int level; /* WINNOW_LEVEL_NONE: none */
	const char *why;
	const char *value;

	/* HEADER: which of the policy's forms read it */
	enum winnow_trace_event event;
	unsigned int form;
};

struct doveadm_winnow_findings {
	pool_t pool;
	const struct winnow_policy *policy;
	ARRAY(struct doveadm_winnow_finding) rows;
	/* the lowest Received field that was trusted */
	unsigned int border;
};

/* The policy must outlive them. */
void doveadm_winnow_findings_init(struct doveadm_winnow_findings *findings_r,
				  pool_t pool,
				  const struct winnow_policy *policy);
/* For winnow_header_explain(); the context is the findings. */
winnow_trace_callback_t doveadm_winnow_findings_trace;
/* Adds an empty row: nothing is NULL. The step and what the caller puts into
   it must live as long as the findings. */
struct doveadm_winnow_finding *
doveadm_winnow_findings_add(struct doveadm_winnow_findings *findings,
			    const char *step);
/* Adds a verdict, "unknown" and the like included. */
struct doveadm_winnow_finding *
doveadm_winnow_findings_add_verdict(struct doveadm_winnow_findings *findings,
				    const char *step, const char *source,
				    const struct winnow_verdict *verdict);

void doveadm_winnow_findings_print_headers(void);
void doveadm_winnow_findings_print(
	const struct doveadm_winnow_findings *findings, const char *vname,
	uint32_t uid);

#endif
