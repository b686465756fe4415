#include "verdict-table.h"

static const struct verdict_row result[] = {
	{ "below the line", "rspamd", NULL,
	  "X-Spamd-Result: default: False [-3.80 / 50.00];\n", 0, -3800, 0,
	  NULL },
	{ "other settings id", "rspamd", NULL,
	  "X-Spamd-Result: outgoing: False [2.00 / 15.00];\n", 17, 2000, 0,
	  NULL },
	{ "above the line of add header", "rspamd", NULL,
	  "X-Spamd-Result: default: False [7.50 / 15.00]; A(7.50)[]\n", 63,
	  7500, 0, NULL },
	{ "old form", "rspamd", NULL,
	  "X-Spamd-Result: default: False [8.15 / 15.00]\r\n"
	  "\tBAYES_SPAM(5.10)[100.00%]\r\n",
	  68, 8150, 0, NULL },
	{ "rejected", "rspamd", NULL,
	  "X-Spamd-Result: default: True [3.00 / 2.00];\n", 50, 3000, 0, NULL },
	{ "score is not a number", "rspamd", NULL,
	  "X-Spamd-Result: default: False [inf / nan];\n", UNKNOWN, 0, 0,
	  NULL },
	{ "only the prefix is read", "rspamd", NULL,
	  "X-Spamd-Result: default: False [5.00 / 15.00]; "
	  "EVIL(0.00)[default: True [99.00 / 15.00]]\n",
	  42, 5000, 0, NULL },
	{ "word in a symbol", "rspamd", NULL,
	  "X-Spamd-Result: default; EVIL(0.00)[x: True [99.00 / 15.00]]\n",
	  UNKNOWN, 0, 0, NULL },
	{ "cut short", "rspamd", NULL, "X-Spamd-Result: default: False [\n",
	  UNKNOWN, 0, 0, NULL },
	{ "no bracket", "rspamd", NULL, "X-Spamd-Result: default: True\n",
	  UNKNOWN, 0, 0, NULL },
};
VERDICT_TABLE_TEST(result)

static const struct verdict_row others[] = {
	{ "action is the verdict", "rspamd", NULL,
	  "X-Spamd-Result: default: False [7.50 / 15.00]; A(7.50)[]\n"
	  "X-Rspamd-Action: no action\n",
	  49, 7500, 0, NULL },
	{ "action with a score that is none", "rspamd", NULL,
	  "X-Spamd-Result: default: False [nan / 15.00];\n"
	  "X-Rspamd-Action: no action\n",
	  10, NO_SCORE, 0, NULL },
	{ "add header", "rspamd", NULL, "X-Rspamd-Action: add header\n", 80,
	  NO_SCORE, 0, NULL },
	{ "rewrite subject", "rspamd", NULL,
	  "X-Rspamd-Action: rewrite subject\n", 80, NO_SCORE, 0, NULL },
	{ "capitals", "rspamd", NULL, "X-Rspamd-Action: REJECT\n", 80, NO_SCORE,
	  0, NULL },
	{ "soft reject", "rspamd", NULL, "X-Rspamd-Action: soft reject\n", 40,
	  NO_SCORE, 0, NULL },
	{ "greylist with a score", "rspamd", NULL,
	  "X-Rspamd-Action: greylist\n"
	  "X-Spamd-Result: default: False [1.00 / 15.00];\n",
	  25, 1000, 0, NULL },
	{ "two blanks", "rspamd", NULL, "X-Rspamd-Action: no  action\n", 10,
	  NO_SCORE, 0, NULL },
	{ "unknown action", "rspamd", NULL, "X-Rspamd-Action: no\n", UNKNOWN, 0,
	  0, NULL },
	{ "flag and action: the worse word", "rspamd", NULL,
	  "X-Spam: Yes\nX-Rspamd-Action: no action\n", 80, NO_SCORE, 0, NULL },
	{ "flag", "rspamd", NULL,
	  "X-Spamd-Result: default: False [24.79 / 15.00];\nX-Spam: Yes\n", 100,
	  24790, 0, NULL },
	{ "flag of another filter", "rspamd", NULL, "X-Spam: undefined\n",
	  UNKNOWN, 0, 0, NULL },
	{ "flag as mailcow sets it", "rspamd", NULL, "X-Spam-Flag: YES\n", 80,
	  NO_SCORE, 0, NULL },
	{ "status", "rspamd", NULL, "X-Spam-Status: Yes, score=7.50\n", 63,
	  7500, 0, NULL },
	{ "status no", "rspamd", NULL, "X-Spam-Status: No, score=-1.40\n", 0,
	  -1400, 0, NULL },
	{ "status without a number", "rspamd", NULL,
	  "X-Spam-Status: No, score=nan\n", 10, NO_SCORE, 0, NULL },
	{ "bar has no class", "rspamd", NULL, "X-Spamd-Bar: +++++++\n", UNKNOWN,
	  0, 0, NULL },
	{ "bar as score", "rspamd", NULL,
	  "X-Rspamd-Action: no action\nX-Spamd-Bar: +++\n", 25, 3000, 0, NULL },
	{ "negative bar", "rspamd", NULL,
	  "X-Rspamd-Action: no action\nX-Spamd-Bar: --\n", 0, -2000, 0, NULL },
	{ "bar of less than one", "rspamd", NULL,
	  "X-Rspamd-Action: no action\nX-Spamd-Bar: /\n", 0, 0, 0, NULL },
	{ "mixed bar", "rspamd", NULL,
	  "X-Rspamd-Action: no action\nX-Spamd-Bar: ++--\n", 10, NO_SCORE, 0,
	  NULL },
	{ "score header has no class", "rspamd", NULL,
	  "X-Rspamd-Score: 7.28 / 15.00 / 15.00\n", UNKNOWN, 0, 0, NULL },
	{ "score header", "rspamd", NULL,
	  "X-Rspamd-Score: -0.1 (/)\nX-Rspamd-Action: no action\n", 0, -100, 0,
	  NULL },
};
VERDICT_TABLE_TEST(others)

int main(void)
{
	Suite *suite = suite_create("verdict: rspamd");
	TCase *tcase = tcase_create("tables");

	VERDICT_TABLE_ADD(tcase, result);
	VERDICT_TABLE_ADD(tcase, others);
	suite_add_tcase(suite, tcase);
	return verdict_suite_run(suite);
}
