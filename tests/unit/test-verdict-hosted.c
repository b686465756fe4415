#include "verdict-table.h"

static const struct verdict_row expurgate[] = {
	{ "clean", "expurgate", NULL,
	  "X-purgate-type: clean\n",
	  10, NO_SCORE, 0, NULL },
	{ "bulk", "expurgate", NULL,
	  "X-purgate-type: bulk.advertising\n",
	  40, NO_SCORE, 0, NULL },
	{ "spam", "expurgate", NULL,
	  "X-purgate-type: spam\n",
	  80, NO_SCORE, 0, NULL },
	{ "dangerous", "expurgate", NULL,
	  "X-purgate-type: dangerous.url\n",
	  80, NO_SCORE, 0, NULL },
	{ "virus", "expurgate", NULL,
	  "X-purgate-type: dangerous.virus\n",
	  80, NO_SCORE, VIRUS, NULL },
	{ "sentence", "expurgate", NULL,
	  "X-purgate: This mail is considered spam (visit http://www.eleven.de)\n",
	  80, NO_SCORE, 0, NULL },
	{ "other sentence", "expurgate", NULL,
	  "X-purgate: clean\n",
	  UNKNOWN, 0, 0, NULL },
};
VERDICT_TABLE_TEST(expurgate)

static const struct verdict_row gmx[] = {
	{ "ham", "gmx", NULL,
	  "X-GMX-Antispam: 0 (Mail was not recognized as spam); Detail=V3;\n",
	  10, 0, 0, NULL },
	{ "negative", "gmx", NULL,
	  "X-GMX-Antispam: -2 (sender is on your whitelist)\n",
	  10, -2000, 0, NULL },
	{ "spam", "gmx", NULL,
	  "X-GMX-Antispam: 5 (nemesis text pattern profiler); Detail=V3;\n",
	  80, 5000, 0, NULL },
	{ "results", "gmx", NULL,
	  "X-UI-Filterresults: junk:10;V03:K0:abc\n",
	  80, NO_SCORE, 0, NULL },
	{ "results ham", "gmx", NULL,
	  "X-UI-Filterresults: notjunk:1;V03:K0:abc\n",
	  10, NO_SCORE, 0, NULL },
	{ "results unknown", "gmx", NULL,
	  "X-UI-Filterresults: unknown:0;V03:K0:abc\n",
	  UNKNOWN, 0, 0, NULL },
	{ "results of the sender", "gmx", NULL,
	  "X-UI-Out-Filterresults: notjunk:1;V03:K0:abc\n",
	  UNKNOWN, 0, 0, NULL },
};
VERDICT_TABLE_TEST(gmx)

static const struct verdict_row spamexperts[] = {
	{ "ham", "spamexperts", NULL,
	  "X-SpamExperts-Class: ham\n"
	  "X-SpamExperts-Evidence: Combined (0.15)\n",
	  15, 150, 0, NULL },
	{ "exponent", "spamexperts", NULL,
	  "X-SpamExperts-Class: ham\n"
	  "X-SpamExperts-Evidence: SB/global_tokens (3.8e-05)\n",
	  0, 0, 0, NULL },
	{ "spam", "spamexperts", NULL,
	  "X-SpamExperts-Class: spam\n"
	  "X-SpamExperts-Evidence: Combined (0.99)\n",
	  99, 990, 0, NULL },
	{ "unsure", "spamexperts", NULL,
	  "X-SpamExperts-Class: unsure\n"
	  "X-SpamExperts-Evidence: Combined (0.78)\n",
	  49, 780, 0, NULL },
	{ "whitelisted", "spamexperts", NULL,
	  "X-SpamExperts-Class: whitelisted\n",
	  10, NO_SCORE, 0, NULL },
	{ "exponent up", "spamexperts", NULL,
	  "X-SpamExperts-Class: spam\n"
	  "X-SpamExperts-Evidence: x (0.1e1)\n",
	  80, NO_SCORE, 0, NULL },
	{ "huge exponent", "spamexperts", NULL,
	  "X-SpamExperts-Class: spam\n"
	  "X-SpamExperts-Evidence: x (0.9e-9999)\n",
	  50, 0, 0, NULL },
	{ "outgoing", "spamexperts", NULL,
	  "X-SpamExperts-Outgoing-Class: ham\n",
	  UNKNOWN, 0, 0, NULL },
};
VERDICT_TABLE_TEST(spamexperts)

