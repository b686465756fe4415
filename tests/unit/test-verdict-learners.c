#include "verdict-table.h"

static const struct verdict_row bogofilter[] = {
	{ "spam", "bogofilter", NULL,
	  "X-Bogosity: Spam, tests=bogofilter, spamicity=1.000000, version=1.2.4\n",
	  100, 1000, 0, NULL },
	{ "ham", "bogofilter", NULL,
	  "X-Bogosity: Ham, tests=bogofilter, spamicity=0.495000, version=1.2.4\n",
	  25, 495, 0, NULL },
	{ "unsure", "bogofilter", NULL,
	  "X-Bogosity: Unsure, tests=bogofilter, spamicity=0.500000, version=1.2.5\n",
	  25, 500, 0, NULL },
	{ "unsure, high", "bogofilter", NULL,
	  "X-Bogosity: Unsure, tests=bogofilter, spamicity=0.980000, version=1.2.5\n",
	  49, 980, 0, NULL },
	{ "old words", "bogofilter", NULL,
	  "X-Bogosity: Yes, tests=bogofilter, spamicity=0.995, version=0.9\n",
	  75, 995, 0, NULL },
	{ "terse", "bogofilter", NULL,
	  "X-Bogosity: S 0.999999\n",
	  UNKNOWN, 0, 0, NULL },
	{ "decimal comma", "bogofilter", NULL,
	  "X-Bogosity: Spam, tests=bogofilter, spamicity=0,999999, version=1.2.5\n",
	  80, NO_SCORE, 0, NULL },
	{ "not a probability", "bogofilter", NULL,
	  "X-Bogosity: Spam, tests=bogofilter, spamicity=7.5, version=1.2.5\n",
	  80, NO_SCORE, 0, NULL },
	{ "negative", "bogofilter", NULL,
	  "X-Bogosity: Ham, tests=bogofilter, spamicity=-0.5, version=1.2.5\n",
	  10, NO_SCORE, 0, NULL },
};
VERDICT_TABLE_TEST(bogofilter)

static const struct verdict_row dspam[] = {
	{ "ham", "dspam", NULL,
	  "X-DSPAM-Result: Innocent\n"
	  "X-DSPAM-Confidence: 0.6959\n"
	  "X-DSPAM-Probability: 0.0000\n",
	  0, 0, 0, NULL },
	{ "spam", "dspam", NULL,
	  "X-DSPAM-Result: Spam\n"
	  "X-DSPAM-Confidence: 0.5138\n"
	  "X-DSPAM-Probability: 1.0000\n",
	  100, 1000, 0, NULL },
	{ "whitelisted", "dspam", NULL,
	  "X-DSPAM-Result: Whitelisted\n",
	  10, NO_SCORE, 0, NULL },
	{ "virus", "dspam", NULL,
	  "X-DSPAM-Result: Virus\n"
	  "X-DSPAM-Probability: 1.0000\n",
	  100, 1000, VIRUS, NULL },
	{ "summary", "dspam", NULL,
	  "X-DSPAM-Result: user; result=\"Spam\"; class=\"Spam\"; probability=0.7500; confidence=0.5\n",
	  75, 750, 0, NULL },
	{ "user of that name", "dspam", NULL,
	  "X-DSPAM-Result: spam; result=\"Innocent\"; class=\"Innocent\"; probability=0.2500; confidence=0.5\n",
	  25, 250, 0, NULL },
	{ "confidence is not read", "dspam", NULL,
	  "X-DSPAM-Result: Innocent\n"
	  "X-DSPAM-Confidence: 0.9997\n",
	  10, NO_SCORE, 0, NULL },
};
VERDICT_TABLE_TEST(dspam)

static const struct verdict_row crm114[] = {
	{ "spam", "crm114", NULL,
	  "X-CRM114-Status: SPAM  (  -5.09  )\n",
	  75, -5090, 0, NULL },
	{ "older form", "crm114", NULL,
	  "X-CRM114-Status: SPAM  ( pR: -42.1234  )\n",
	  100, -42123, 0, NULL },
	{ "ham", "crm114", NULL,
	  "X-CRM114-Status: GOOD (  13.01  )\n",
	  0, 13010, 0, NULL },
	{ "unsure", "crm114", NULL,
	  "X-CRM114-Status: UNSURE (   1.00  ) This message is unsure; please train it!\n",
	  45, 1000, 0, NULL },
	{ "unsure, good", "crm114", NULL,
	  "X-CRM114-Status: UNSURE (   6.73  )\n",
	  25, 6730, 0, NULL },
	{ "worst is the lowest", "crm114", NULL,
	  "X-CRM114-Status: SPAM ( -5.00 )\n"
	  "X-CRM114-Status: SPAM ( -7.00 )\n",
	  85, -7000, 0, NULL },
};
VERDICT_TABLE_TEST(crm114)

static const struct verdict_row spambayes[] = {
	{ "unsure", "spambayes", NULL,
	  "X-Spambayes-Classification: unsure; 0.50\n",
	  28, 500, 0, NULL },
	{ "spam", "spambayes", NULL,
	  "X-Spambayes-Classification: spam; 0.98 (3)\n",
	  90, 980, 0, NULL },
	{ "ham", "spambayes", NULL,
	  "X-Spambayes-Classification: ham; 0.04\n",
	  2, 40, 0, NULL },
	{ "word alone", "spambayes", NULL,
	  "X-Spambayes-Classification: ham\n",
	  10, NO_SCORE, 0, NULL },
};
VERDICT_TABLE_TEST(spambayes)

static const struct verdict_row spamprobe[] = {
	{ "spam", "spamprobe", NULL,
	  "X-SpamProbe: SPAM 0.9999999 595f0150587edd7b395691964069d7af\n",
	  100, 1000, 0, NULL },
	{ "ham", "spamprobe", NULL,
	  "X-SpamProbe: GOOD 0.0000021 44092103930514f517776d6bcb20e468\n",
	  0, 0, 0, NULL },
};
VERDICT_TABLE_TEST(spamprobe)

static const struct verdict_row popfile[] = {
	{ "spam", "popfile", NULL,
	  "X-Text-Classification: spam\n",
	  80, NO_SCORE, 0, NULL },
	{ "bucket of the user", "popfile", NULL,
	  "X-Text-Classification: work\n",
	  UNKNOWN, 0, 0, NULL },
	{ "bucket that begins so", "popfile", NULL,
	  "X-Text-Classification: spam-maybe\n",
	  UNKNOWN, 0, 0, NULL },
};
VERDICT_TABLE_TEST(popfile)

int main(void)
{
	Suite *suite = suite_create("verdict: learners");
	TCase *tcase = tcase_create("tables");

	VERDICT_TABLE_ADD(tcase, bogofilter);
	VERDICT_TABLE_ADD(tcase, dspam);
	VERDICT_TABLE_ADD(tcase, crm114);
	VERDICT_TABLE_ADD(tcase, spambayes);
	VERDICT_TABLE_ADD(tcase, spamprobe);
	VERDICT_TABLE_ADD(tcase, popfile);
	suite_add_tcase(suite, tcase);
	return verdict_suite_run(suite);
}
