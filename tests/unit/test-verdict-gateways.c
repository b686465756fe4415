#include "verdict-table.h"

static const struct verdict_row barracuda[] = {
	{ "spam", "barracuda", NULL,
	  "X-Barracuda-Spam-Status: Yes, SCORE=3.60 using per-user scores of TAG_LEVEL=3.5 QUARANTINE_LEVEL=9.0 KILL_LEVEL=1000.0 tests=A\n"
	  "X-Barracuda-Spam-Flag: YES\n",
	  51, 3600, 0, NULL },
	{ "lowest level that is on", "barracuda", NULL,
	  "X-Barracuda-Spam-Status: No, SCORE=4.50 using global scores of TAG_LEVEL=1000.0 QUARANTINE_LEVEL=1000.0 KILL_LEVEL=9.0 tests=\n",
	  25, 4500, 0, NULL },
	{ "all levels off", "barracuda", NULL,
	  "X-Barracuda-Spam-Status: No, SCORE=0.70 using global scores of TAG_LEVEL=1000.0 QUARANTINE_LEVEL=1000.0 KILL_LEVEL=1000.0 tests=\n",
	  10, 700, 0, NULL },
	{ "flag", "barracuda", NULL,
	  "X-Barracuda-Spam-Flag: YES\n"
	  "X-Barracuda-Spam-Score: 7\n",
	  100, 7000, 0, NULL },
	{ "score alone", "barracuda", NULL,
	  "X-Barracuda-Spam-Score: 7\n",
	  UNKNOWN, 0, 0, NULL },
};
VERDICT_TABLE_TEST(barracuda)

static const struct verdict_row proofpoint[] = {
	{ "ham", "proofpoint", NULL,
	  "X-Proofpoint-Spam-Details: rule=notspam policy=default score=0 spamscore=0\n",
	  0, 0, 0, NULL },
	{ "other scores", "proofpoint", NULL,
	  "X-Proofpoint-Spam-Details: rule=outbound_notspam policy=outbound priorityscore=1501 score=10 phishscore=99\n",
	  10, 10000, 0, NULL },
	{ "spam", "proofpoint", NULL,
	  "X-Proofpoint-Spam-Details: rule=outbound_spam policy=outbound score=66\n",
	  66, 66000, 0, NULL },
	{ "definite", "proofpoint", NULL,
	  "X-Proofpoint-Spam-Details: rule=spam_definite policy=x score=100\n",
	  100, 100000, 0, NULL },
	{ "phish", "proofpoint", NULL,
	  "X-Proofpoint-Spam-Details: rule=phish policy=default score=90\n",
	  90, 90000, PHISH, NULL },
	{ "name of a policy", "proofpoint", NULL,
	  "X-Proofpoint-Spam-Details: rule=nospamhere_notspam score=1\n",
	  1, 1000, 0, NULL },
	{ "score alone", "proofpoint", NULL,
	  "X-Proofpoint-Spam-Details: score=80 rule=ndr\n",
	  80, 80000, 0, NULL },
	{ "encrypted", "proofpoint", NULL,
	  "X-Proofpoint-Spam-Details-Enc: AW1haW4t\n",
	  UNKNOWN, 0, 0, NULL },
};
VERDICT_TABLE_TEST(proofpoint)

static const struct verdict_row mimecast[] = {
	{ "ham", "mimecast", NULL,
	  "X-Mimecast-Spam-Score: -3.925999\n",
	  0, -3926, 0, NULL },
	{ "spam", "mimecast", NULL,
	  "X-Mimecast-Spam-Score: 34\n",
	  100, 34000, 0, NULL },
	{ "signature", "mimecast", NULL,
	  "X-Mimecast-Spam-Score: 0\n"
	  "X-Mimecast-Spam-Signature: yes\n",
	  25, 0, 0, NULL },
	{ "bulk", "mimecast", NULL,
	  "X-Mimecast-Bulk-Signature: yes\n",
	  40, NO_SCORE, 0, NULL },
	{ "signature does not excuse", "mimecast", NULL,
	  "X-Mimecast-Spam-Score: 7\n"
	  "X-Mimecast-Spam-Signature: bulk\n",
	  70, 7000, 0, NULL },
};
VERDICT_TABLE_TEST(mimecast)

