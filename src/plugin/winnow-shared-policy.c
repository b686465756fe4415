#include "lib.h"
#include "winnow-settings.h"
#include "winnow-crypto-module.h"
#include "winnow-shared-policy.h"

/* The one that was made last, held for whoever comes next. */
static struct winnow_shared_policy *newest_policy;

static bool
shared_policy_build(struct winnow_shared_policy *shared,
		    const struct winnow_settings *set, const char **error_r)
{
	const struct winnow_crypto *crypto;

	if (!winnow_settings_get_policy(set, &shared->policy, error_r))
		return FALSE;
	if (shared->policy.trust == WINNOW_TRUST_SIGNED) {
		crypto = winnow_crypto_module_get(error_r);
		if (crypto == NULL)
			return FALSE;
		winnow_policy_set_crypto(&shared->policy, crypto);
	}
	shared->fingerprint = winnow_policy_fingerprint(&shared->policy);
	return TRUE;
}

int winnow_shared_policy_get(const struct winnow_settings *set,
			     const struct winnow_shared_policy **shared_r,
			     const char **error_r)
{
	struct winnow_shared_policy *shared = newest_policy;

	if (shared == NULL ||
	    !winnow_settings_have_same_policy(shared->set, set)) {
		shared = i_new(struct winnow_shared_policy, 1);
		if (!shared_policy_build(shared, set, error_r)) {
			i_free(shared);
			return -1;
		}
		shared->refcount = 1;
		shared->set = set;
		pool_ref(set->pool);
		winnow_shared_policy_deinit();
		newest_policy = shared;
	}
	shared->refcount++;
	*shared_r = shared;
	return 0;
}

void winnow_shared_policy_unref(const struct winnow_shared_policy **_shared)
{
	struct winnow_shared_policy *shared =
		(struct winnow_shared_policy *)*_shared;

	if (shared == NULL)
		return;
	*_shared = NULL;
	if (--shared->refcount > 0)
		return;
	winnow_settings_free(&shared->set);
	i_free(shared);
}

void winnow_shared_policy_deinit(void)
{
	const struct winnow_shared_policy *shared = newest_policy;

	newest_policy = NULL;
	winnow_shared_policy_unref(&shared);
}
