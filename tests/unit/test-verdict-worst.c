#include <stdio.h>
#include <string.h>

#include "verdict-table.h"

/* With winnow_trust = worst a sender can't lower what the filter wrote,
   whatever else he writes: any header that the source reads, once or twice,
   above or below. With zone nothing changes it that stands below the border. */

#define BORDER \
	"Received: from evil.example (evil.example [203.0.113.9])\n" \
	"\tby mx.site.example (Postfix) with ESMTP id AAA\n"

/* What a filter writes on one message. Those that write a number alone are
   missing: a word beats them, and doc/sources.md says so. */
static const struct {
	const char *source, *block;
} filters[] = {
	{ "rspamd", "X-Spam: Yes\nX-Spamd-Bar: +++++++\nX-Spam-Level: *******\n"
	  "X-Spamd-Result: default: False [7.50 / 15.00]; A(7.50)[]\n" },
	{ "rspamd", "X-Rspamd-Action: add header\nX-Rspamd-Score: 9.00\n" },
	{ "rspamd", "X-Spamd-Result: default: True [7.00 / 6.00]\n" },
	{ "rspamd", "X-Spam-Status: No, score=4.00\n" },
	{ "spamassassin", "X-Spam-Flag: YES\nX-Spam-Level: *******\n"
	  "X-Spam-Status: Yes, score=7.5 required=5.0 tests=A version=4.0.0\n" },
	{ "spamassassin", "X-Spam-Flag: YES\nX-Spam-Level: *********\n"
	  "X-Spam-Status: Yes, score=9.5 required=6.5 tests=A version=4.0.0\n" },
	{ "spamassassin", "X-Spam-Level: ****\n"
	  "X-Spam-Status: No, score=4.0 required=5.0 tests=A version=4.0.0\n" },
	{ "spamassassin", "X-Spam-Status: Yes, score=7.5 required=3.0\n" },
	{ "spamassassin", "X-Spam-Flag: YES\nX-Spam-Score: 12\n" },
	{ "amavis", "X-Spam-Flag: YES\nX-Spam-Score: 9.25\n"
	  "X-Spam-Level: *********\n"
	  "X-Spam-Status: Yes, score=9.25 required=6.2\n" },
	{ "amavis", "X-Amavis-Alert: INFECTED, message contains virus: X\n" },
	{ "exim", "X-Spam_score: 7.5\nX-Spam_score_int: 75\n"
	  "X-Spam_bar: +++++++\n" },
	{ "cpanel", "X-Spam-Status: Yes, score=7.4\nX-Spam-Score: 74\n"
	  "X-Spam-Bar: +++++++\nX-Spam-Flag: YES\n" },
	{ "mimedefang", "X-Spam-Score: 6.8 (******) A\n" },
	{ "microsoft", "X-MS-Exchange-Organization-SCL: 6\n" },
	{ "microsoft", "X-Forefront-Antispam-Report: SCL:8;SFV:SPM;CAT:PHSH;\n" },
	{ "barracuda", "X-Barracuda-Spam-Score: 4.51\n"
	  "X-Barracuda-Spam-Status: Yes, SCORE=4.51 using global scores of "
	  "TAG_LEVEL=4.0 QUARANTINE_LEVEL=1000.0 KILL_LEVEL=9.0\n" },
	{ "proofpoint", "X-Proofpoint-Spam-Details: rule=spam score=90\n" },
	{ "proofpoint", "X-Proofpoint-Spam-Details: rule=phish score=0\n" },
	{ "mimecast", "X-Mimecast-Spam-Score: 8\n" },
	{ "vade", "X-VADE-SPAMSTATE: spam:high\nX-VADE-SPAMSCORE: 330\n" },
	{ "vade", "X-VADE-SPAMSTATE: phishing\nX-VADE-SPAMSCORE: 100\n" },
	{ "mailscanner", "X-Org-MailScanner-SpamScore: sssssss\n"
	  "X-Org-MailScanner-SpamCheck: spam, SpamAssassin (not cached, "
	  "score=7.5, required 6.5, A 1.0)\n" },
	{ "cloudmark", "X-CMAE-Score: 95\n" },
	{ "rackspace", "X-Spam-Threshold: 95\nX-Spam-Score: 100\n" },
	{ "sophos", "X-PMX-Spam: Gauge=IIIII, Probability=70%, Report='A'\n" },
	{ "mcafee", "X-NAI-Spam-Flag: YES\nX-NAI-Spam-Score: 8\n"
	  "X-NAI-Spam-Threshold: 5\n" },
	{ "trendmicro", "X-TM-AS-Result: Yes-101.0\n" },
	{ "cyren", "X-CTCH-Spam: Confirmed\n" },
	{ "expurgate", "X-purgate-type: spam\n" },
	{ "gmx", "X-GMX-Antispam: 5 (nemesis)\n" },
	{ "spamexperts", "X-SpamExperts-Class: spam\n"
	  "X-SpamExperts-Evidence: Combined (0.98)\n" },
	{ "postini", "X-pstn-levels: (S: 0.468 )\n"
	  "X-pstn-settings: 5 (2.0:8.0)\n" },
	{ "mirapoint", "X-Junkmail-Status: score=150/100, host=h\n" },
	{ "yandex", "X-Yandex-Spam: 4\n" },
	{ "mailru", "X-Mras: SPAM\n" },
	{ "bogofilter", "X-Bogosity: Spam, tests=bogofilter, "
	  "spamicity=0.998000, version=1.2.5\n" },
	{ "dspam", "X-DSPAM-Result: u; result=\"Spam\"; probability=0.9900\n" },
	{ "crm114", "X-CRM114-Status: SPAM  ( pR: -5.55 )\n" },
	{ "spambayes", "X-Spambayes-Classification: spam; 0.98 (3)\n" },
	{ "spamprobe", "X-SpamProbe: SPAM 0.99 595f0150587edd7b\n" },
	{ "popfile", "X-Text-Classification: spam\n" },
	{ "fastmail", "X-Spam-score: 7.5\n" },
	{ "stalwart", "X-Spam-Score: spam, score=5.61\nX-Spam-Status: Yes\n" },
	{ "spam-flag", "X-Spam-Flag: YES\n" },
	{ "x-spam", "X-Spam: Yes\n" },
	{ "spam-score", "X-Spam-Score: 12\n" },
};

