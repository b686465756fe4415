#include <stddef.h>
#include <string.h>

#include "winnow-policy.h"
#include "winnow-policy-private.h"
#include "winnow-value.h"

#define CHAIN_END 255

void winnow_error_set(struct winnow_error *error, const char *text)
{
	error->text[0] = '\0';
	winnow_error_add(error, text);
}

void winnow_error_add(struct winnow_error *error, const char *text)
{
	size_t used = strlen(error->text);

	for (; *text != '\0' && used + 1 < sizeof(error->text); text++) {
		/* The text ends up in a log line. */
		error->text[used++] = *text >= 0x20 && *text < 0x7f ? *text :
								      '?';
	}
	error->text[used] = '\0';
}

static void error_quote(struct winnow_error *error, const char *before,
			const char *text, const char *after)
{
	winnow_error_set(error, before);
	winnow_error_add(error, "'");
	winnow_error_add(error, text);
	winnow_error_add(error, "'");
	winnow_error_add(error, after);
}

void winnow_policy_init(struct winnow_policy *policy)
{
	/* what begins with the forms is as long as its counts say: an idle
	   process has no memory for the rest */
	memset(policy, 0, offsetof(struct winnow_policy, forms));
	memset(policy->buckets, CHAIN_END, sizeof(policy->buckets));
	policy->patterns = CHAIN_END;
}

static const struct winnow_source *
source_named(const struct winnow_policy *policy, const char *name)
{
	unsigned int i;

	for (i = 0; policy != NULL && i < policy->defined_count; i++) {
		if (winnow_text_same(policy->defined[i].name, name))
			return &policy->defined[i];
	}
	return winnow_source_builtin_named(name);
}

static const struct winnow_source *
source_by_id(const struct winnow_policy *policy, uint8_t id)
{
	unsigned int idx = id - WINNOW_SOURCE_ADMIN_FIRST;

	if (id < WINNOW_SOURCE_ADMIN_FIRST)
		return winnow_source_builtin(id);
	if (policy == NULL || idx >= policy->defined_count)
		return NULL;
	return &policy->defined[idx];
}

const char *winnow_source_name(const struct winnow_policy *policy, uint8_t id)
{
	const struct winnow_source *source = source_by_id(policy, id);

	return source == NULL ? NULL : source->name;
}

uint8_t winnow_source_find(const struct winnow_policy *policy, const char *name)
{
	const struct winnow_source *source = source_named(policy, name);

	return source == NULL ? WINNOW_SOURCE_NONE : source->id;
}

/* Lists every name that would have been right. */
static int unknown_source(const struct winnow_policy *policy, const char *name,
			  struct winnow_error *error_r)
{
	const struct winnow_source *source;
	unsigned int i;

	error_quote(error_r, "unknown source ", name, "; there are:");
	for (i = 0; i < policy->defined_count; i++) {
		winnow_error_add(error_r, " ");
		winnow_error_add(error_r, policy->defined[i].name);
	}
	for (i = 0; (source = winnow_source_builtin_at(i)) != NULL; i++) {
		winnow_error_add(error_r, " ");
		winnow_error_add(error_r, source->name);
	}
	return -1;
}

int winnow_policy_set_threshold(struct winnow_policy *policy, const char *name,
				int32_t milli, struct winnow_error *error_r)
{
	const struct winnow_source *source = source_named(policy, name);

	if (source == NULL)
		return unknown_source(policy, name, error_r);
	if (milli < 1 || milli > WINNOW_SCORE_MILLI_MAX) {
		error_quote(error_r, "threshold of source ", name,
			    " must be above 0 and at most 10000");
		return -1;
	}
	policy->thresholds[source->id] =
		(int64_t)milli * (WINNOW_MICRO / 1000);
	return 0;
}

/* A hash that tells most header names apart and costs next to nothing. */
static unsigned int name_bucket(const char *name, size_t size)
{
	unsigned int last = winnow_lower((unsigned char)name[size - 1]);
	unsigned int middle = winnow_lower((unsigned char)name[size / 2]);

	return (size * 7 + last * 3 + middle * 11) &
	       (WINNOW_POLICY_BUCKETS - 1);
}

