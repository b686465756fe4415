#include "lib.h"
#include "array.h"
#include "imap-date.h"
#include "imap-seqset.h"
#include "winnow-criteria.h"
#include "winnow-criteria-keys.h"

static const struct criteria_key criteria_keys[] = {
	/* RFC 9051, section 6.4.4; what only RFC 3501 has is there, too */
	{ "ALL", "", 0 },
	{ "ANSWERED", "", 0 },
	{ "BCC", "s", 0 },
	{ "BEFORE", "d", 0 },
	{ "BODY", "s", 0 },
	{ "CC", "s", 0 },
	{ "DELETED", "", 0 },
	{ "DRAFT", "", 0 },
	{ "FLAGGED", "", 0 },
	{ "FROM", "s", 0 },
	{ "HEADER", "ss", 0 },
	{ "KEYWORD", "s", 0 },
	{ "LARGER", "n", 0 },
	{ "NEW", "", 0 },
	{ "NOT", "", 1 },
	{ "OLD", "", 0 },
	{ "ON", "d", 0 },
	{ "OR", "", 2 },
	{ "RECENT", "", 0 },
	{ "SEEN", "", 0 },
	{ "SENTBEFORE", "d", 0 },
	{ "SENTON", "d", 0 },
	{ "SENTSINCE", "d", 0 },
	{ "SINCE", "d", 0 },
	{ "SMALLER", "n", 0 },
	{ "SUBJECT", "s", 0 },
	{ "TEXT", "s", 0 },
	{ "TO", "s", 0 },
	{ "UID", "u", 0 },
	{ "UNANSWERED", "", 0 },
	{ "UNDELETED", "", 0 },
	{ "UNDRAFT", "", 0 },
	{ "UNFLAGGED", "", 0 },
	{ "UNKEYWORD", "s", 0 },
	{ "UNSEEN", "", 0 },
	/* RFC 5032, 5182, 5466, 6203, 7162, 8474, 8514 */
	{ "OLDER", "i", 0 },
	{ "YOUNGER", "i", 0 },
	{ "$", "", 0 },
	{ WINNOW_CRITERIA_FILTER_KEY, "f", 0 },
	{ "FUZZY", "", 1 },
	{ "MODSEQ", "m", 0 },
	{ "EMAILID", "s", 0 },
	{ "THREADID", "s", 0 },
	{ "SAVEDBEFORE", "d", 0 },
	{ "SAVEDON", "d", 0 },
	{ "SAVEDSINCE", "d", 0 },
	{ "SAVEDATESUPPORTED", "", 0 },
	/* Dovecot */
	{ "INTHREAD", "t", 1 },
	{ "MIMEPART", "", 0 },
	{ "X-GUID", "s", 0 },
	{ "X-MAILBOX", "s", 0 },
	{ "X-REAL-UID", "u", 0 },
	{ "X-SAVEDBEFORE", "d", 0 },
	{ "X-SAVEDON", "d", 0 },
	{ "X-SAVEDSINCE", "d", 0 },
	/* winnow */
	{ "X-WINNOW", "w", 0 },
};

/* Of MIMEPART (Dovecot's SEARCH=MIMEPART) */
static const struct criteria_key criteria_mime_keys[] = {
	{ "NOT", "", 1 },
	{ "OR", "", 2 },
	{ "PARENT", "", 1 },
	{ "CHILD", "", 1 },
	{ "EXISTS", "", 0 },
	{ "SIZE", "z", 0 },
	{ "DEPTH", "p", 0 },
	{ "DISPOSITION", "q", 0 },
	{ "FILENAME", "ss", 0 },
	{ "PARAM", "ss", 0 },
	{ "HEADER", "ss", 0 },
	{ "SENTBEFORE", "d", 0 },
	{ "SENTON", "d", 0 },
	{ "SENTSINCE", "d", 0 },
	{ "INDEX", "n", 0 },
	{ "BCC", "s", 0 },
	{ "BODY", "s", 0 },
	{ "CC", "s", 0 },
	{ "DESCRIPTION", "s", 0 },
	{ "ENCODING", "s", 0 },
	{ "FROM", "s", 0 },
	{ "ID", "s", 0 },
	{ "IN-REPLY-TO", "s", 0 },
	{ "LANGUAGE", "s", 0 },
	{ "LOCATION", "s", 0 },
	{ "MD5", "s", 0 },
	{ "MESSAGE-ID", "s", 0 },
	{ "REPLY-TO", "s", 0 },
	{ "SENDER", "s", 0 },
	{ "SUBJECT", "s", 0 },
	{ "SUBTYPE", "s", 0 },
	{ "TEXT", "s", 0 },
	{ "TO", "s", 0 },
	{ "TYPE", "s", 0 },
};

