#include <string.h>

#include "winnow-families.h"
#include "winnow-value.h"

/* "<settings id>: True|False [<score> / <reject threshold>]", and then symbols
   with options that the sender may choose: nothing after ']' is read. True
   means rejected, so False says nothing, and the reject threshold is not the
   spam line. */
static void result_read(const unsigned char *value, size_t size,
			struct winnow_reading *reading_r)
{
	const unsigned char *open = memchr(value, '[', size);
	size_t head, end;

	if (open == NULL)
		return;
	head = (size_t)(open - value);
	if (head >= 6 && winnow_value_equals(open - 6, 6, " true "))
		reading_r->class = WINNOW_WORD_SPAM;
	else if (head < 7 || !winnow_value_equals(open - 7, 7, " false "))
		return;
	reading_r->has_score =
		winnow_value_number(open + 1, size - head - 1, "/]",
				    &reading_r->score, &end);
}

/* "Yes|No, score=<score>" and nothing else: with "required=" it would be
   SpamAssassin's. */
static void status_read(const unsigned char *value, size_t size,
			struct winnow_reading *reading_r)
{
	int64_t score;
	size_t end, word;

	if (winnow_value_begins(value, size, "yes, score=", 11))
		word = 11;
	else if (winnow_value_begins(value, size, "no, score=", 10))
		word = 10;
	else
		return;
	if (memchr(value + word, ' ', size - word) != NULL)
		return;
	reading_r->class = word == 11 ? WINNOW_WORD_SPAM : WINNOW_WORD_HAM;
	if (winnow_value_number(value + word, size - word, NULL, &score,
				&end) && end == size - word) {
		reading_r->has_score = 1;
		reading_r->score = score;
	}
}

/* One sign a point; '/' is less than one. */
static void bar_read(const unsigned char *value, size_t size,
		     struct winnow_reading *reading_r)
{
	size_t plus = winnow_value_count(value, size, '+');
	size_t minus = winnow_value_count(value, size, '-');

	reading_r->has_score = plus > 0 || minus > 0 ||
			       winnow_value_equals(value, size, "/");
	reading_r->score = ((int64_t)plus - (int64_t)minus) * WINNOW_MICRO;
}

const struct winnow_form winnow_forms_rspamd[] = {
	{ .header = "X-Spamd-Result", .read = result_read, .judged = 1 },
	{ .header = "X-Rspamd-Result", .read = result_read, .judged = 1 },
	{ .header = "X-Rspamd-Action",
	  .word = { WINNOW_PLACE_WHOLE, NULL },
	  .spam = "add header, rewrite subject, quarantine, discard, reject",
	  .suspect = "greylist, soft reject",
	  .ham = "no action" },
	{ .header = "X-Spam",
	  .word = { WINNOW_PLACE_WHOLE, NULL },
	  .spam = "yes" },
	{ .header = "X-Spam-Flag",
	  .word = { WINNOW_PLACE_WHOLE, NULL },
	  .spam = "yes" },
	{ .header = "X-Spam-Status", .read = status_read },
	{ .header = "X-Rspamd-Status", .read = status_read },
	/* "-4.28 / 15.00 / 15.00", "-0.1 (/)", "-0.122393" */
	{ .header = "X-Rspamd-Score",
	  .score = { WINNOW_PLACE_FIRST, NULL } },
	{ .header = "X-Spamd-Bar", .read = bar_read },
	{ .header = "X-Rspamd-Bar", .read = bar_read },
	{ .header = "X-Spam-Level",
	  .score = { WINNOW_PLACE_COUNT, "*" } },
};
