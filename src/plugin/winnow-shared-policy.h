#ifndef WINNOW_SHARED_POLICY_H
#define WINNOW_SHARED_POLICY_H

#include "winnow-policy.h"

struct winnow_settings;

/* What a user's settings say of headers. A policy is large and a delivery
   short: users of one process whose settings say the same share it, also when
   they come one after the other. */
struct winnow_shared_policy {
	int refcount;
	/* the first user's, which the policy points into */
	const struct winnow_settings *set;
	struct winnow_policy policy;
	/* winnow_policy_fingerprint() */
	uint64_t fingerprint;
};

/* Returns 0 and the policy, or -1 and what is wrong with the settings. */
int winnow_shared_policy_get(const struct winnow_settings *set,
			     const struct winnow_shared_policy **shared_r,
			     const char **error_r);
void winnow_shared_policy_unref(const struct winnow_shared_policy **shared);

/* To be called when the last user is gone. */
void winnow_shared_policy_deinit(void);

#endif
