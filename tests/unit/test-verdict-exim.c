#include "verdict-table.h"

static const struct verdict_row exim[] = {
	{ "score", "exim", NULL,
	  "X-Spam_score: 2.8\n"
	  "X-Spam_score_int: 28\n"
	  "X-Spam_bar: ++\n",
	  28, 2800, 0, NULL },
	{ "score on the line", "exim", NULL,
	  "X-Spam_score: 5.0\n",
	  50, 5000, 0, NULL },
	{ "score times ten alone", "exim", NULL,
	  "X-Spam_score_int: -22\n",
	  0, -2200, 0, NULL },
	{ "action", "exim", NULL,
	  "X-Spam_score: 2.0\n"
	  "X-Spam_action: greylist\n",
	  25, 2000, 0, NULL },
	{ "action that anybody can write", "exim", NULL,
	  "X-Spam_score: 7.0\n"
	  "X-Spam_action: no action\n",
	  70, 7000, 0, NULL },
	{ "action that says worse", "exim", NULL,
	  "X-Spam_score: 3.0\n"
	  "X-Spam_action: reject\n",
	  50, 3000, 0, NULL },
	{ "action spam", "exim", NULL,
	  "X-Spam_action: add header\n"
	  "X-Spam_bar: ++++++\n",
	  60, 6000, 0, NULL },
	{ "score with bar", "exim", NULL,
	  "X-Spam-Score: -2.9 (--)\n",
	  0, -2900, 0, NULL },
	{ "score with bar, spam", "exim", NULL,
	  "X-Spam-Score: 6.1 (++++++)\n",
	  61, 6100, 0, NULL },
	{ "score without bar is of another filter", "exim", NULL,
	  "X-Spam-Score: 6.1\n",
	  UNKNOWN, 0, 0, NULL },
	{ "score with stars is of another filter", "exim", NULL,
	  "X-Spam-Score: 6.1 (******)\n",
	  UNKNOWN, 0, 0, NULL },
	{ "bar alone", "exim", NULL,
	  "X-Spam_bar: ++++++\n",
	  UNKNOWN, 0, 0, NULL },
	{ "empty", "exim", NULL,
	  "X-Spam_score:\n",
	  UNKNOWN, 0, 0, NULL },
};
VERDICT_TABLE_TEST(exim)

static const struct verdict_row cpanel[] = {
	{ "ham", "cpanel", NULL,
	  "X-Spam-Status: No, score=2.4\n"
	  "X-Spam-Score: 24\n"
	  "X-Spam-Bar: ++\n"
	  "X-Spam-Flag: NO\n",
	  24, 2400, 0, NULL },
	{ "spam", "cpanel", NULL,
	  "X-Spam-Status: Yes, score=12.4\n"
	  "X-Spam-Score: 124\n"
	  "X-Spam-Bar: ++++++++++++\n"
	  "X-Spam-Flag: YES\n",
	  100, 12400, 0, NULL },
	{ "scanner down", "cpanel", NULL,
	  "X-Spam-Status: No, score=\n"
	  "X-Spam-Score: \n"
	  "X-Spam-Bar: \n"
	  "X-Ham-Report: \n"
	  "X-Spam-Flag: NO\n",
	  10, NO_SCORE, 0, NULL },
	{ "score is times ten", "cpanel", NULL,
	  "X-Spam-Flag: NO\n"
	  "X-Spam-Score: 24\n",
	  24, 2400, 0, NULL },
	{ "score alone", "cpanel", NULL,
	  "X-Spam-Score: 124\n",
	  UNKNOWN, 0, 0, NULL },
};
VERDICT_TABLE_TEST(cpanel)

static const struct verdict_row mimedefang[] = {
	{ "score", "mimedefang", NULL,
	  "X-Spam-Score: 6.8 (******) A,B\n",
	  68, 6800, 0, NULL },
	{ "negative", "mimedefang", NULL,
	  "X-Spam-Score: -2.5 () A\n",
	  0, -2500, 0, NULL },
	{ "CanIt", "mimedefang", NULL,
	  "X-Spam-Score: 5.00 () [Hold at 5.50] A\n",
	  45, 5000, 0, NULL },
	{ "undefined", "mimedefang", NULL,
	  "X-Spam-Score: undef - Message too big\n",
	  UNKNOWN, 0, 0, NULL },
};
VERDICT_TABLE_TEST(mimedefang)

int main(void)
{
	Suite *suite = suite_create("verdict: exim, cpanel, mimedefang");
	TCase *tcase = tcase_create("tables");

	VERDICT_TABLE_ADD(tcase, exim);
	VERDICT_TABLE_ADD(tcase, cpanel);
	VERDICT_TABLE_ADD(tcase, mimedefang);
	suite_add_tcase(suite, tcase);
	return verdict_suite_run(suite);
}
