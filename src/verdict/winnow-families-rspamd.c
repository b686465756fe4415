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
		reading_r->word = WINNOW_WORD_SPAM;
	else if (head < 7 || !winnow_value_equals(open - 7, 7, " false "))
		return;
	reading_r->has_score =
		winnow_value_number(open + 1, size - head - 1, "/]",
				    &reading_r->score, &end);
}

/* With "required=" it would be SpamAssassin's. */
void winnow_read_bare_status(const unsigned char *value, size_t size,
			     struct winnow_reading *reading_r)
{
	int64_t score;
	size_t end, head;

	if (winnow_value_begins(value, size, "yes, score=", 11))
		head = 11;
	else if (winnow_value_begins(value, size, "no, score=", 10))
		head = 10;
	else
		return;
	if (memchr(value + head, ' ', size - head) != NULL)
		return;
	reading_r->word = head == 11 ? WINNOW_WORD_SPAM : WINNOW_WORD_HAM;
	if (winnow_value_number(value + head, size - head, NULL, &score,
				&end) && end == size - head) {
		reading_r->has_score = 1;
		reading_r->score = score;
	}
}

void winnow_read_bar(const unsigned char *value, size_t size,
		     struct winnow_reading *reading_r)
{
	size_t plus = winnow_value_count(value, size, '+');
	size_t minus = winnow_value_count(value, size, '-');

	reading_r->has_score = plus > 0 || minus > 0 ||
			       winnow_value_equals(value, size, "/");
	reading_r->score = ((int64_t)plus - (int64_t)minus) * WINNOW_MICRO;
}

const struct winnow_form winnow_forms_rspamd[] = {
	{ .header = "X-Spamd-Result",
	  .read = result_read,
	  .judged = WINNOW_JUDGED_FALLBACK },
	{ .header = "X-Rspamd-Result",
	  .read = result_read,
	  .judged = WINNOW_JUDGED_FALLBACK },
	{ .header = "X-Rspamd-Action",
	  .word = { WINNOW_PLACE_WHOLE, NULL },
	  .spam = "add header, rewrite subject, quarantine, discard, reject",
	  .suspect = "greylist, soft reject",
	  .ham = "no action" },
	{ .header = "X-Spam",
	  .word = { WINNOW_PLACE_WHOLE, NULL },
	  .spam = "yes" },
	/* mailcow's; many others write it too */
	{ .header = "X-Spam-Flag",
	  .word = { WINNOW_PLACE_WHOLE, NULL },
	  .spam = "yes",
	  .hint = 1 },
	{ .header = "X-Spam-Status", .read = winnow_read_bare_status },
	{ .header = "X-Rspamd-Status", .read = winnow_read_bare_status },
	/* "-4.28 / 15.00 / 15.00", "-0.1 (/)", "-0.122393" */
	{ .header = "X-Rspamd-Score",
	  .score = { WINNOW_PLACE_FIRST, NULL } },
	{ .header = "X-Spamd-Bar", .read = winnow_read_bar },
	{ .header = "X-Rspamd-Bar", .read = winnow_read_bar },
	{ .header = "X-Spam-Level",
	  .score = { WINNOW_PLACE_COUNT, "*" } },
};