static unsigned int initial_bit(const char *name)
{
	return 1U << (*name & 31);
}

/* Chains keep the order of listing. */
static void chain_append(struct winnow_policy *policy, uint8_t *head)
{
	while (*head != CHAIN_END)
		head = &policy->forms[*head].next;
	*head = (uint8_t)policy->form_count;
}

static void add_form(struct winnow_policy *policy, unsigned int source_idx,
		     const struct winnow_form *form)
{
	struct winnow_policy_form *entry = &policy->forms[policy->form_count];
	size_t size = strlen(form->header);

	entry->form = form;
	entry->source_idx = (uint8_t)source_idx;
	entry->next = CHAIN_END;
	policy->initials |= initial_bit(form->header);
	chain_append(policy, strchr(form->header, '*') != NULL ?
			     &policy->patterns :
			     &policy->buckets[name_bucket(form->header, size)]);
	policy->form_count++;
}

int winnow_policy_add_source(struct winnow_policy *policy, const char *name,
			     struct winnow_error *error_r)
{
	const struct winnow_source *source = source_named(policy, name);
	unsigned int i;

	if (source == NULL)
		return unknown_source(policy, name, error_r);
	for (i = 0; i < policy->source_count; i++) {
		if (policy->sources[i] == source) {
			error_quote(error_r, "source ", name,
				    " is listed twice");
			return -1;
		}
	}
	if (policy->source_count == WINNOW_SOURCES_MAX ||
	    policy->form_count + source->form_count >
		    WINNOW_POLICY_FORMS_MAX) {
		winnow_error_set(error_r, "too many sources are listed");
		return -1;
	}
	for (i = 0; i < source->form_count; i++)
		add_form(policy, policy->source_count, &source->forms[i]);
	policy->sources[policy->source_count++] = source;
	return 0;
}

int winnow_policy_add_sources(struct winnow_policy *policy, const char *names,
			      struct winnow_error *error_r)
{
	char name[WINNOW_SOURCE_NAME_MAX + 2];
	size_t size;

	for (;;) {
		names += strspn(names, " \t\r\n");
		if (*names == '\0')
			return 0;
		size = strcspn(names, " \t\r\n");
		if (size >= sizeof(name))
			size = sizeof(name) - 1;
		memcpy(name, names, size);
		name[size] = '\0';
		if (winnow_policy_add_source(policy, name, error_r) < 0)
			return -1;
		names += size;
	}
}

int winnow_policy_set_trusted_hosts(struct winnow_policy *policy,
				    const char *hosts,
				    struct winnow_error *error_r)
{
	const char *p;

	for (p = hosts; *p != '\0'; p++) {
		if (strchr("*()<>;", *p) != NULL) {
			error_quote(error_r, "trusted hosts ", hosts,
				    " must be whole host names");
			return -1;
		}
	}
	policy->trusted_hosts = hosts;
	return 0;
}

int winnow_policy_set_trusted_nets(struct winnow_policy *policy,
				   const char *nets,
				   struct winnow_error *error_r)
{
	char text[64];
	const char *net;
	size_t size;

	policy->trusted_net_count = 0;
	while (winnow_words_next(&nets, &net, &size)) {
		if (policy->trusted_net_count == WINNOW_POLICY_NETS_MAX) {
			winnow_error_set(error_r, "more than 64 trusted nets");
			return -1;
		}
		if (winnow_net_parse(net, size, &policy->trusted_nets[
						policy->trusted_net_count])) {
			policy->trusted_net_count++;
			continue;
		}
		size = size < sizeof(text) ? size : sizeof(text) - 1;
		memcpy(text, net, size);
		text[size] = '\0';
		error_quote(error_r, "trusted net ", text,
			    " is no address and no network such as "
			    "192.0.2.0/24 or 2001:db8::/32");
		return -1;
	}
	return 0;
}

static const struct {
	const char *name;
	enum winnow_trust trust;
} trust_names[] = {
	{ "worst", WINNOW_TRUST_WORST },
	{ "first", WINNOW_TRUST_FIRST },
	{ "last", WINNOW_TRUST_LAST },
	{ "zone", WINNOW_TRUST_ZONE },
	{ "signed", WINNOW_TRUST_SIGNED },
};

