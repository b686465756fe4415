#include "lib.h"
#include "str.h"
#include "imap-arg.h"
#include "winnow-criteria.h"
#include "winnow-criteria-keys.h"

/* So much of what others chose is repeated in an error. */
#define CRITERIA_QUOTE_MAX 32

const char *winnow_criteria_quote(const char *value)
{
	string_t *str = t_str_new(CRITERIA_QUOTE_MAX + 8);

	str_append_c(str, '\'');
	for (unsigned int i = 0; value[i] != '\0'; i++) {
		if (i == CRITERIA_QUOTE_MAX) {
			str_append(str, "...");
			break;
		}
		str_append_c(str, value[i] >= 0x20 && value[i] < 0x7f ?
			     value[i] : '?');
	}
	str_append_c(str, '\'');
	return str_c(str);
}

bool winnow_criteria_filter_name_is_valid(const char *name)
{
	const char *p;

	for (p = name; *p != '\0'; p++) {
		if (!IS_ATOM_CHAR(*p) || *p == '/')
			return FALSE;
	}
	return p > name && p - name <= WINNOW_CRITERIA_FILTER_NAME_MAX;
}

/* message-set: what Dovecot takes for one */
static bool key_is_set(const char *name)
{
	return *name == '*' || (*name >= '0' && *name <= '9');
}

/* The next search key or list is met. */
static void reader_enter(struct winnow_criteria_reader *reader)
{
	struct winnow_criteria_pending *last;

	if (reader->pending_count == 0) {
		reader->scope = reader->list_scope;
		return;
	}
	last = &reader->pending[reader->pending_count - 1];
	reader->scope = last->scope;
	if (--last->count == 0)
		reader->pending_count--;
}

/* The key that was entered needs others, within its own scope. */
static int
reader_await(struct winnow_criteria_reader *reader,
	     const struct criteria_key *key, const char **error_r)
{
	struct winnow_criteria_pending *last =
		&reader->pending[I_MAX(reader->pending_count, 1) - 1];
	struct winnow_criteria_scope scope = reader->scope;

	if (strcmp(key->name, "NOT") == 0)
		scope.negated = !scope.negated;
	else if (strcmp(key->name, "INTHREAD") == 0)
		scope.in_thread = TRUE;
	if (reader->pending_count > 0 && last->scope.negated == scope.negated &&
	    last->scope.in_thread == scope.in_thread) {
		last->count += key->keys;
		return 0;
	}
	if (reader->pending_count == WINNOW_CRITERIA_PENDING_MAX) {
		*error_r = "There are too many keys within keys";
		return -1;
	}
	last = &reader->pending[reader->pending_count++];
	last->scope = scope;
	last->count = key->keys;
	return 0;
}

static int
reader_take_key(struct winnow_criteria_reader *reader, const char *name,
		enum winnow_criteria_place *place_r, const char **error_r)
{
	static const struct criteria_key set = { "", "", 0 };
	const struct criteria_key *key;
	const char *allowed;

	key = key_is_set(name) ? &set : winnow_criteria_key_find(name);
	if (key == NULL || (key == &set && !winnow_criteria_param_check(
				CRITERIA_SET, name, &allowed))) {
		*error_r = t_strdup_printf("Unknown search key %s",
					   winnow_criteria_quote(name));
		return -1;
	}
	*place_r = *key->params == CRITERIA_FILTER_NAME ?
		WINNOW_CRITERIA_FILTER : WINNOW_CRITERIA_KEY;
	reader->key = name;
	reader->params = key->params;
	if (strcmp(key->name, "MIMEPART") == 0)
		reader->mime_keys_wanted = 1;
	reader_enter(reader);
	return key->keys == 0 ? 0 : reader_await(reader, key, error_r);
}

static int
reader_take_list(struct winnow_criteria_reader *reader, const char **error_r)
{
	if (reader->depth == WINNOW_CRITERIA_DEPTH_MAX) {
		*error_r = "There are too many lists within lists";
		return -1;
	}
	reader_enter(reader);
	return 0;
}

static int
reader_take_mime_key(struct winnow_criteria_reader *reader,
		     const struct imap_arg *arg, const char **error_r)
{
	const struct criteria_key *key;
	const char *name;

	reader->mime_keys_wanted--;
	/* a list of its keys, which can't have a filter */
	if (arg->type == IMAP_ARG_LIST)
		return 0;
	if (!imap_arg_get_atom(arg, &name) ||
	    (key = winnow_criteria_mime_key_find(name)) == NULL) {
		*error_r = "Unknown key of MIMEPART";
		return -1;
	}
	reader->key = name;
	reader->params = key->params;
	reader->mime_keys_wanted += key->keys;
	return 0;
}

