#include "lib.h"
#include "mail-search-build.h"
#include "mail-search-parser.h"
#include "mail-search-register.h"
#include "winnow-criteria.h"
#include "winnow-verdict.h"
#include "winnow-key.h"

/* followed by a serial number, ':' and the test */
#define WINNOW_KEY_PREFIX "\001winnow:"
#define WINNOW_KEY_TESTS "SPAM, HAM, UNKNOWN, BY, LEVEL and KIND"

static const struct {
	const char *name;
	enum winnow_class class;
} winnow_key_classes[] = {
	{ "SPAM", WINNOW_CLASS_SPAM },
	{ "HAM", WINNOW_CLASS_HAM },
	{ "UNKNOWN", WINNOW_CLASS_UNKNOWN },
};

static winnow_key_gate_t *winnow_key_gate;
static unsigned int winnow_key_serial;

static bool key_parse_class(const char *str, struct winnow_key *key_r)
{
	for (unsigned int i = 0; i < N_ELEMENTS(winnow_key_classes); i++) {
		if (strcasecmp(str, winnow_key_classes[i].name) == 0) {
			key_r->type = WINNOW_KEY_CLASS;
			key_r->class = winnow_key_classes[i].class;
			return TRUE;
		}
	}
	return FALSE;
}

static bool key_parse_by(const char *value, struct winnow_key *key_r)
{
	key_r->type = WINNOW_KEY_BY;
	key_r->by = value;
	return TRUE;
}

/* level = %x30-39 / %x31-39 %x30-39 / "100" */
static bool key_parse_level(const char *value, struct winnow_key *key_r)
{
	unsigned int level;

	key_r->type = WINNOW_KEY_LEVEL;
	if (str_to_uint(value, &level) < 0 || level > 100 ||
	    (value[0] == '0' && value[1] != '\0'))
		return FALSE;
	key_r->level = level;
	return TRUE;
}

static bool key_parse_kind(const char *value, struct winnow_key *key_r)
{
	key_r->type = WINNOW_KEY_KIND;
	if (strcasecmp(value, "PHISH") == 0)
		key_r->kind = WINNOW_KIND_PHISH;
	else if (strcasecmp(value, "VIRUS") == 0)
		key_r->kind = WINNOW_KIND_VIRUS;
	else
		return FALSE;
	return TRUE;
}

static const struct {
	const char *name;
	bool (*parse)(const char *value, struct winnow_key *key_r);
	const char *allowed;
} winnow_key_tests[] = {
	{ "BY", key_parse_by, "a name" },
	{ "LEVEL", key_parse_level, "0..100" },
	{ "KIND", key_parse_kind, "PHISH and VIRUS" },
};

bool winnow_key_from_arg(const struct mail_search_arg *arg,
			 struct winnow_key *key_r)
{
	const char *str;
	size_t len;

	if (arg->type != SEARCH_GUID ||
	    strncmp(arg->value.str, WINNOW_KEY_PREFIX,
		    strlen(WINNOW_KEY_PREFIX)) != 0)
		return FALSE;
	str = strchr(arg->value.str + strlen(WINNOW_KEY_PREFIX), ':');
	if (str == NULL)
		return FALSE;
	str++;
	i_zero(key_r);
	if (key_parse_class(str, key_r))
		return TRUE;
	for (unsigned int i = 0; i < N_ELEMENTS(winnow_key_tests); i++) {
		len = strlen(winnow_key_tests[i].name);
		if (strncmp(str, winnow_key_tests[i].name, len) == 0 &&
		    str[len] == ' ')
			return winnow_key_tests[i].parse(str + len + 1, key_r);
	}
	return FALSE;
}

bool winnow_key_in_args(const struct mail_search_arg *args)
{
	struct winnow_key key;

	for (; args != NULL; args = args->next) {
		switch (args->type) {
		case SEARCH_OR:
		case SEARCH_SUB:
		case SEARCH_INTHREAD:
			if (winnow_key_in_args(args->value.subargs))
				return TRUE;
			break;
		default:
			if (winnow_key_from_arg(args, &key))
				return TRUE;
		}
	}
	return FALSE;
}

