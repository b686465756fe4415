#include "verdict-table.h"

static const struct verdict_row scl[] = {
	{ "skipped", "microsoft", NULL,
	  "X-MS-Exchange-Organization-SCL: -1\n",
	  0, -1000, 0, NULL },
	{ "clean", "microsoft", NULL,
	  "X-MS-Exchange-Organization-SCL: 1\n",
	  10, 1000, 0, NULL },
	{ "below", "microsoft", NULL,
	  "X-MS-Exchange-Organization-SCL: 4\n",
	  40, 4000, 0, NULL },
	{ "line", "microsoft", NULL,
	  "X-MS-Exchange-Organization-SCL: 5\n",
	  50, 5000, 0, NULL },
	{ "high", "microsoft", NULL,
	  "X-MS-Exchange-Organization-SCL: 8\n",
	  80, 8000, 0, NULL },
	{ "nine is the top", "microsoft", NULL,
	  "X-MS-Exchange-Organization-SCL: 9\n",
	  100, 9000, 0, NULL },
	{ "too high", "microsoft", NULL,
	  "X-MS-Exchange-Organization-SCL: 11\n",
	  UNKNOWN, 0, 0, NULL },
	{ "too low", "microsoft", NULL,
	  "X-MS-Exchange-Organization-SCL: -2\n",
	  UNKNOWN, 0, 0, NULL },
	{ "fraction", "microsoft", NULL,
	  "X-MS-Exchange-Organization-SCL: 5.5\n",
	  UNKNOWN, 0, 0, NULL },
	{ "word", "microsoft", NULL,
	  "X-MS-Exchange-Organization-SCL: nine\n",
	  UNKNOWN, 0, 0, NULL },
	{ "more than a number", "microsoft", NULL,
	  "X-MS-Exchange-Organization-SCL: 5 6\n",
	  UNKNOWN, 0, 0, NULL },
};
VERDICT_TABLE_TEST(scl)

static const struct verdict_row report[] = {
	{ "phish", "microsoft", NULL,
	  "X-Forefront-Antispam-Report: CIP:1.2.3.4;SCL:8;SRV:;SFV:SPM;CAT:PHSH;DIR:INB;\n",
	  80, 8000, PHISH, NULL },
	{ "folded anywhere", "microsoft", NULL,
	  "X-Forefront-Antispam-Report:\r\n"
	  "\tCIP:1.2.3.4;SC\r\n"
	  " L:8;SFV:SPM;CAT:SPM;\r\n",
	  80, 8000, 0, NULL },
	{ "no verdict", "microsoft", NULL,
	  "X-Forefront-Antispam-Report: EFV:NLI;\n",
	  UNKNOWN, 0, 0, NULL },
	{ "dots", "microsoft", NULL,
	  "X-Forefront-Antispam-Report: ...\n",
	  UNKNOWN, 0, 0, NULL },
	{ "bulk: SCL decides", "microsoft", NULL,
	  "X-Forefront-Antispam-Report: SCL:6;SFV:SPM;CAT:BULK;\n",
	  60, 6000, 0, NULL },
	{ "category overrides", "microsoft", NULL,
	  "X-Forefront-Antispam-Report: SCL:1;SFV:NSPM;CAT:MALW;\n",
	  80, 1000, VIRUS, NULL },
	{ "verdict without SCL", "microsoft", NULL,
	  "X-Forefront-Antispam-Report: SFV:SKB;CAT:NONE\n",
	  80, NO_SCORE, 0, NULL },
	{ "ham without SCL", "microsoft", NULL,
	  "X-Forefront-Antispam-Report: SFV:NSPM\n",
	  10, NO_SCORE, 0, NULL },
	{ "SCL before verdict", "microsoft", NULL,
	  "X-Forefront-Antispam-Report: SFV:NSPM;SCL:6\n",
	  60, 6000, 0, NULL },
	{ "unknown category", "microsoft", NULL,
	  "X-Forefront-Antispam-Report: SCL:1;CAT:NEW\n",
	  10, 1000, 0, NULL },
	{ "key inside a key", "microsoft", NULL,
	  "X-Forefront-Antispam-Report: XSCL:9;\n",
	  UNKNOWN, 0, 0, NULL },
	{ "worse of both", "microsoft", NULL,
	  "X-MS-Exchange-Organization-SCL: 1\n"
	  "X-Forefront-Antispam-Report: SCL:9;SFV:SPM;CAT:HPHSH;\n",
	  100, 9000, PHISH, NULL },
	{ "worse of both, other way", "microsoft", NULL,
	  "X-MS-Exchange-Organization-SCL: 9\n"
	  "X-Forefront-Antispam-Report: SFV:NSPM;\n",
	  100, 9000, 0, NULL },
	{ "copies of the sender", "microsoft", NULL,
	  "X-MS-Exchange-Organization-SCL: 9\n"
	  "X-Forefront-Antispam-Report-Untrusted: SCL:1;SFV:NSPM;CAT:NONE;\n",
	  100, 9000, 0, NULL },
	{ "only copies", "microsoft", NULL,
	  "X-Forefront-Antispam-Report-Untrusted: SCL:1;\n",
	  UNKNOWN, 0, 0, NULL },
};
VERDICT_TABLE_TEST(report)

int main(void)
{
	Suite *suite = suite_create("verdict: microsoft");
	TCase *tcase = tcase_create("tables");

	VERDICT_TABLE_ADD(tcase, scl);
	VERDICT_TABLE_ADD(tcase, report);
	suite_add_tcase(suite, tcase);
	return verdict_suite_run(suite);
}
