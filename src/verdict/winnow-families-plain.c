#include "winnow-families.h"

/* Headers that many filters and sites write in the same way. Who lists one of
   these says that his site's filter writes it. */

const struct winnow_form winnow_forms_spam_flag[] = {
	{ .header = "X-Spam-Flag",
	  .word = { WINNOW_PLACE_WHOLE, NULL },
	  .spam = "yes", .ham = "no" },
};

/* "Yes"; older filters: "spam  RULE, RULE", "high  RULE" */
const struct winnow_form winnow_forms_x_spam[] = {
	{ .header = "X-Spam",
	  .word = { WINNOW_PLACE_FIRST, NULL },
	  .spam = "yes, spam, high", .ham = "no" },
};

const struct winnow_form winnow_forms_spam_level[] = {
	{ .header = "X-Spam-Level", .score = { WINNOW_PLACE_COUNT, "*" } },
};

enum {
	SPAM_SCORE_SCORE,
	SPAM_SCORE_STATUS
};

const struct winnow_form winnow_forms_spam_score[] = {
	{ .header = "X-Spam-Score",
	  .score = { WINNOW_PLACE_FIRST, NULL },
	  .judged = WINNOW_JUDGED_FALLBACK },
	{ .header = "X-Spam-Status", .read = winnow_read_bare_status },
};

/* cPanel writes this score times ten, and its status says so: "score=0.8"
   beside "X-Spam-Score: 8". Apart from that the status is not read here. */
void winnow_merge_spam_score(struct winnow_reading *readings[])
{
	struct winnow_reading *score = readings[SPAM_SCORE_SCORE];
	struct winnow_reading *status = readings[SPAM_SCORE_STATUS];
	int64_t difference = score->score - 10 * status->score;

	if (score->has_score && status->has_score &&
	    score->score % WINNOW_MICRO == 0 &&
	    difference <= WINNOW_MICRO && difference >= -WINNOW_MICRO)
		score->score /= 10;
	status->word = WINNOW_WORD_UNKNOWN;
	status->has_score = 0;
}
