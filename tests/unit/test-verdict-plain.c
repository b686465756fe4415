#include "verdict-table.h"

static const struct verdict_row spam_flag[] = {
	{ "yes", "spam-flag", NULL,
	  "X-Spam-Flag: YES\n",
	  80, NO_SCORE, 0, NULL },
	{ "no", "spam-flag", NULL,
	  "X-Spam-Flag: No\n",
	  10, NO_SCORE, 0, NULL },
	{ "longer", "spam-flag", NULL,
	  "X-Spam-Flag: YES!\n",
	  UNKNOWN, 0, 0, NULL },
	{ "unknown", "spam-flag", NULL,
	  "X-Spam-Flag: Unknown\n",
	  UNKNOWN, 0, 0, NULL },
};
VERDICT_TABLE_TEST(spam_flag)

static const struct verdict_row x_spam[] = {
	{ "yes", "x-spam", NULL,
	  "X-Spam: Yes\n",
	  80, NO_SCORE, 0, NULL },
	{ "word and rules", "x-spam", NULL,
	  "X-Spam: high   MAILTO_WITH_SUBJ, BIG_FONT\n",
	  80, NO_SCORE, 0, NULL },
	{ "undefined", "x-spam", NULL,
	  "X-Spam: undefined\n",
	  UNKNOWN, 0, 0, NULL },
};
VERDICT_TABLE_TEST(x_spam)

static const struct verdict_row spam_level[] = {
	{ "no threshold, no class", "spam-level", NULL,
	  "X-Spam-Level: ************\n",
	  UNKNOWN, 0, 0, NULL },
};
VERDICT_TABLE_TEST(spam_level)

static const struct verdict_row spam_score[] = {
	{ "ham", "spam-score", NULL,
	  "X-Spam-Score: 4.211\n",
	  42, 4211, 0, NULL },
	{ "spam", "spam-score", NULL,
	  "X-Spam-Score: 15\n",
	  100, 15000, 0, NULL },
	{ "with a bar", "spam-score", NULL,
	  "X-Spam-Score: -2.9 (--)\n",
	  0, -2900, 0, NULL },
	{ "empty", "spam-score", NULL,
	  "X-Spam-Score:\n",
	  UNKNOWN, 0, 0, NULL },
	{ "words", "spam-score", NULL,
	  "X-Spam-Score: spam, score=9\n",
	  UNKNOWN, 0, 0, NULL },
	{ "cPanel writes it times ten", "spam-score", "first",
	  "X-Spam-Status: No, score=0.8\n"
	  "X-Spam-Score: 8\n",
	  8, 800, 0, NULL },
	{ "cPanel, but anybody can write a status", "spam-score", NULL,
	  "X-Spam-Status: No, score=0.8\n"
	  "X-Spam-Score: 8\n",
	  80, 8000, 0, NULL },
	{ "cPanel rounds both", "spam-score", "first",
	  "X-Spam-Status: No, score=-2.6\n"
	  "X-Spam-Score: -25\n",
	  0, -2500, 0, NULL },
	{ "status of another filter", "spam-score", NULL,
	  "X-Spam-Status: No, score=0.8 required=5.0\n"
	  "X-Spam-Score: 8\n",
	  80, 8000, 0, NULL },
	{ "status that does not fit", "spam-score", NULL,
	  "X-Spam-Status: No, score=0.5\n"
	  "X-Spam-Score: 8\n",
	  80, 8000, 0, NULL },
	{ "status alone", "spam-score", NULL,
	  "X-Spam-Status: Yes, score=12.4\n",
	  UNKNOWN, 0, 0, NULL },
};
VERDICT_TABLE_TEST(spam_score)

int main(void)
{
	Suite *suite = suite_create("verdict: plain headers");
	TCase *tcase = tcase_create("tables");

	VERDICT_TABLE_ADD(tcase, spam_flag);
	VERDICT_TABLE_ADD(tcase, x_spam);
	VERDICT_TABLE_ADD(tcase, spam_level);
	VERDICT_TABLE_ADD(tcase, spam_score);
	suite_add_tcase(suite, tcase);
	return verdict_suite_run(suite);
}