static const struct verdict_row vade[] = {
	{ "clean", "vade", NULL,
	  "X-VADE-SPAMSTATE: clean\n",
	  10, NO_SCORE, 0, NULL },
	{ "low", "vade", NULL,
	  "X-VADE-SPAMSTATE: spam:low\n",
	  40, NO_SCORE, 0, NULL },
	{ "medium", "vade", NULL,
	  "X-VADE-SPAMSTATE: spam:medium\n",
	  80, NO_SCORE, 0, NULL },
	{ "commercial", "vade", NULL,
	  "X-VADE-SPAMSTATE: commercial:mce\n",
	  40, NO_SCORE, 0, NULL },
	{ "phishing", "vade", NULL,
	  "X-VADE-SPAMSTATE: phishing\n"
	  "X-VADE-SPAMSCORE: 800\n",
	  100, 800000, PHISH, NULL },
	{ "score", "vade", NULL,
	  "X-VR-SPAMSTATE: SPAM\n"
	  "X-VR-SPAMSCORE: 120\n",
	  60, 120000, 0, NULL },
	{ "score of ham", "vade", NULL,
	  "X-VR-SPAMSTATE: OK\n"
	  "X-VR-SPAMSCORE: -100\n",
	  0, -100000, 0, NULL },
	{ "status", "vade", NULL,
	  "X-VADE-STATUS: LEGIT\n",
	  10, NO_SCORE, 0, NULL },
	{ "score alone", "vade", NULL,
	  "X-VADE-SPAMSCORE: 800\n",
	  UNKNOWN, 0, 0, NULL },
};
VERDICT_TABLE_TEST(vade)

static const struct verdict_row kaspersky[] = {
	{ "ham with a high rate", "kaspersky", NULL,
	  "X-KLMS-AntiSpam-Status: not_detected\n"
	  "X-KLMS-AntiSpam-Rate: 70\n",
	  10, 70000, 0, NULL },
	{ "spam", "kaspersky", NULL,
	  "X-KSMG-AntiSpam-Status: spam\n"
	  "X-KSMG-AntiSpam-Rate: 100\n",
	  80, 100000, 0, NULL },
	{ "probable", "kaspersky", NULL,
	  "X-SpamTest-Status: Probable Spam\n",
	  40, NO_SCORE, 0, NULL },
	{ "mass mail", "kaspersky", NULL,
	  "X-KSMG-AntiSpam-Status: mass_mail, reason\n",
	  40, NO_SCORE, 0, NULL },
	{ "not detected", "kaspersky", NULL,
	  "X-SpamTest-Status: Not detected\n"
	  "X-SpamTest-Status-Extended: not_detected\n",
	  10, NO_SCORE, 0, NULL },
	{ "not scanned", "kaspersky", NULL,
	  "X-KLMS-AntiSpam-Status: not scanned, disabled by settings\n",
	  UNKNOWN, 0, 0, NULL },
	{ "phishing", "kaspersky", NULL,
	  "X-KLMS-AntiSpam-Status: not_detected\n"
	  "X-KLMS-AntiPhishing: Phishing, bases: 2020\n",
	  80, NO_SCORE, PHISH, NULL },
	{ "no phishing", "kaspersky", NULL,
	  "X-KLMS-AntiSpam-Status: spam\n"
	  "X-KLMS-AntiPhishing: Clean, bases: 2020\n",
	  80, NO_SCORE, 0, NULL },
	{ "virus", "kaspersky", NULL,
	  "X-KSMG-AntiVirus-Status: Infected\n",
	  80, NO_SCORE, VIRUS, NULL },
};
VERDICT_TABLE_TEST(kaspersky)