static int
reader_take_param(struct winnow_criteria_reader *reader,
		  const struct imap_arg *arg,
		  enum winnow_criteria_place *place_r, const char **error_r)
{
	const char *value, *allowed, *more;
	char letter = *reader->params;

	*place_r = letter == CRITERIA_FILTER_NAME ?
		WINNOW_CRITERIA_FILTER_NAME : WINNOW_CRITERIA_PARAM;
	/* a filter's name is an atom, all others may be any astring */
	if (letter == CRITERIA_FILTER_NAME ? !imap_arg_get_atom(arg, &value) :
	    !imap_arg_get_astring(arg, &value)) {
		*error_r = t_strdup_printf(
			"%s needs %s", t_str_ucase(reader->key),
			letter == CRITERIA_FILTER_NAME ?
			"the name of a filter, which is an atom" : "a value");
		return -1;
	}
	if (!winnow_criteria_param_check(letter, value, &allowed)) {
		*error_r = t_strdup_printf(
			"Invalid value %s for %s, allowed: %s",
			winnow_criteria_quote(value),
			t_str_ucase(reader->key), allowed);
		return -1;
	}
	more = winnow_criteria_param_more(letter, value);
	if (*more != '\0')
		reader->params = more;
	else
		reader->params++;
	return 0;
}

static bool reader_wants_param(const struct winnow_criteria_reader *reader)
{
	return reader->params != NULL && *reader->params != '\0';
}

void winnow_criteria_begin(struct winnow_criteria_reader *reader,
			   const struct winnow_criteria_reader *outer)
{
	i_zero(reader);
	if (outer != NULL) {
		reader->list_scope = outer->scope;
		reader->depth = outer->depth + 1;
	}
}

int winnow_criteria_next(struct winnow_criteria_reader *reader,
			 const struct imap_arg *arg,
			 enum winnow_criteria_place *place_r,
			 const char **error_r)
{
	const char *name;

	reader->any = TRUE;
	if (reader_wants_param(reader))
		return reader_take_param(reader, arg, place_r, error_r);
	if (reader->mime_keys_wanted > 0) {
		*place_r = WINNOW_CRITERIA_PARAM;
		return reader_take_mime_key(reader, arg, error_r);
	}
	if (arg->type == IMAP_ARG_LIST) {
		*place_r = WINNOW_CRITERIA_LIST;
		return reader_take_list(reader, error_r);
	}
	if (!imap_arg_get_atom(arg, &name)) {
		*error_r = "There is a string where a search key should be";
		return -1;
	}
	return reader_take_key(reader, name, place_r, error_r);
}

int winnow_criteria_end(const struct winnow_criteria_reader *reader,
			const char **error_r)
{
	if (!reader->any)
		*error_r = "There is no search key";
	else if (reader_wants_param(reader)) {
		*error_r = t_strdup_printf("%s lacks a value",
					   t_str_ucase(reader->key));
	} else if (reader->pending_count > 0 || reader->mime_keys_wanted > 0) {
		*error_r = t_strdup_printf("A search key is missing after %s",
					   t_str_ucase(reader->key));
	} else {
		return 0;
	}
	return -1;
}

static int
criteria_check(const struct imap_arg *args,
	       const struct winnow_criteria_reader *outer, bool *filters,
	       const char **error_r)
{
	struct winnow_criteria_reader reader;
	enum winnow_criteria_place place;

	winnow_criteria_begin(&reader, outer);
	for (; !IMAP_ARG_IS_EOL(args); args++) {
		if (winnow_criteria_next(&reader, args, &place, error_r) < 0)
			return -1;
		if (place == WINNOW_CRITERIA_FILTER)
			*filters = TRUE;
		if (place == WINNOW_CRITERIA_LIST &&
		    criteria_check(imap_arg_as_list(args), &reader, filters,
				   error_r) < 0)
			return -1;
	}
	return winnow_criteria_end(&reader, error_r);
}

int winnow_criteria_check(const struct imap_arg *args, bool *filters_r,
			  const char **error_r)
{
	*filters_r = FALSE;
	return criteria_check(args, NULL, filters_r, error_r);
}