static const struct verdict_row postini[] = {
	{ "low is bad", "postini", NULL,
	  "X-pstn-levels: (S: 0.468 R: 95.9)\n"
	  "X-pstn-settings: 5 (2.0:8.0) s gt3\n",
	  80, 468, 0, NULL },
	{ "high says nothing", "postini", NULL,
	  "X-pstn-levels: (S:51.05280/99.90000 CV:99.9)\n"
	  "X-pstn-settings: 3 (1.0000:1.0000) s cv\n",
	  UNKNOWN, 0, 0, NULL },
	{ "no settings", "postini", NULL,
	  "X-pstn-levels: (S: 0.468 R: 95.9)\n",
	  UNKNOWN, 0, 0, NULL },
	{ "disposition", "postini", NULL,
	  "X-pstn-disposition: quarantine\n",
	  80, NO_SCORE, 0, NULL },
	{ "forged levels on top", "postini", NULL,
	  "X-pstn-levels: (S:99.9)\n"
	  "X-pstn-levels: (S: 0.468 R: 95.9)\n"
	  "X-pstn-settings: 5 (2.0:8.0)\n",
	  80, 468, 0, NULL },
};
VERDICT_TABLE_TEST(postini)

static const struct verdict_row mirapoint[] = {
	{ "ham", "mirapoint", NULL,
	  "X-Junkmail-Status: score=11/100, host=mx2.example.jp\n",
	  6, 11000, 0, NULL },
	{ "spam", "mirapoint", NULL,
	  "X-Junkmail-Status: score=52/50, host=a\n",
	  52, 52000, 0, NULL },
	{ "no limit", "mirapoint", NULL,
	  "X-Junkmail-Status: score=52, host=a\n",
	  UNKNOWN, 0, 0, NULL },
};
VERDICT_TABLE_TEST(mirapoint)

static const struct verdict_row yandex[] = {
	{ "ham", "yandex", NULL,
	  "X-Yandex-Spam: 1\n",
	  10, NO_SCORE, 0, NULL },
	{ "spam", "yandex", NULL,
	  "X-Yandex-Spam: 4\n",
	  80, NO_SCORE, 0, NULL },
	{ "other", "yandex", NULL,
	  "X-Yandex-Spam: 2\n",
	  UNKNOWN, 0, 0, NULL },
};
VERDICT_TABLE_TEST(yandex)

static const struct verdict_row mailru[] = {
	{ "ham", "mailru", NULL,
	  "X-Mras: OK\n",
	  10, NO_SCORE, 0, NULL },
	{ "spam", "mailru", NULL,
	  "X-Mras: SPAM\n",
	  80, NO_SCORE, 0, NULL },
	{ "probable", "mailru", NULL,
	  "X-Mras: PROBABLE_SPAM\n",
	  40, NO_SCORE, 0, NULL },
};
VERDICT_TABLE_TEST(mailru)

static const struct verdict_row fastmail[] = {
	{ "ham", "fastmail", NULL,
	  "X-Spam-score: 2.3\n"
	  "X-Spam-hits: A 1.1\n",
	  23, 2300, 0, NULL },
	{ "spam", "fastmail", NULL,
	  "X-Spam-score: 5.0\n",
	  50, 5000, 0, NULL },
};
VERDICT_TABLE_TEST(fastmail)

static const struct verdict_row stalwart[] = {
	{ "spam", "stalwart", NULL,
	  "X-Spam-Score: spam, score=5.61, avg_confidence=0.98\n",
	  56, 5610, 0, NULL },
	{ "ham", "stalwart", NULL,
	  "X-Spam-Score: ham, score=-1.20\n",
	  0, -1200, 0, NULL },
	{ "worst of two", "stalwart", NULL,
	  "X-Spam-Score: ham, score=-1.20\n"
	  "X-Spam-Score: spam, score=99\n",
	  100, 99000, 0, NULL },
	{ "status", "stalwart", NULL,
	  "X-Spam-Status: No, reason=card-exists\n",
	  10, NO_SCORE, 0, NULL },
	{ "status and score disagree", "stalwart", NULL,
	  "X-Spam-Score: spam, score=7\n"
	  "X-Spam-Status: No, reason=card-exists\n",
	  70, 7000, 0, NULL },
};
VERDICT_TABLE_TEST(stalwart)

int main(void)
{
	Suite *suite = suite_create("verdict: hosted");
	TCase *tcase = tcase_create("tables");

	VERDICT_TABLE_ADD(tcase, expurgate);
	VERDICT_TABLE_ADD(tcase, gmx);
	VERDICT_TABLE_ADD(tcase, spamexperts);
	VERDICT_TABLE_ADD(tcase, postini);
	VERDICT_TABLE_ADD(tcase, mirapoint);
	VERDICT_TABLE_ADD(tcase, yandex);
	VERDICT_TABLE_ADD(tcase, mailru);
	VERDICT_TABLE_ADD(tcase, fastmail);
	VERDICT_TABLE_ADD(tcase, stalwart);
	suite_add_tcase(suite, tcase);
	return verdict_suite_run(suite);
}