static struct mail_search_arg *
key_build_error(struct mail_search_build_context *ctx, const char *error)
{
	ctx->_error = p_strconcat(ctx->pool, WINNOW_KEY_NAME": ", error, NULL);
	return NULL;
}

static struct mail_search_arg *
key_build_placeholder(struct mail_search_build_context *ctx, const char *test)
{
	struct mail_search_arg *arg = mail_search_build_new(ctx, SEARCH_GUID);

	arg->value.str = p_strdup_printf(ctx->pool, WINNOW_KEY_PREFIX"%u:%s",
					 winnow_key_serial, test);
	return arg;
}

static struct mail_search_arg *
key_build_test(struct mail_search_build_context *ctx, unsigned int idx)
{
	struct winnow_key key;
	const char *value;

	if (mail_search_parse_string(ctx->parser, &value) < 0) {
		return key_build_error(ctx, t_strdup_printf(
			"%s needs a value, allowed: %s",
			winnow_key_tests[idx].name,
			winnow_key_tests[idx].allowed));
	}
	if (!winnow_key_tests[idx].parse(value, &key)) {
		return key_build_error(ctx, t_strdup_printf(
			"Invalid %s %s, allowed: %s",
			winnow_key_tests[idx].name,
			winnow_criteria_quote(value),
			winnow_key_tests[idx].allowed));
	}
	return key_build_placeholder(ctx, t_strconcat(
		winnow_key_tests[idx].name, " ", value, NULL));
}

/* winnow-test of doc/protocol.md */
static struct mail_search_arg *
winnow_key_build(struct mail_search_build_context *ctx)
{
	struct winnow_key key;
	const char *str;
	unsigned int i;

	if (winnow_key_gate != NULL && !winnow_key_gate()) {
		ctx->_error = "Unknown argument "WINNOW_KEY_NAME;
		return NULL;
	}
	if (mail_search_parse_string(ctx->parser, &str) < 0) {
		return key_build_error(ctx, "Needs a test, allowed: "
				       WINNOW_KEY_TESTS);
	}
	if (key_parse_class(str, &key))
		return key_build_placeholder(ctx, t_str_ucase(str));
	for (i = 0; i < N_ELEMENTS(winnow_key_tests); i++) {
		if (strcasecmp(str, winnow_key_tests[i].name) == 0)
			return key_build_test(ctx, i);
	}
	return key_build_error(ctx, t_strdup_printf(
		"Unknown test %s, allowed: "WINNOW_KEY_TESTS,
		winnow_criteria_quote(str)));
}

void winnow_key_register(void)
{
	static const struct mail_search_register_arg arg = {
		WINNOW_KEY_NAME, winnow_key_build
	};
	struct mail_search_register *reg = mail_search_register_get_imap();

	if (mail_search_register_find(reg, WINNOW_KEY_NAME) == NULL)
		mail_search_register_add(reg, &arg, 1);
}

void winnow_key_set_gate(winnow_key_gate_t *gate)
{
	winnow_key_gate = gate;
}

void winnow_key_renew(void)
{
	winnow_key_serial++;
}

bool winnow_key_asks_class(const struct winnow_key *key)
{
	return key->type == WINNOW_KEY_CLASS || key->type == WINNOW_KEY_BY;
}

bool winnow_key_match_class(const struct winnow_key *key,
			    const struct winnow_class_result *result,
			    const char *source_name)
{
	if (key->type == WINNOW_KEY_CLASS)
		return result->class == key->class;
	if (*key->by == '\0')
		return FALSE;

	switch (result->by) {
	case WINNOW_BY_NOBODY:
		return FALSE;
	case WINNOW_BY_USER:
		return strcasecmp(key->by, "user") == 0;
	case WINNOW_BY_MAILBOX:
		return strcasecmp(key->by, "mailbox") == 0;
	case WINNOW_BY_SOURCE:
		return strcasecmp(key->by, source_name) == 0;
	}
	i_unreached();
}

bool winnow_key_match_verdict(const struct winnow_key *key,
			      const struct winnow_verdict *verdict)
{
	if (verdict->level == WINNOW_LEVEL_NONE)
		return FALSE;
	return key->type == WINNOW_KEY_LEVEL ? verdict->level >= key->level :
		verdict->kind == key->kind;
}