static const struct verdict_row mailscanner[] = {
	{ "ham", "mailscanner", NULL,
	  "X-Org-MailScanner-SpamCheck: not spam, SpamAssassin (not cached, score=2.4,\r\n"
	  "\trequired 6, BAYES_00 -1.90)\r\n",
	  20, 2400, 0, NULL },
	{ "no organisation", "mailscanner", NULL,
	  "X-MailScanner-SpamCheck: not spam, SpamAssassin (score=-3, required 5, A)\n",
	  0, -3000, 0, NULL },
	{ "whitelisted", "mailscanner", NULL,
	  "X-Evi-Mailscanner-Spamcheck: not spam (whitelisted), SpamAssassin (score=9, required 5.5)\n",
	  49, 9000, 0, NULL },
	{ "portuguese", "mailscanner", NULL,
	  "X-SP-MailScanner-SpamCheck: spam, SpamAssassin (escore=27.906, requerido 6, A)\n",
	  100, 27906, 0, NULL },
	{ "portuguese, ham", "mailscanner", NULL,
	  "X-SP-MailScanner-SpamCheck: n\xc3\xa3o spam, SpamAssassin (escore=3, requerido 6)\n",
	  25, 3000, 0, NULL },
	{ "german", "mailscanner", NULL,
	  "X-DE-MailScanner-SpamCheck: spam, SpamAssassin (Wertung=8, benoetigt 6)\n",
	  67, 8000, 0, NULL },
	{ "french", "mailscanner", NULL,
	  "X-FR-MailScanner-SpamCheck: n'est pas un polluriel\n",
	  10, NO_SCORE, 0, NULL },
	{ "spam alone", "mailscanner", NULL,
	  "X-ITU-MailScanner-SpamCheck: spam\n",
	  80, NO_SCORE, 0, NULL },
	{ "appended to the sender's", "mailscanner", NULL,
	  "X-Org-MailScanner-SpamCheck: not spam, SpamAssassin (score=-9, required 6), spam, SpamAssassin (score=9, required 6)\n",
	  75, 9000, 0, NULL },
	{ "appended to an open bracket", "mailscanner", NULL,
	  "X-Org-MailScanner-SpamCheck: not spam, SpamAssassin (score=-9, spam, SpamAssassin (score=9, required 6)\n",
	  75, 9000, 0, NULL },
	{ "word in the list of tests", "mailscanner", NULL,
	  "X-Org-MailScanner-SpamCheck: not spam, SpamAssassin (score=1.2, required 6, autolearn=not spam)\n",
	  10, 1200, 0, NULL },
	{ "empty", "mailscanner", NULL,
	  "X-Org-MailScanner-SpamCheck:\n",
	  UNKNOWN, 0, 0, NULL },
	{ "letters", "mailscanner", NULL,
	  "X-Org-MailScanner-SpamCheck: spam\n"
	  "X-Org-MailScanner-SpamScore: sssssss\n",
	  58, 7000, 0, NULL },
	{ "letters alone", "mailscanner", NULL,
	  "X-Org-MailScanner-SpamScore: sssssss\n",
	  UNKNOWN, 0, 0, NULL },
	{ "infected", "mailscanner", NULL,
	  "X-Org-MailScanner: Found to be clean, Found to be infected\n",
	  80, NO_SCORE, VIRUS, NULL },
	{ "not infected", "mailscanner", NULL,
	  "X-Org-MailScanner: Found to be clean\n",
	  UNKNOWN, 0, 0, NULL },
};
VERDICT_TABLE_TEST(mailscanner)

static const struct verdict_row cloudmark[] = {
	{ "ham", "cloudmark", NULL,
	  "X-CM-Score: 0.00\n",
	  0, 0, 0, NULL },
	{ "spam", "cloudmark", NULL,
	  "X-CMAE-Score: 95\n",
	  75, 95000, 0, NULL },
	{ "over the top", "cloudmark", NULL,
	  "X-CMAE-Score: 101\n",
	  UNKNOWN, 0, 0, NULL },
	{ "analysis", "cloudmark", NULL,
	  "X-CMAE-Analysis: v=2.4 cv=abc c=1\n",
	  UNKNOWN, 0, 0, NULL },
};
VERDICT_TABLE_TEST(cloudmark)

static const struct verdict_row rackspace[] = {
	{ "spam", "rackspace", NULL,
	  "X-Spam-Threshold: 95\n"
	  "X-Spam-Score: 100\n",
	  100, 100000, 0, NULL },
	{ "ham", "rackspace", NULL,
	  "X-Spam-Threshold: 95\n"
	  "X-Spam-Score: 94.9\n",
	  49, 94900, 0, NULL },
	{ "no threshold", "rackspace", NULL,
	  "X-Spam-Score: 100\n",
	  UNKNOWN, 0, 0, NULL },
	{ "forged threshold above", "rackspace", NULL,
	  "X-Spam-Threshold: 100\n"
	  "X-Spam-Threshold: 95\n"
	  "X-Spam-Score: 97\n",
	  70, 97000, 0, NULL },
	{ "forged thresholds that are none", "rackspace", NULL,
	  "X-Spam-Threshold: 0\n"
	  "X-Spam-Threshold: -1\n"
	  "X-Spam-Threshold: 95\n"
	  "X-Spam-Score: 97\n",
	  70, 97000, 0, NULL },
};
VERDICT_TABLE_TEST(rackspace)

