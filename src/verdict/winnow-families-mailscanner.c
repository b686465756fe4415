#include "winnow-families.h"
#include "winnow-form.h"
#include "winnow-value.h"

/* "not spam, SpamAssassin (cached, score=2.4, required 6, TESTS)", in the
   language of the site. By default MailScanner appends its words to a header
   that the sender wrote, in the same line: the worst item of the list counts,
   and the last numbers. */

#define SCORE_KEYS "score=,wertung=,puntaje=,escore="
#define LIMIT_KEYS "required,benoetigt,requerido"

/* pt_BR in Latin-1 and UTF-8; fr */
static const struct winnow_form item_words = {
	.word = { WINNOW_PLACE_FIRST, NULL },
	.spam = "spam, polluriel",
	.ham = "not spam, n\xe3o spam, n\xc3\xa3o spam, "
	       "n'est pas un polluriel",
};

static const struct winnow_form item_virus = {
	.word = { WINNOW_PLACE_FIRST, NULL },
	.virus = "found to be infected, infected",
};

/* The worst of the items between commas. */
static void items_read(const struct winnow_form *words,
		       const unsigned char *value, size_t size,
		       struct winnow_reading *reading_r)
{
	struct winnow_reading item;
	size_t start, end;

	for (start = 0; start < size; start = end + 1) {
		for (end = start; end < size && value[end] != ','; end++)
			;
		while (start < end && value[start] == ' ')
			start++;
		winnow_form_read(words, value + start, end - start, &item);
		if (item.word > reading_r->word) {
			reading_r->word = item.word;
			reading_r->kind = item.kind;
		}
	}
}

/* The number after the last one of the keys. */
static int last_number(const char *keys, const unsigned char *value,
		       size_t size, int64_t *micro_r)
{
	const unsigned char *last = NULL, *end = value + size, *p;
	const char *key;
	size_t key_size, after, used;

	while (winnow_list_next(&keys, &key, &key_size)) {
		for (p = value; winnow_value_find(p, (size_t)(end - p), key,
						  key_size, &after); p += after)
			if (last == NULL || p + after > last)
				last = p + after;
	}
	if (last == NULL)
		return 0;
	while (last < end && *last == ' ')
		last++;
	return winnow_value_number(last, (size_t)(end - last), NULL, micro_r,
				   &used);
}

static void spamcheck_read(const unsigned char *value, size_t size,
			   struct winnow_reading *reading_r)
{
	items_read(&item_words, value, size, reading_r);
	reading_r->has_score = last_number(SCORE_KEYS, value, size,
					   &reading_r->score);
	reading_r->has_threshold = last_number(LIMIT_KEYS, value, size,
					       &reading_r->threshold);
}

/* "sss" or a number; the letter is the site's choice. */
static void spamscore_read(const unsigned char *value, size_t size,
			   struct winnow_reading *reading_r)
{
	size_t end;

	if (winnow_value_number(value, size, NULL, &reading_r->score, &end)) {
		reading_r->has_score = end == size;
	} else if (size > 0) {
		reading_r->score = WINNOW_MICRO *
			(int64_t)winnow_value_count(value, size, value[0]);
		reading_r->has_score = reading_r->score > 0;
	}
}

static void virus_read(const unsigned char *value, size_t size,
		       struct winnow_reading *reading_r)
{
	items_read(&item_virus, value, size, reading_r);
}

const struct winnow_form winnow_forms_mailscanner[] = {
	{ .header = "X-*MailScanner-SpamCheck", .read = spamcheck_read },
	{ .header = "X-*MailScanner-SpamScore", .read = spamscore_read },
	{ .header = "X-*MailScanner", .read = virus_read },
};
