#ifndef WINNOW_CRITERIA_KEYS_H
#define WINNOW_CRITERIA_KEYS_H

/* The tables of the grammar, for this room. */

/* What a parameter is, by the letter that stands for it in the tables. */
enum {
	CRITERIA_STRING = 's',
	CRITERIA_NUMBER = 'n',
	CRITERIA_INTERVAL = 'i',
	CRITERIA_DATE = 'd',
	CRITERIA_SET = 'u',
	CRITERIA_MODSEQ = 'm',
	CRITERIA_THREAD = 't',
	CRITERIA_FILTER_NAME = 'f',
	CRITERIA_TEST = 'w',
	CRITERIA_SIZE = 'z',
	CRITERIA_DEPTH = 'p',
	CRITERIA_DISPOSITION = 'q',
};

struct criteria_key {
	const char *name;
	/* letters of the parameters, "" without any */
	const char *params;
	/* search keys that follow them */
	unsigned int keys;
};

/* Returns NULL if there is no such key. */
const struct criteria_key *winnow_criteria_key_find(const char *name);
const struct criteria_key *winnow_criteria_mime_key_find(const char *name);

/* Returns FALSE and what is allowed if that isn't a value for a parameter. */
bool winnow_criteria_param_check(char letter, const char *value,
			  const char **allowed_r);
/* Returns the letters of the parameters that follow one of that value. */
const char *winnow_criteria_param_more(char letter, const char *value);

#endif
