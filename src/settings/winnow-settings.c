#include "lib.h"
#include "array.h"
#include "winnow-settings.h"

/* What this version can offer, in the order of the default. */
#define WINNOW_CAPABILITIES "X-WINNOW FILTERS MULTISEARCH"

/* RFC 2177: clients are told to end an IDLE at least every 29 minutes. */
#define WINNOW_IDLE_MAX_SECS (29 * 60)

const struct winnow_settings winnow_default_settings = {
	.enable = TRUE,
	.scanner = "",
	.source = ARRAY_INIT,
	.filter = ARRAY_INIT,
	.trust = "worst",
	.trusted_hosts = "",
	.trusted_nets = "",
	.sign_header = "X-Site-Verdict",
	.sign_keys = "",
	.move_teaches = TRUE,
	.threshold = 50,
	.search = "plain",
	.client_bypass = "imapsync offlineimap*",
	.idle = "all",
	.idle_max = 25 * 60,
	.idle_hibernate = FALSE,
	.user_settings = TRUE,
	.capability = WINNOW_CAPABILITIES,
	.sources = ARRAY_INIT,
	.filters = ARRAY_INIT,
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

static const char *text_or_null(const char *text)
{
	return *text == '\0' ? NULL : text;
}

static int define_source(struct winnow_policy *policy,
			 const struct winnow_source_settings *source,
			 struct winnow_error *error_r)
{
	const struct winnow_source_definition *texts = &source->definition;
	const struct winnow_source_definition definition = {
		.header = text_or_null(texts->header),
		.word = text_or_null(texts->word),
		.spam = text_or_null(texts->spam),
		.suspect = text_or_null(texts->suspect),
		.ham = text_or_null(texts->ham),
		.score = text_or_null(texts->score),
		.limit = text_or_null(texts->limit),
		.threshold = text_or_null(texts->threshold),
		.maximum = text_or_null(texts->maximum),
	};

	return winnow_policy_define(policy, source->name, &definition, error_r);
}

static int define_sources(struct winnow_policy *policy,
			  const struct winnow_settings *set,
			  struct winnow_error *error_r)
{
	const struct winnow_source_settings *source;

	if (!array_is_created(&set->sources))
		return 0;
	array_foreach_elem(&set->sources, source) {
		if (define_source(policy, source, error_r) < 0)
			return -1;
	}
	return 0;
}

bool winnow_settings_get_policy(const struct winnow_settings *set,
				struct winnow_policy *policy_r,
				const char **error_r)
{
	struct winnow_error error;
	const char *name;

	winnow_policy_init(policy_r);
	if (define_sources(policy_r, set, &error) < 0)
		name = "winnow_source";
	else if (winnow_policy_add_sources(policy_r, set->scanner, &error) < 0)
		name = "winnow_scanner";
	else if (winnow_policy_set_trusted_hosts(policy_r, set->trusted_hosts,
						 &error) < 0)
		name = "winnow_trusted_hosts";
	else if (winnow_policy_set_trusted_nets(policy_r, set->trusted_nets,
						&error) < 0)
		name = "winnow_trusted_nets";
	else if (winnow_policy_set_sign_header(policy_r, set->sign_header,
					       &error) < 0)
		name = "winnow_sign_header";
	else if (winnow_policy_set_sign_keys(policy_r, set->sign_keys,
					     &error) < 0)
		name = "winnow_sign_keys";
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
	return check_threshold(set, error_r) &&
		check_choice("winnow_search", set->search, "plain", "clean",
			     error_r) &&
		check_idle(set, error_r) &&
		check_capability(set, error_r);
}
