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
	const char *const *allowed, *const *names;

	/* most have the default, and every delivery comes by here */
	if (strcmp(set->capability, WINNOW_CAPABILITIES) == 0)
		return TRUE;
	allowed = t_strsplit_spaces(WINNOW_CAPABILITIES, " ");
	names = t_strsplit_spaces(set->capability, " ");
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

/* The texts that shape a policy, in the order in which it takes them. */
static const struct {
	const char *name;
	size_t offset;
	int (*set)(struct winnow_policy *policy, const char *text,
		   struct winnow_error *error_r);
} policy_texts[] = {
#define TEXT(name, set) { "winnow_"#name, \
			  offsetof(struct winnow_settings, name), set }
	TEXT(scanner, winnow_policy_add_sources),
	TEXT(trusted_hosts, winnow_policy_set_trusted_hosts),
	TEXT(trusted_nets, winnow_policy_set_trusted_nets),
	TEXT(sign_header, winnow_policy_set_sign_header),
	TEXT(sign_keys, winnow_policy_set_sign_keys),
	TEXT(trust, winnow_policy_set_trust),
#undef TEXT
};

static const char *
policy_text(const struct winnow_settings *set, unsigned int idx)
{
	const char *const *text = CONST_PTR_OFFSET(set,
						   policy_texts[idx].offset);

	return *text;
}

bool winnow_settings_get_policy(const struct winnow_settings *set,
				struct winnow_policy *policy_r,
				const char **error_r)
{
	struct winnow_error error;
	const char *name = NULL;

	winnow_policy_init(policy_r);
	if (define_sources(policy_r, set, &error) < 0)
		name = "winnow_source";
	for (unsigned int i = 0; name == NULL && i < N_ELEMENTS(policy_texts);
	     i++) {
		if (policy_texts[i].set(policy_r, policy_text(set, i),
					&error) < 0)
			name = policy_texts[i].name;
	}
	if (name == NULL)
		return TRUE;
	*error_r = t_strdup_printf("%s: %s", name, error.text);
	return FALSE;
}

static bool same_source(const struct winnow_source_settings *source1,
			const struct winnow_source_settings *source2)
{
	/* a definition is nothing but texts */
	const char *const *texts1 = (const void *)&source1->definition;
	const char *const *texts2 = (const void *)&source2->definition;

	for (size_t i = 0; i < sizeof(source1->definition) / sizeof(*texts1);
	     i++) {
		if (strcmp(texts1[i], texts2[i]) != 0)
			return FALSE;
	}
	return strcmp(source1->name, source2->name) == 0;
}

static unsigned int sources_count(const struct winnow_settings *set)
{
	return array_is_created(&set->sources) ? array_count(&set->sources) : 0;
}

static bool same_sources(const struct winnow_settings *set1,
			 const struct winnow_settings *set2)
{
	unsigned int count = sources_count(set1);

	if (count != sources_count(set2))
		return FALSE;
	for (unsigned int i = 0; i < count; i++) {
		if (!same_source(array_idx_elem(&set1->sources, i),
				 array_idx_elem(&set2->sources, i)))
			return FALSE;
	}
	return TRUE;
}

bool winnow_settings_have_same_policy(const struct winnow_settings *set1,
				      const struct winnow_settings *set2)
{
	for (unsigned int i = 0; i < N_ELEMENTS(policy_texts); i++) {
		if (strcmp(policy_text(set1, i), policy_text(set2, i)) != 0)
			return FALSE;
	}
	return same_sources(set1, set2);
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
