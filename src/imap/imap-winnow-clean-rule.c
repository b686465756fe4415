#include "lib.h"
#include "imap-arg.h"
#include "wildcard-match.h"
#include "imap-winnow-clean-rule.h"

/* Nested deeper than this, nobody typed it. */
#define PROGRAM_DEPTH_MAX 200

enum key_type {
	/* forbids filtering, whatever follows */
	KEY_FORBIDS,
	/* a state of the message; has no say */
	KEY_STATE,
	/* with a value that has no say */
	KEY_VALUE,
	/* with words */
	KEY_CONTENT,
	KEY_HEADER,
	KEY_KEYWORD,
	KEY_UIDSET,
	KEY_DELETED,
	KEY_UNDELETED,
	/* before other keys */
	KEY_NOT,
	KEY_FUZZY,
	KEY_OR,
	KEY_INTHREAD,
	KEY_MIMEPART
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

	{ "OR", KEY_OR },
	{ "NOT", KEY_NOT },
	{ "FUZZY", KEY_FUZZY },
	{ "INTHREAD", KEY_INTHREAD },
	{ "MIMEPART", KEY_MIMEPART },

	{ "ALL", KEY_STATE },
	{ "ANSWERED", KEY_STATE },
	{ "UNANSWERED", KEY_STATE },
	{ "DRAFT", KEY_STATE },
	{ "UNDRAFT", KEY_STATE },
	{ "FLAGGED", KEY_STATE },
	{ "UNFLAGGED", KEY_STATE },
	{ "SEEN", KEY_STATE },
	{ "UNSEEN", KEY_STATE },
	{ "SAVEDATESUPPORTED", KEY_STATE },

	{ "BEFORE", KEY_VALUE },
	{ "ON", KEY_VALUE },
	{ "SINCE", KEY_VALUE },
	{ "SENTBEFORE", KEY_VALUE },
	{ "SENTON", KEY_VALUE },
	{ "SENTSINCE", KEY_VALUE },
	{ "SAVEDBEFORE", KEY_VALUE },
	{ "SAVEDON", KEY_VALUE },
	{ "SAVEDSINCE", KEY_VALUE },
	{ "X-SAVEDBEFORE", KEY_VALUE },
	{ "X-SAVEDON", KEY_VALUE },
	{ "X-SAVEDSINCE", KEY_VALUE },
	{ "OLDER", KEY_VALUE },
	{ "YOUNGER", KEY_VALUE },
	{ "LARGER", KEY_VALUE },
	{ "SMALLER", KEY_VALUE },
	{ "X-MAILBOX", KEY_VALUE },

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
	/* the next argument to read */
	const struct imap_arg *arg;
	/* It looks for words. */
	bool content;
};

/* Where a key stands. */
struct place {
	unsigned int depth;
	bool negated;
	/* in INTHREAD: words say what the thread has, not the message */
	bool in_thread;
};

static bool program_read_list(struct program *program, struct place place);

/* What isn't known may mean anything. $ and X-WINNOW are not; MODSEQ and X-GUID
   aren't listed, either. */
static enum key_type key_find(const char *name)
{
	for (unsigned int i = 0; i < N_ELEMENTS(program_keys); i++) {
		if (strcasecmp(program_keys[i].name, name) == 0)
			return program_keys[i].type;
	}
	return strcmp(name, "1:*") == 0 ? KEY_STATE : KEY_FORBIDS;
}

static bool program_read_string(struct program *program, const char **str_r)
{
	if (!imap_arg_get_astring(program->arg, str_r))
		return FALSE;
	program->arg++;
	return TRUE;
}

static bool program_read_content(struct program *program,
				 const struct place *place)
{
	const char *words;

	if (!program_read_string(program, &words))
		return FALSE;
	if (*words != '\0' && !place->negated && !place->in_thread)
		program->content = TRUE;
	return TRUE;
}

static bool program_read_header(struct program *program,
				const struct place *place)
{
	const char *name, *value;

	if (!program_read_string(program, &name) ||
	    strncasecmp(name, "X-", 2) == 0 ||
	    str_array_icase_find(identity_headers, name))
		return FALSE;
	if (str_array_icase_find(text_headers, name))
		return program_read_content(program, place);
	return program_read_string(program, &value);
}

/* A key that has no other key in it. */
static bool program_read_leaf(struct program *program, enum key_type type,
			      const struct place *place)
{
	const char *value;

	switch (type) {
	case KEY_STATE:
		return TRUE;
	case KEY_VALUE:
		return program_read_string(program, &value);
	case KEY_CONTENT:
		return program_read_content(program, place);
	case KEY_HEADER:
		return program_read_header(program, place);
	case KEY_KEYWORD:
		return program_read_string(program, &value) &&
			!str_array_icase_find(junk_keywords, value);
	case KEY_UIDSET:
		return program_read_string(program, &value) &&
			strcmp(value, "1:*") == 0;
	case KEY_DELETED:
		return place->negated;
	case KEY_UNDELETED:
		return !place->negated;
	case KEY_MIMEPART:
		/* a language of its own, about parts of the message */
		return (program->arg++)->type == IMAP_ARG_LIST;
	default:
		return FALSE;
	}
}

/* Returns FALSE if the program is not to be filtered. */
static bool program_read_key(struct program *program, struct place place)
{
	const char *name;
	enum key_type type;

	if (++place.depth > PROGRAM_DEPTH_MAX)
		return FALSE;
	for (;;) {
		if (program->arg->type == IMAP_ARG_LIST)
			return program_read_list(program, place);
		if (!imap_arg_get_atom(program->arg, &name))
			return FALSE;
		program->arg++;
		type = key_find(name);
		switch (type) {
		case KEY_NOT:
			place.negated = !place.negated;
			break;
		case KEY_FUZZY:
			break;
		case KEY_OR:
			if (!program_read_key(program, place))
				return FALSE;
			break;
		case KEY_INTHREAD:
			if (!program_read_string(program, &name))
				return FALSE;
			place.in_thread = TRUE;
			break;
		default:
			return program_read_leaf(program, type, &place);
		}
	}
}

static bool program_read_keys(struct program *program, struct place place)
{
	do {
		if (!program_read_key(program, place))
			return FALSE;
	} while (!IMAP_ARG_IS_EOL(program->arg));
	return TRUE;
}

static bool program_read_list(struct program *program, struct place place)
{
	const struct imap_arg *after = program->arg + 1;

	program->arg = imap_arg_as_list(program->arg);
	if (!program_read_keys(program, place))
		return FALSE;
	program->arg = after;
	return TRUE;
}

static bool program_allows(const struct imap_arg *args)
{
	struct program program = { .arg = args };
	struct place place = { .depth = 0 };

	return program_read_keys(&program, place) && program.content;
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
				      const struct imap_arg *program)
{
	return options_allow(options) && program_allows(program);
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