/* Each is written into any header. */
static const char *const values[] = {
	"", "\x01", "0", "-1", "0.1", "5", "12", "10000", "-10000", "nan",
	"1e999", "*", "+", "-", "s", "/", "no", "ham", "not spam", "no action",
	"notspam", "clean", "good", "NSPM", "1", "yes", "spam",
	"0.1 (/)", "1 [Hold at 10000]", "(10000:1)", "(S: 9.9 )",
	"No, score=1.2", "Yes, score=0.1", "Yes, score=12 required=10000",
	"Yes, score=10000 required=10000", "Yes, required=10000",
	"x, required=10000", "x, required=0", "No, score=-5.0 required=5.0",
	"x, score=1 required=5",
	"default: False [-9.00 / 15.00]", "default: True [0.00 / 15.00]",
	"Yes, SCORE=1 TAG_LEVEL=999 QUARANTINE_LEVEL=1000 KILL_LEVEL=1000",
	"SCL:1;SFV:NSPM;CAT:NONE;", "rule=notspam score=0",
	"spam, SpamAssassin (score=1, required 9999)", "spam (required 9999)",
	"not spam, SpamAssassin (score=-1, required 6)", "Probability=0%",
	"Spam, spamicity=0.000001", "u; result=\"Spam\"; probability=0.0",
	"SPAM ( 9.99 )", "spam; 0.0", "SPAM 0.0000001", "score=1/9999",
	"spam, score=-5", "suspect", "No, reason=card-exists",
	"SCL:9;SFV:SPM;CAT:SPM;", "rule=spam score=100", "score=100",
	"default: False [99.00 / 999.00]", "greylist",
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void field_write(char *text, size_t size, const struct winnow_form *form,
			const char *value)
{
	const char *star = strchr(form->header, '*');

	if (star == NULL)
		snprintf(text, size, "%s: %s\n", form->header, value);
	else
		snprintf(text, size, "%.*sOrg-%s: %s\n",
			 (int)(star - form->header), form->header, star + 1,
			 value);
}

static void verdict_of(const struct winnow_policy *policy, const char *above,
		       const char *block, const char *below,
		       struct winnow_verdict *verdict_r)
{
	struct winnow_scan scan;

	winnow_scan_init(&scan, policy);
	verdict_scan_block(&scan, above, strlen(above));
	verdict_scan_block(&scan, block, strlen(block));
	verdict_scan_block(&scan, below, strlen(below));
	winnow_scan_finish(&scan, verdict_r);
}

static void attack(const struct winnow_policy *policy, const char *block,
		   const struct winnow_verdict *verdict, const char *above,
		   const char *below)
{
	struct winnow_verdict found;

	verdict_of(policy, above, block, below, &found);
	ck_assert_msg(found.level >= verdict->level &&
			      found.kind >= verdict->kind,
		      "%s: %d (kind %d) becomes %d (%d) by\n%s%s%s",
		      policy->sources[0]->name, verdict->level, verdict->kind,
		      found.level, found.kind, above, block, below);
}

static void policy_build(struct winnow_policy *policy, const char *source,
			 const char *trust)
{
	struct winnow_error error;

	winnow_policy_init(policy);
	ck_assert_int_eq(winnow_policy_add_source(policy, source, &error), 0);
	ck_assert_int_eq(winnow_policy_set_trusted_hosts(
				 policy, "mx.site.example", &error), 0);
	ck_assert_int_eq(winnow_policy_set_trust(policy, trust, &error), 0);
}

START_TEST(test_nothing_lowers_it)
{
	static struct winnow_policy policy;
	const struct winnow_source *source;
	struct winnow_verdict verdict;
	char one[256], other[256];
	size_t fields, i, j;

	policy_build(&policy, filters[_i].source, "worst");
	source = policy.sources[0];
	verdict_of(&policy, "", filters[_i].block, "", &verdict);
	ck_assert_int_ge(verdict.level, 0);
	fields = source->form_count * COUNT(values);
	for (i = 0; i < fields; i++) {
		field_write(one, sizeof(one), &source->forms[i / COUNT(values)],
			    values[i % COUNT(values)]);
		attack(&policy, filters[_i].block, &verdict, one, "");
		attack(&policy, filters[_i].block, &verdict, "", one);
		for (j = i + 1; j < fields; j++) {
			field_write(other, sizeof(other),
				    &source->forms[j / COUNT(values)],
				    values[j % COUNT(values)]);
			attack(&policy, filters[_i].block, &verdict, one,
			       other);
		}
	}
}
END_TEST

/* Neither better nor worse */
START_TEST(test_nothing_counts_below)
{
	static struct winnow_policy policy;
	const struct winnow_source *source;
	struct winnow_verdict verdict, found;
	const char *block = filters[_i].block;
	char below[512];
	size_t i;

	policy_build(&policy, filters[_i].source, "zone");
	source = policy.sources[0];
	verdict_of(&policy, block, BORDER, "", &verdict);
	ck_assert_int_ge(verdict.level, 0);
	for (i = 0; i < source->form_count * COUNT(values); i++) {
		field_write(below, sizeof(below),
			    &source->forms[i / COUNT(values)],
			    values[i % COUNT(values)]);
		verdict_of(&policy, block, BORDER, below, &found);
		ck_assert_msg(found.level == verdict.level &&
				      found.kind == verdict.kind &&
				      found.score_milli == verdict.score_milli,
			      "%s: %d becomes %d by\n%s%s%s", source->name,
			      verdict.level, found.level, block, BORDER, below);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("verdict: the worst counts");
	TCase *tcase = tcase_create("attacks");

	tcase_add_loop_test(tcase, test_nothing_lowers_it, 0, COUNT(filters));
	tcase_add_loop_test(tcase, test_nothing_counts_below, 0,
			    COUNT(filters));
	suite_add_tcase(suite, tcase);
	return verdict_suite_run(suite);
}
