#include <string.h>

#include "winnow-form.h"
#include "winnow-value.h"

static void skip_blank(const unsigned char **value, size_t *size)
{
	while (*size > 0 && **value == ' ') {
		(*value)++;
		(*size)--;
	}
}

/* Some templates begin with a remark: "(score 9): No, score=9". */
static void skip_remark(const unsigned char **value, size_t *size)
{
	const unsigned char *end;

	if (*size == 0 || **value != '(' ||
	    (end = memchr(*value, ')', *size)) == NULL)
		return;
	end++;
	if (end == *value + *size || *end != ':')
		return;
	*size -= (size_t)(end + 1 - *value);
	*value = end + 1;
	skip_blank(value, size);
}

/* Move to what stands after the first of the spot's keys that is found. */
static int spot_after(const struct winnow_spot *spot,
		      const unsigned char **value, size_t *size)
{
	const char *list = spot->keys, *key;
	size_t key_size, after;

	while (winnow_list_next(&list, &key, &key_size)) {
		if (!winnow_value_find(*value, *size, key, key_size, &after))
			continue;
		*value += after;
		*size -= after;
		skip_blank(value, size);
		return 1;
	}
	return 0;
}

static int spot_number(const struct winnow_spot *spot, const char *stops,
		       const unsigned char *value, size_t size,
		       int64_t *micro_r)
{
	size_t count, end;

	switch (spot->place) {
	case WINNOW_PLACE_NONE:
		return 0;
	case WINNOW_PLACE_COUNT:
		count = winnow_value_count(value, size,
					   (unsigned char)spot->keys[0]);
		*micro_r = (int64_t)count * WINNOW_MICRO;
		return count > 0;
	case WINNOW_PLACE_AFTER:
		if (!spot_after(spot, &value, &size))
			return 0;
		break;
	case WINNOW_PLACE_FIRST:
	case WINNOW_PLACE_WHOLE:
		break;
	}
	if (!winnow_value_number(value, size, stops, micro_r, &end))
		return 0;
	return spot->place != WINNOW_PLACE_WHOLE || end == size;
}

/* Returns the size of the longest word of the list that the value begins
   with, or 0. */
static size_t list_match(const char *list, const unsigned char *value,
			 size_t size)
{
	const char *word;
	size_t word_size, best = 0;

	if (list == NULL)
		return 0;
	while (winnow_list_next(&list, &word, &word_size)) {
		if (word_size > best &&
		    winnow_value_begins(value, size, word, word_size) &&
		    winnow_value_word_ends(value, size, word_size))
			best = word_size;
	}
	return best;
}

/* The longest match wins, so that "spam:low" is not read as "spam". */
static void word_read(const struct winnow_form *form,
		      const unsigned char *value, size_t size, int whole,
		      struct winnow_reading *reading_r)
{
	const struct {
		const char *list;
		enum winnow_word word;
		enum winnow_kind kind;
	} words[] = {
		{ form->virus, WINNOW_WORD_SPAM, WINNOW_KIND_VIRUS },
		{ form->phish, WINNOW_WORD_SPAM, WINNOW_KIND_PHISH },
		{ form->spam, WINNOW_WORD_SPAM, WINNOW_KIND_NONE },
		{ form->suspect, WINNOW_WORD_SUSPECT, WINNOW_KIND_NONE },
		{ form->ham, WINNOW_WORD_HAM, WINNOW_KIND_NONE },
	};
	size_t i, match, best = 0;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		match = list_match(words[i].list, value, size);
		if (match <= best || (whole && match != size))
			continue;
		best = match;
		reading_r->word = words[i].word;
		reading_r->kind = words[i].kind;
	}
}

static void spot_word(const struct winnow_form *form,
		      const unsigned char *value, size_t size,
		      struct winnow_reading *reading_r)
{
	const struct winnow_spot *spot = &form->word;

	switch (spot->place) {
	case WINNOW_PLACE_NONE:
	case WINNOW_PLACE_COUNT:
		return;
	case WINNOW_PLACE_AFTER:
		if (!spot_after(spot, &value, &size))
			return;
		if (size > 0 && *value == '"') {
			value++;
			size--;
		}
		break;
	case WINNOW_PLACE_FIRST:
		skip_remark(&value, &size);
		break;
	case WINNOW_PLACE_WHOLE:
		break;
	}
	word_read(form, value, size, spot->place == WINNOW_PLACE_WHOLE,
		  reading_r);
}

void winnow_form_read(const struct winnow_form *form,
		      const unsigned char *value, size_t size,
		      struct winnow_reading *reading_r)
{
	memset(reading_r, 0, sizeof(*reading_r));
	if (form->read != NULL) {
		form->read(value, size, reading_r);
		return;
	}
	spot_word(form, value, size, reading_r);
	reading_r->has_score = spot_number(&form->score, form->stops, value,
					   size, &reading_r->score);
	reading_r->has_threshold = spot_number(&form->limit, form->stops, value,
					       size, &reading_r->threshold);
	if (!reading_r->has_score)
		reading_r->score = 0;
	if (!reading_r->has_threshold)
		reading_r->threshold = 0;
}