static const struct verdict_row sophos[] = {
	{ "ham", "sophos", NULL,
	  "X-PMX-Spam: Gauge=X, Probability=10%, Report='A 0.1'\n",
	  10, 10000, 0, NULL },
	{ "spam", "sophos", NULL,
	  "X-PMX-Spam: Gauge=XXXXXXX, Probability=75%, Report='A 0.1'\n",
	  75, 75000, 0, NULL },
};
VERDICT_TABLE_TEST(sophos)

static const struct verdict_row mcafee[] = {
	{ "ham", "mcafee", NULL,
	  "X-NAI-Spam-Flag: NO\n"
	  "X-NAI-Spam-Threshold: 3\n"
	  "X-NAI-Spam-Score: -5000\n",
	  0, -5000000, 0, NULL },
	{ "spam", "mcafee", NULL,
	  "X-NAI-Spam-Flag: YES\n"
	  "X-NAI-Spam-Threshold: 3\n"
	  "X-NAI-Spam-Score: 4.5\n",
	  75, 4500, 0, NULL },
	{ "numbers only", "mcafee", NULL,
	  "X-NAI-Spam-Threshold: 3\n"
	  "X-NAI-Spam-Score: 4.5\n",
	  75, 4500, 0, NULL },
	{ "no threshold", "mcafee", NULL,
	  "X-NAI-Spam-Flag: YES\n"
	  "X-NAI-Spam-Score: 4.5\n",
	  80, 4500, 0, NULL },
};
VERDICT_TABLE_TEST(mcafee)

static const struct verdict_row trendmicro[] = {
	{ "ham", "trendmicro", NULL,
	  "X-TM-AS-Result: No--18.926-30-31-10\n",
	  10, NO_SCORE, 0, NULL },
	{ "spam", "trendmicro", NULL,
	  "X-TM-AS-Result: Yes-101.003900-8.000000-31\n",
	  80, NO_SCORE, 0, NULL },
	{ "bare", "trendmicro", NULL,
	  "x-tm-as-result: yes\n",
	  80, NO_SCORE, 0, NULL },
	{ "other", "trendmicro", NULL,
	  "X-TM-AS-Result: None\n",
	  UNKNOWN, 0, 0, NULL },
	{ "opaque", "trendmicro", NULL,
	  "X-TMASE-Result: 10--7.36-10.0\n",
	  UNKNOWN, 0, 0, NULL },
};
VERDICT_TABLE_TEST(trendmicro)

static const struct verdict_row cyren[] = {
	{ "unknown", "cyren", NULL,
	  "X-CTCH-Spam: Unknown\n",
	  UNKNOWN, 0, 0, NULL },
	{ "bulk", "cyren", NULL,
	  "X-CTCH-Spam: Bulk\n",
	  40, NO_SCORE, 0, NULL },
	{ "spam", "cyren", NULL,
	  "X-CTCH-Spam: Confirmed\n",
	  80, NO_SCORE, 0, NULL },
	{ "ham", "cyren", NULL,
	  "X-CTCH-Spam: NonSpam\n",
	  10, NO_SCORE, 0, NULL },
};
VERDICT_TABLE_TEST(cyren)

int main(void)
{
	Suite *suite = suite_create("verdict: gateways");
	TCase *tcase = tcase_create("tables");

	VERDICT_TABLE_ADD(tcase, barracuda);
	VERDICT_TABLE_ADD(tcase, proofpoint);
	VERDICT_TABLE_ADD(tcase, mimecast);
	VERDICT_TABLE_ADD(tcase, vade);
	VERDICT_TABLE_ADD(tcase, kaspersky);
	VERDICT_TABLE_ADD(tcase, mailscanner);
	VERDICT_TABLE_ADD(tcase, cloudmark);
	VERDICT_TABLE_ADD(tcase, rackspace);
	VERDICT_TABLE_ADD(tcase, sophos);
	VERDICT_TABLE_ADD(tcase, mcafee);
	VERDICT_TABLE_ADD(tcase, trendmicro);
	VERDICT_TABLE_ADD(tcase, cyren);
	suite_add_tcase(suite, tcase);
	return verdict_suite_run(suite);
}
