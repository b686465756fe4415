#include <string.h>

#include "winnow-families.h"
#include "winnow-value.h"

/* A score that is written times ten. */
static void tenths_read(const unsigned char *value, size_t size,
			struct winnow_reading *reading_r)
{
	size_t end;

	reading_r->has_score =
		winnow_value_number(value, size, NULL, &reading_r->score,
				    &end) && end == size;
	reading_r->score = reading_r->has_score ? reading_r->score / 10 : 0;
}

/* "-2.9 (--)": the score and its bar. */
static void score_bar_read(const unsigned char *value, size_t size,
			   struct winnow_reading *reading_r)
{
	struct winnow_reading bar = { .word = WINNOW_WORD_UNKNOWN };
	int64_t score;
	size_t end;

	if (!winnow_value_number(value, size, NULL, &score, &end) ||
	    size - end < 4 || memcmp(value + end, " (", 2) != 0 ||
	    value[size - 1] != ')')
		return;
	winnow_read_bar(value + end + 2, size - end - 3, &bar);
	reading_r->has_score = bar.has_score;
	reading_r->score = bar.has_score ? score : 0;
}

const struct winnow_form winnow_forms_exim[] = {
	{ .header = "X-Spam_score",
	  .score = { WINNOW_PLACE_FIRST, NULL },
	  .judged = WINNOW_JUDGED_FALLBACK },
	{ .header = "X-Spam_score_int",
	  .read = tenths_read,
	  .judged = WINNOW_JUDGED_FALLBACK },
	{ .header = "X-Spam-Score",
	  .read = score_bar_read,
	  .judged = WINNOW_JUDGED_FALLBACK },
	/* rspamd's, as Exim passes it on; with SpamAssassin there is none, so
	   that a forged one must not outweigh the score */
	{ .header = "X-Spam_action",
	  .word = { WINNOW_PLACE_WHOLE, NULL },
	  .spam = "add header, rewrite subject, quarantine, discard, reject",
	  .suspect = "greylist, soft reject",
	  .ham = "no action",
	  .hint = 1 },
	{ .header = "X-Spam_bar", .read = winnow_read_bar },
};

/* When cPanel's scanner is down it writes "No, score=" and no numbers. */
const struct winnow_form winnow_forms_cpanel[] = {
	{ .header = "X-Spam-Status",
	  .word = { WINNOW_PLACE_FIRST, NULL },
	  .score = { WINNOW_PLACE_AFTER, "score=" },
	  .spam = "yes", .ham = "no" },
	{ .header = "X-Spam-Flag",
	  .word = { WINNOW_PLACE_WHOLE, NULL },
	  .spam = "yes", .ham = "no" },
	{ .header = "X-Spam-Score", .read = tenths_read },
	{ .header = "X-Spam-Bar", .read = winnow_read_bar },
};

/* "6.8 (******) NAMES", CanIt: "0.00 () [Hold at 5.50]" */
const struct winnow_form winnow_forms_mimedefang[] = {
	{ .header = "X-Spam-Score",
	  .score = { WINNOW_PLACE_FIRST, NULL },
	  .limit = { WINNOW_PLACE_AFTER, "[hold at" },
	  .stops = "]",
	  .judged = WINNOW_JUDGED_FALLBACK },
};
