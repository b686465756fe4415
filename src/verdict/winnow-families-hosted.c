#include <string.h>

#include "winnow-families.h"
#include "winnow-value.h"

#define FIRST { WINNOW_PLACE_FIRST, NULL }
#define WHOLE { WINNOW_PLACE_WHOLE, NULL }
#define AFTER(keys) { WINNOW_PLACE_AFTER, keys }

/* "clean", "bulk.advertising", "dangerous.virus"; X-purgate is a sentence,
   "This mail is considered clean (visit ...)". */
#define EXPURGATE_WORDS \
	.spam = "spam, dangerous", \
	.suspect = "bulk, suspect", \
	.ham = "clean", \
	.virus = "dangerous.virus"

const struct winnow_form winnow_forms_expurgate[] = {
	{ .header = "X-purgate-type", .word = FIRST, EXPURGATE_WORDS },
	{ .header = "X-purgate",
	  .word = AFTER("is considered"),
	  EXPURGATE_WORDS },
};

/* "0 (Mail was not recognized as spam); Detail=V3;": any number above 0 names
   the rule that called it spam. */
static void gmx_read(const unsigned char *value, size_t size,
		     struct winnow_reading *reading_r)
{
	size_t end;

	reading_r->has_score = winnow_value_number(value, size, NULL,
						   &reading_r->score, &end);
	if (reading_r->has_score)
		reading_r->word = reading_r->score > 0 ? WINNOW_WORD_SPAM :
							  WINNOW_WORD_HAM;
}

/* X-UI-Out-Filterresults is what the sender's side said: never read. */
const struct winnow_form winnow_forms_gmx[] = {
	{ .header = "X-GMX-Antispam", .read = gmx_read },
	{ .header = "X-UI-Filterresults",
	  .word = FIRST,
	  .spam = "junk", .ham = "notjunk" },
};

/* "Combined (0.78)", "SB/global_tokens (3.8e-05)": the one place where an
   exponent is allowed. */
static void evidence_read(const unsigned char *value, size_t size,
			  struct winnow_reading *reading_r)
{
	const unsigned char *open = memchr(value, '(', size);
	int64_t micro, tens;
	size_t left, end, used;

	if (open == NULL)
		return;
	open++;
	left = size - (size_t)(open - value);
	if (!winnow_value_number(open, left, "eE", &micro, &end))
		return;
	if (end < left && winnow_lower(open[end]) == 'e') {
		end++;
		if (!winnow_value_number(open + end, left - end, NULL, &tens,
					 &used) || tens % WINNOW_MICRO != 0)
			return;
		/* a score of a probability is 0..1: only smaller powers */
		for (; tens < 0 && micro != 0; tens += WINNOW_MICRO)
			micro /= 10;
		if (tens > 0)
			return;
	}
	reading_r->has_score = 1;
	reading_r->score = micro;
}

/* X-SpamExperts-Outgoing-Class is what the sender's side said: never read. */
const struct winnow_form winnow_forms_spamexperts[] = {
	{ .header = "X-SpamExperts-Class",
	  .word = WHOLE,
	  .spam = "spam", .suspect = "unsure", .ham = "ham, whitelisted" },
	{ .header = "X-SpamExperts-Evidence", .read = evidence_read },
};

/* "(S: 0.468 ...)" and "5 (2.0:8.0) ...": the first is held against the
   second, and low is bad. */
const struct winnow_form winnow_forms_postini[] = {
	{ .header = "X-pstn-levels", .score = AFTER("s:"), .stops = "/" },
	{ .header = "X-pstn-settings", .limit = AFTER("("), .stops = ":" },
	{ .header = "X-pstn-disposition",
	  .word = WHOLE,
	  .spam = "quarantine" },
};

/* "score=11/100, host=..." */
static void mirapoint_read(const unsigned char *value, size_t size,
			   struct winnow_reading *reading_r)
{
	size_t after, end;

	if (!winnow_value_find(value, size, "score=", 6, &after) ||
	    !winnow_value_number(value + after, size - after, "/",
				 &reading_r->score, &end))
		return;
	reading_r->has_score = 1;
	after += end;
	if (after < size && value[after] == '/')
		reading_r->has_threshold = winnow_value_number(
			value + after + 1, size - after - 1, NULL,
			&reading_r->threshold, &end);
}

const struct winnow_form winnow_forms_mirapoint[] = {
	{ .header = "X-Junkmail-Status", .read = mirapoint_read },
};

const struct winnow_form winnow_forms_yandex[] = {
	{ .header = "X-Yandex-Spam", .word = WHOLE, .spam = "4", .ham = "1" },
};

const struct winnow_form winnow_forms_mailru[] = {
	{ .header = "X-Mras",
	  .word = FIRST,
	  .spam = "spam", .suspect = "probable_spam", .ham = "ok, pass" },
};

const struct winnow_form winnow_forms_fastmail[] = {
	{ .header = "X-Spam-score",
	  .score = FIRST,
	  .judged = WINNOW_JUDGED_FALLBACK },
};

/* The status is written at the end and may say why the score did not count:
   "No, reason=card-exists". Of two words the worse one is still believed. */
const struct winnow_form winnow_forms_stalwart[] = {
	{ .header = "X-Spam-Score",
	  .word = FIRST,
	  .score = AFTER("score="),
	  .spam = "spam", .ham = "ham" },
	{ .header = "X-Spam-Status",
	  .word = FIRST,
	  .spam = "yes", .ham = "no" },
};
