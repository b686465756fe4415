#include <string.h>

#include "winnow-policy-private.h"
#include "winnow-value.h"

/* An administrator's source is a form of the same kind as the built-in ones:
   places and lists of words. There is nothing in it that could take more than
   linear time. */

#define KEY_SIZE_MAX 64
#define HEADER_SIZE_MAX 128

/* What may follow a number here besides what may follow any other. */
#define DEFINED_STOPS "/]%"

static int fail(struct winnow_error *error_r, const char *name,
		const char *key, const char *what)
{
	winnow_error_set(error_r, "source '");
	winnow_error_add(error_r, name);
	winnow_error_add(error_r, "': ");
	winnow_error_add(error_r, key);
	winnow_error_add(error_r, what);
	return -1;
}

static int name_is_valid(const char *name)
{
	size_t i, size = strlen(name);

	for (i = 0; i < size; i++) {
		unsigned char c = winnow_lower((unsigned char)name[i]);

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
		    (i == 0 || (c != '-' && c != '_')))
			return 0;
	}
	return size > 0 && size <= WINNOW_SOURCE_NAME_MAX;
}

int winnow_header_name_is_valid(const char *header)
{
	const char *star = strchr(header, '*');
	size_t i, size = strlen(header);

	for (i = 0; i < size; i++) {
		if (header[i] <= ' ' || header[i] >= 0x7f || header[i] == ':')
			return 0;
	}
	return size > 0 && size <= HEADER_SIZE_MAX && star != header &&
	       (star == NULL || strchr(star + 1, '*') == NULL);
}

/* Returns 1 if the list has items and none of them is too long. */
static int list_is_valid(const char *list)
{
	const char *item;
	size_t size, count = 0;

	for (; winnow_list_next(&list, &item, &size); count++) {
		if (size > KEY_SIZE_MAX)
			return 0;
	}
	return count > 0;
}

static int number_parse(const char *text, int64_t *micro_r)
{
	size_t size = strlen(text), end;

	return winnow_value_number((const unsigned char *)text, size, NULL,
				   micro_r, &end) &&
	       end == size && *micro_r > 0;
}

/* Returns the rest of the text after a word and a blank, or NULL. */
static const char *after_word(const char *text, const char *word)
{
	size_t size = strlen(word);

	return strlen(text) > size && text[size] == ' ' &&
	       winnow_text_begins_same(text, word, size) ? text + size + 1 :
							   NULL;
}

/* Returns 1 if text is a place; NULL is nowhere. */
static int spot_parse(const char *text, struct winnow_spot *spot_r)
{
	const char *rest;

	spot_r->keys = NULL;
	spot_r->place = WINNOW_PLACE_NONE;
	if (text == NULL)
		return 1;
	if (winnow_text_same(text, "first")) {
		spot_r->place = WINNOW_PLACE_FIRST;
	} else if (winnow_text_same(text, "whole")) {
		spot_r->place = WINNOW_PLACE_WHOLE;
	} else if ((rest = after_word(text, "after")) != NULL) {
		spot_r->place = WINNOW_PLACE_AFTER;
		spot_r->keys = rest;
		return list_is_valid(rest);
	} else if ((rest = after_word(text, "count")) != NULL) {
		spot_r->place = WINNOW_PLACE_COUNT;
		spot_r->keys = rest;
		return rest[0] > ' ' && rest[0] < 0x7f && rest[1] == '\0';
	}
	return spot_r->place != WINNOW_PLACE_NONE;
}

static int define_places(const char *name,
			 const struct winnow_source_definition *definition,
			 struct winnow_form *form,
			 struct winnow_error *error_r)
{
	static const char places[] =
		" must be 'first', 'whole' or 'after TEXT, TEXT ...'";

	if (!spot_parse(definition->word, &form->word) ||
	    form->word.place == WINNOW_PLACE_COUNT)
		return fail(error_r, name, "word", places);
	if (!spot_parse(definition->score, &form->score))
		return fail(error_r, name, "score", " must be 'first', 'whole', "
			    "'after TEXT, TEXT ...' or 'count CHARACTER'");
	if (!spot_parse(definition->limit, &form->limit) ||
	    form->limit.place == WINNOW_PLACE_COUNT)
		return fail(error_r, name, "limit", places);
	if (form->word.place == WINNOW_PLACE_NONE)
		form->word.place = WINNOW_PLACE_FIRST;
	return 0;
}

static int define_words(const char *name,
			const struct winnow_source_definition *definition,
			struct winnow_form *form, struct winnow_error *error_r)
{
	static const char what[] = " must be words separated by commas, "
				   "each of at most 64 bytes";

