#include "lib.h"
#include "winnow-verdict.h"
#include "winnow-policy.h"
#include "winnow-settings.h"

/* What this version can offer, in the order of the default. */
#define WINNOW_CAPABILITIES "X-WINNOW"

/* RFC 2177: clients are told to end an IDLE at least every 29 minutes. */
#define WINNOW_IDLE_MAX_SECS (29 * 60)

const struct winnow_settings winnow_default_settings = {
	.enable = TRUE,
	.scanner = "",
	.trust = "worst",
	.move_teaches = TRUE,
	.threshold = 50,
	.search = "plain",
	.idle = "all",
	.idle_max = 25 * 60,
	.idle_hibernate = FALSE,
	.user_settings = TRUE,
	.capability = WINNOW_CAPABILITIES,
};

static bool check_threshold(const struct winnow_settings *set,
			    const char **error_r)
{
	if (set->threshold >= 1 && set->threshold <= 100)
		return TRUE;
	*error_r = t_strdup_printf(
		"winnow_threshold: Invalid value '%u', allowed is 1..100",
		set->threshold);
	return FALSE;
}

static bool check_choice(const char *name, const char *value,
			 const char *choice1, const char *choice2,
			 const char **error_r)
{
	if (strcmp(value, choice1) == 0 || strcmp(value, choice2) == 0)
		return TRUE;
	*error_r = t_strdup_printf(
		"%s: Invalid value '%s', allowed are %s and %s",
		name, value, choice1, choice2);
	return FALSE;
}

static bool check_idle(const struct winnow_settings *set, const char **error_r)
{
	if (!check_choice("winnow_idle", set->idle, "all", "quiet", error_r))
		return FALSE;
	if (set->idle_max == 0 || set->idle_max > WINNOW_IDLE_MAX_SECS) {
		*error_r = t_strdup_printf(
			"winnow_idle_max: Invalid value '%u secs', allowed "
			"is 1 secs..29 mins", set->idle_max);
		return FALSE;
	}
	return TRUE;
}

static bool check_capability(const struct winnow_settings *set,
			     const char **error_r)
{
	const char *const *allowed = t_strsplit_spaces(WINNOW_CAPABILITIES, " ");
	const char *const *names = t_strsplit_spaces(set->capability, " ");

	for (; *names != NULL; names++) {
		if (!str_array_icase_find(allowed, *names)) {
			*error_r = t_strdup_printf(
				"winnow_capability: Unknown capability '%s', "
				"allowed are: "WINNOW_CAPABILITIES, *names);
			return FALSE;
		}
	}
	return TRUE;
}

bool winnow_settings_offers(const struct winnow_settings *set,
			    const char *capability)
{
	const char *const *names = t_strsplit_spaces(set->capability, " ");

	return str_array_icase_find(names, capability);
}

bool winnow_settings_get_policy(const struct winnow_settings *set,
				struct winnow_policy *policy_r,
				const char **error_r)
{
	struct winnow_error error;
	const char *name;

	winnow_policy_init(policy_r);
	if (winnow_policy_add_sources(policy_r, set->scanner, &error) < 0)
		name = "winnow_scanner";
	else if (winnow_policy_set_trust(policy_r, set->trust, &error) < 0)
		name = "winnow_trust";
	else
		return TRUE;
	*error_r = t_strdup_printf("%s: %s", name, error.text);
	return FALSE;
}

bool winnow_settings_check(const struct winnow_settings *set,
			   const char **error_r)
{
	struct winnow_policy policy;

	return check_threshold(set, error_r) &&
		check_choice("winnow_search", set->search, "plain", "clean",
			     error_r) &&
		check_idle(set, error_r) &&
		check_capability(set, error_r) &&
		winnow_settings_get_policy(set, &policy, error_r);
}