static bool is_number(const char *value)
{
	uoff_t number;

	return str_to_uoff(value, &number) == 0;
}

static bool is_interval(const char *value)
{
	uint32_t secs;

	return str_to_uint32(value, &secs) == 0 && secs > 0;
}

static bool is_date(const char *value)
{
	time_t date;

	return imap_parse_date(value, &date);
}

static bool is_set(const char *value)
{
	ARRAY_TYPE(seq_range) set;
	bool valid;

	if (strcmp(value, "$") == 0)
		return TRUE;
	i_array_init(&set, 16);
	valid = imap_seq_set_parse(value, &set) == 0;
	array_free(&set);
	return valid;
}

static bool is_thread(const char *value)
{
	return strcasecmp(value, "REFERENCES") == 0 ||
		strcasecmp(value, "REFS") == 0 ||
		strcasecmp(value, "ORDEREDSUBJECT") == 0;
}

static const struct {
	char letter;
	bool (*check)(const char *value);
	const char *allowed;
} criteria_params[] = {
	{ CRITERIA_NUMBER, is_number, "a number" },
	{ CRITERIA_INTERVAL, is_interval, "seconds, at least 1" },
	{ CRITERIA_DATE, is_date, "a date as 3-Dec-2002" },
	{ CRITERIA_SET, is_set, "a set as 1:3,7 or $" },
	{ CRITERIA_THREAD, is_thread,
	  "REFERENCES, REFS and ORDEREDSUBJECT" },
	{ CRITERIA_FILTER_NAME, winnow_criteria_filter_name_is_valid,
	  "the name of a filter" },
};

/* Words after which more comes. */
static const struct {
	char letter;
	const char *word;
	const char *params;
} criteria_params_more[] = {
	{ CRITERIA_TEST, "BY", "s" },
	{ CRITERIA_TEST, "LEVEL", "n" },
	{ CRITERIA_TEST, "KIND", "s" },
	{ CRITERIA_SIZE, "LARGER", "n" },
	{ CRITERIA_SIZE, "SMALLER", "n" },
	{ CRITERIA_DEPTH, "MIN", "n" },
	{ CRITERIA_DEPTH, "MAX", "n" },
	{ CRITERIA_DISPOSITION, "TYPE", "s" },
	{ CRITERIA_DISPOSITION, "PARAM", "ss" },
};

static const struct criteria_key *
key_find(const struct criteria_key *keys, unsigned int count, const char *name)
{
	for (unsigned int i = 0; i < count; i++) {
		if (strcasecmp(keys[i].name, name) == 0)
			return &keys[i];
	}
	return NULL;
}

const struct criteria_key *winnow_criteria_key_find(const char *name)
{
	return key_find(criteria_keys, N_ELEMENTS(criteria_keys), name);
}

const struct criteria_key *winnow_criteria_mime_key_find(const char *name)
{
	return key_find(criteria_mime_keys, N_ELEMENTS(criteria_mime_keys),
			name);
}

bool winnow_criteria_param_check(char letter, const char *value,
			  const char **allowed_r)
{
	for (unsigned int i = 0; i < N_ELEMENTS(criteria_params); i++) {
		if (criteria_params[i].letter == letter) {
			*allowed_r = criteria_params[i].allowed;
			return criteria_params[i].check(value);
		}
	}
	return TRUE;
}

const char *winnow_criteria_param_more(char letter, const char *value)
{
	/* MODSEQ [entry-name entry-type-req] number (RFC 7162) */
	if (letter == CRITERIA_MODSEQ)
		return strncasecmp(value, "/flags/", 7) == 0 ? "sn" : "";
	for (unsigned int i = 0; i < N_ELEMENTS(criteria_params_more); i++) {
		if (criteria_params_more[i].letter == letter &&
		    strcasecmp(criteria_params_more[i].word, value) == 0)
			return criteria_params_more[i].params;
	}
	return "";
}