	if (definition->spam != NULL && !list_is_valid(definition->spam))
		return fail(error_r, name, "spam", what);
	if (definition->suspect != NULL && !list_is_valid(definition->suspect))
		return fail(error_r, name, "suspect", what);
	if (definition->ham != NULL && !list_is_valid(definition->ham))
		return fail(error_r, name, "ham", what);
	form->spam = definition->spam;
	form->suspect = definition->suspect;
	form->ham = definition->ham;
	return 0;
}

static int define_scale(const char *name,
			const struct winnow_source_definition *definition,
			struct winnow_source *source,
			struct winnow_error *error_r)
{
	const char *threshold = definition->threshold;
	const char *maximum = definition->maximum;

	if (threshold != NULL && !number_parse(threshold, &source->threshold))
		return fail(error_r, name, "threshold",
			    " must be a number above 0, at most 10000");
	if (maximum == NULL)
		return 0;
	if (!number_parse(maximum, &source->maximum) || threshold == NULL ||
	    source->maximum <= source->threshold)
		return fail(error_r, name, "maximum",
			    " must be a number above the threshold");
	source->scale = WINNOW_SCALE_BOUNDED;
	return 0;
}

/* What is missing for the definition to ever say something. */
static int define_check(const char *name, const struct winnow_source *source,
			const struct winnow_form *form,
			struct winnow_error *error_r)
{
	int has_words = form->spam != NULL || form->suspect != NULL ||
			form->ham != NULL;

	if (form->score.place == WINNOW_PLACE_NONE) {
		if (!has_words)
			return fail(error_r, name, "score",
				    " is not set, and no words for spam, "
				    "suspect or ham");
		if (source->threshold > 0 ||
		    form->limit.place != WINNOW_PLACE_NONE)
			return fail(error_r, name, "score",
				    " is not set, so threshold and limit "
				    "have no meaning");
	} else if (!has_words && source->threshold == 0 &&
		   form->limit.place == WINNOW_PLACE_NONE) {
		return fail(error_r, name, "threshold",
			    " is not set, and no limit or words either");
	}
	return 0;
}

static int define_new(struct winnow_policy *policy, const char *name,
		      const struct winnow_source_definition *definition,
		      struct winnow_error *error_r)
{
	unsigned int idx = policy->defined_count;
	struct winnow_source *source;
	struct winnow_form *form;

	if (!name_is_valid(name))
		return fail(error_r, name, "name",
			    " must be at most 31 letters, digits, '-' and "
			    "'_'");
	if (idx == WINNOW_POLICY_DEFINED_MAX)
		return fail(error_r, name, "more than 16 sources", " defined");
	if (definition->header == NULL ||
	    !winnow_header_name_is_valid(definition->header))
		return fail(error_r, name, "header",
			    " must be a header name, with at most one '*', "
			    "but not at its start");
	source = &policy->defined[idx];
	form = &policy->defined_forms[idx];
	memset(source, 0, sizeof(*source));
	memset(form, 0, sizeof(*form));
	form->header = definition->header;
	form->stops = DEFINED_STOPS;
	form->judged = WINNOW_JUDGED_FALLBACK;
	source->id = (uint8_t)(WINNOW_SOURCE_ADMIN_FIRST + idx);
	source->name = name;
	source->forms = form;
	source->form_count = 1;
	if (define_places(name, definition, form, error_r) < 0 ||
	    define_words(name, definition, form, error_r) < 0 ||
	    define_scale(name, definition, source, error_r) < 0 ||
	    define_check(name, source, form, error_r) < 0)
		return -1;
	policy->defined_count++;
	return 0;
}

static int define_builtin(struct winnow_policy *policy, const char *name,
			  const struct winnow_source_definition *definition,
			  struct winnow_error *error_r)
{
	int64_t micro;

	if (definition->header != NULL || definition->word != NULL ||
	    definition->spam != NULL || definition->suspect != NULL ||
	    definition->ham != NULL || definition->score != NULL ||
	    definition->limit != NULL || definition->maximum != NULL)
		return fail(error_r, name, "this name is built in",
			    ": only its threshold can be set");
	if (definition->threshold == NULL)
		return 0;
	if (!number_parse(definition->threshold, &micro) || micro < 1000)
		return fail(error_r, name, "threshold",
			    " must be a number of at least 0.001, at most "
			    "10000");
	return winnow_policy_set_threshold(policy, name,
					   (int32_t)(micro / 1000), error_r);
}

int winnow_policy_define(struct winnow_policy *policy, const char *name,
			 const struct winnow_source_definition *definition,
			 struct winnow_error *error_r)
{
	uint8_t id = winnow_source_find(policy, name);

	if (id >= WINNOW_SOURCE_ADMIN_FIRST)
		return fail(error_r, name, "it is", " defined twice");
	if (id != WINNOW_SOURCE_NONE)
		return define_builtin(policy, name, definition, error_r);
	return define_new(policy, name, definition, error_r);
}