#define TRUST_NAME_COUNT (sizeof(trust_names) / sizeof(trust_names[0]))

static int unknown_trust(const char *name, struct winnow_error *error_r)
{
	size_t i;

	error_quote(error_r, "unknown trust ", name, "; there are:");
	for (i = 0; i < TRUST_NAME_COUNT; i++) {
		winnow_error_add(error_r, " ");
		winnow_error_add(error_r, trust_names[i].name);
	}
	return -1;
}

static int has_trusted_hosts(const struct winnow_policy *policy)
{
	const char *list = policy->trusted_hosts, *host;
	size_t size;

	return list != NULL && winnow_words_next(&list, &host, &size);
}

/* What a policy needs besides. */
static int check_trust(const struct winnow_policy *policy,
		       enum winnow_trust trust, struct winnow_error *error_r)
{
	const char *needed = NULL;

	if (trust == WINNOW_TRUST_ZONE && !has_trusted_hosts(policy))
		needed = "trust 'zone' needs the names of your mail servers as "
			 "trusted hosts";
	else if (trust == WINNOW_TRUST_SIGNED && policy->sign_key_count == 0)
		needed = "trust 'signed' needs the keys that sign";
	else if (trust == WINNOW_TRUST_SIGNED && policy->source_count != 1)
		needed = "trust 'signed' needs exactly one source, the filter "
			 "that signs";
	if (needed == NULL)
		return 0;
	winnow_error_set(error_r, needed);
	return -1;
}

int winnow_policy_set_trust(struct winnow_policy *policy, const char *name,
			    struct winnow_error *error_r)
{
	size_t i;

	for (i = 0; i < TRUST_NAME_COUNT; i++) {
		if (strcmp(trust_names[i].name, name) == 0)
			break;
	}
	if (i == TRUST_NAME_COUNT)
		return unknown_trust(name, error_r);
	if (check_trust(policy, trust_names[i].trust, error_r) < 0)
		return -1;
	policy->trust = trust_names[i].trust;
	return 0;
}

/* Matches "X-*-MailScanner-SpamCheck". */
static int pattern_matches(const char *pattern, const char *name, size_t size)
{
	const char *star = strchr(pattern, '*');
	size_t head = (size_t)(star - pattern), tail = strlen(star + 1);

	return size >= head + tail &&
	       winnow_text_begins_same(name, pattern, head) &&
	       winnow_text_begins_same(name + size - tail, star + 1, tail);
}

static int form_matches(const struct winnow_form *form, const char *name,
			size_t size)
{
	return strlen(form->header) == size &&
	       winnow_text_begins_same(name, form->header, size);
}

/* The next form from *idx on, whose chain depends on what it is. */
static unsigned int chain_find(const struct winnow_policy *policy, uint8_t idx,
			       int patterns, const char *name, size_t size)
{
	const struct winnow_policy_form *entry;

	for (; idx != CHAIN_END; idx = entry->next) {
		entry = &policy->forms[idx];
		if (patterns ? pattern_matches(entry->form->header, name,
					       size) :
			       form_matches(entry->form, name, size))
			return idx;
	}
	return WINNOW_FORM_NONE;
}

unsigned int winnow_policy_first_form(const struct winnow_policy *policy,
				      const char *name, size_t size)
{
	unsigned int idx;

	if (size == 0 || (policy->initials & initial_bit(name)) == 0)
		return WINNOW_FORM_NONE;
	idx = chain_find(policy, policy->buckets[name_bucket(name, size)], 0,
			 name, size);
	if (idx != WINNOW_FORM_NONE)
		return idx;
	return chain_find(policy, policy->patterns, 1, name, size);
}

unsigned int winnow_policy_next_form(const struct winnow_policy *policy,
				     unsigned int idx, const char *name,
				     size_t size)
{
	const struct winnow_policy_form *entry = &policy->forms[idx];
	int pattern = strchr(entry->form->header, '*') != NULL;

	idx = chain_find(policy, entry->next, pattern, name, size);
	if (idx != WINNOW_FORM_NONE || pattern)
		return idx;
	return chain_find(policy, policy->patterns, 1, name, size);
}
