#include "lib.h"
#include "imap-arg.h"
#include "wildcard-match.h"
#include "winnow-criteria.h"
#include "imap-winnow-clean-rule.h"
#include "imap-winnow-weak.h"

/* What a search key has to say about who asks. */
enum key_type {
	/* forbids filtering, whatever follows */
	KEY_FORBIDS,
	/* nothing, nor have its values */
	KEY_NEUTRAL,
	/* looks for words, which its value may be */
	KEY_CONTENT,
	KEY_HEADER,
	KEY_KEYWORD,
	KEY_UIDSET,
	KEY_DELETED,
	KEY_UNDELETED
};

static const struct {
	const char *name;
	enum key_type type;
} program_keys[] = {
	{ "TEXT", KEY_CONTENT },
	{ "BODY", KEY_CONTENT },
	{ "SUBJECT", KEY_CONTENT },
	{ "FROM", KEY_CONTENT },
	{ "TO", KEY_CONTENT },
	{ "CC", KEY_CONTENT },
	{ "BCC", KEY_CONTENT },
	{ "HEADER", KEY_HEADER },

	{ "OR", KEY_NEUTRAL },
	{ "NOT", KEY_NEUTRAL },
	{ "FUZZY", KEY_NEUTRAL },
	{ "INTHREAD", KEY_NEUTRAL },
	{ "MIMEPART", KEY_NEUTRAL },

	{ "ALL", KEY_NEUTRAL },
	{ "ANSWERED", KEY_NEUTRAL },
	{ "UNANSWERED", KEY_NEUTRAL },
	{ "DRAFT", KEY_NEUTRAL },
	{ "UNDRAFT", KEY_NEUTRAL },
	{ "FLAGGED", KEY_NEUTRAL },
	{ "UNFLAGGED", KEY_NEUTRAL },
	{ "SEEN", KEY_NEUTRAL },
	{ "UNSEEN", KEY_NEUTRAL },
	{ "SAVEDATESUPPORTED", KEY_NEUTRAL },

	{ "BEFORE", KEY_NEUTRAL },
	{ "ON", KEY_NEUTRAL },
	{ "SINCE", KEY_NEUTRAL },
	{ "SENTBEFORE", KEY_NEUTRAL },
	{ "SENTON", KEY_NEUTRAL },
	{ "SENTSINCE", KEY_NEUTRAL },
	{ "SAVEDBEFORE", KEY_NEUTRAL },
	{ "SAVEDON", KEY_NEUTRAL },
	{ "SAVEDSINCE", KEY_NEUTRAL },
	{ "X-SAVEDBEFORE", KEY_NEUTRAL },
	{ "X-SAVEDON", KEY_NEUTRAL },
	{ "X-SAVEDSINCE", KEY_NEUTRAL },
	{ "OLDER", KEY_NEUTRAL },
	{ "YOUNGER", KEY_NEUTRAL },
	{ "LARGER", KEY_NEUTRAL },
	{ "SMALLER", KEY_NEUTRAL },
	{ "X-MAILBOX", KEY_NEUTRAL },

	{ "1:*", KEY_NEUTRAL },
	{ "UID", KEY_UIDSET },
	{ "KEYWORD", KEY_KEYWORD },
	{ "UNKEYWORD", KEY_KEYWORD },
	{ "DELETED", KEY_DELETED },
	{ "UNDELETED", KEY_UNDELETED },
};

/* The fields of RFC 5322, sections 3.6.2, 3.6.3 and 3.6.5: what a person reads
   and remembers. */
static const char *const text_headers[] = {
	"Subject", "From", "To", "Cc", "Bcc", "Sender", "Reply-To",
	"Comments", "Keywords", NULL
};

/* Programs find messages again by these, and by any of their own: X-... */
static const char *const identity_headers[] = {
	"Message-ID", "In-Reply-To", "References", NULL
};

/* Who asks for these knows of spam. */
static const char *const junk_keywords[] = {
	"$Junk", "Junk", "$NotJunk", "NotJunk", "NonJunk", "$Phishing", NULL
};

struct program {
	/* It looks for words. */
	bool content;
};

/* What isn't known may mean anything. $ and X-WINNOW are not; MODSEQ and X-GUID
   aren't listed, either. */
static enum key_type key_find(const char *name)
{
	for (unsigned int i = 0; i < N_ELEMENTS(program_keys); i++) {
		if (strcasecmp(program_keys[i].name, name) == 0)
			return program_keys[i].type;
	}
	return KEY_FORBIDS;
}

static bool
key_allows(enum key_type type, const struct winnow_criteria_scope *scope)
{
	switch (type) {
	case KEY_FORBIDS:
		return FALSE;
	case KEY_DELETED:
		return scope->negated;
	case KEY_UNDELETED:
		return !scope->negated;
	default:
		return TRUE;
	}
}

static bool header_allows(const char *name, enum key_type *value_type_r)
{
	if (strncasecmp(name, "X-", 2) == 0 ||
	    str_array_icase_find(identity_headers, name))
		return FALSE;
	*value_type_r = str_array_icase_find(text_headers, name) ?
		KEY_CONTENT : KEY_NEUTRAL;
	return TRUE;
}

/* A value of a key of that type, which becomes the type of the value after
   it. */
static bool
program_value_allows(struct program *program, enum key_type *type,
		     const struct winnow_criteria_scope *scope,
		     const char *value)
{
	switch (*type) {
	case KEY_CONTENT:
		if (*value != '\0' && !scope->negated && !scope->in_thread)
			program->content = TRUE;
		return TRUE;
	case KEY_HEADER:
		return header_allows(value, type);
	case KEY_KEYWORD:
		return !str_array_icase_find(junk_keywords, value);
	case KEY_UIDSET:
		return strcmp(value, "1:*") == 0;
	default:
		return TRUE;
	}
}

/* Returns FALSE if the program is not to be filtered. */
static bool
program_allows(struct program *program, const struct imap_arg *args,
	       const struct winnow_criteria_reader *outer)
{
	struct winnow_criteria_reader reader;
	enum winnow_criteria_place place;
	enum key_type type = KEY_NEUTRAL;
	const char *value, *error;
	bool allows = TRUE;

	winnow_criteria_begin(&reader, outer);
	for (; allows && !IMAP_ARG_IS_EOL(args); args++) {
		if (winnow_criteria_next(&reader, args, &place, &error) < 0)
			return FALSE;
		switch (place) {
		case WINNOW_CRITERIA_KEY:
		case WINNOW_CRITERIA_FILTER:
			type = key_find(reader.key);
			allows = key_allows(type, &reader.scope);
			break;
		case WINNOW_CRITERIA_LIST:
			allows = program_allows(program, imap_arg_as_list(args),
						&reader);
			break;
		case WINNOW_CRITERIA_PARAM:
		case WINNOW_CRITERIA_FILTER_NAME:
			/* it isn't a list of MIMEPART's own keys */
			if (imap_arg_get_astring(args, &value))
				allows = program_value_allows(program, &type,
					&reader.scope, value);
			break;
		}
	}
	return allows && winnow_criteria_end(&reader, &error) == 0;
}

static bool options_allow(const struct imap_arg *options)
{
	if (options == NULL)
		return TRUE;
	for (; !IMAP_ARG_IS_EOL(options); options++) {
		if (imap_arg_atom_equals(options, "UPDATE") ||
		    imap_arg_atom_equals(options, "CONTEXT"))
			return FALSE;
	}
	return TRUE;
}

bool imap_winnow_clean_command_allows(const struct imap_arg *options,
				      const struct imap_arg *args)
{
	struct program program = { .content = FALSE };

	return options_allow(options) && program_allows(&program, args, NULL) &&
		program.content;
}

bool imap_winnow_clean_facts_allow(const struct imap_winnow_clean_facts *facts)
{
	return facts->wanted && !facts->aware && !facts->special_use &&
		!facts->foreign;
}

bool imap_winnow_clean_bypasses(const char *names, const char *name)
{
	const char *const *mask = t_strsplit_spaces(names, " ");

	for (; *mask != NULL; mask++) {
		if (wildcard_match_icase(name, *mask))
			return TRUE;
	}
	return FALSE;
}
