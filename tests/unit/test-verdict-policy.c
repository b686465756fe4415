#include <stdio.h>
#include <string.h>

#include "verdict-table.h"

#define YES "X-Spam-Status: Yes, score=12.0 required=5.0\n"
#define NO "X-Spam-Status: No, score=-5.0 required=5.0\n"
#define EMPTY "X-Spam-Status:\n"
#define SA "spamassassin"

static const struct verdict_row trust[] = {
	{ "worst, spam on top", SA, "worst", YES NO, 100, 12000, 0, NULL },
	{ "worst, spam below", SA, "worst", NO YES, 100, 12000, 0, NULL },
	{ "worst, twice the same", SA, "worst", YES YES, 100, 12000, 0, NULL },
	{ "worst is the default", SA, NULL, NO YES NO, 100, 12000, 0, NULL },
	{ "worst of two ham", SA, NULL,
	  "X-Spam-Status: No, score=4.0 required=5.0\n" NO, 40, 4000, 0, NULL },
	{ "worst, an empty one", SA, NULL, EMPTY NO, 0, -5000, 0, NULL },
	{ "worst of two kinds of header that say ham", "rspamd", "worst",
	  "X-Spamd-Result: default: False [-9.90 / 15.00]\n"
	  "X-Spam-Status: No, score=4.00\n",
	  33, 4000, 0, NULL },
	{ "worst, but a bar is only rounded", "rspamd", "worst",
	  "X-Spamd-Result: default: False [-4.28 / 15.00]\n"
	  "X-Spamd-Bar: ----\n",
	  0, -4280, 0, NULL },
	{ "first, of two kinds of header", "rspamd", "first",
	  "X-Spamd-Result: default: False [-9.90 / 15.00]\n"
	  "X-Spam-Status: No, score=4.00\n",
	  0, -9900, 0, NULL },
	{ "first", SA, "first", NO YES, 0, -5000, 0, NULL },
	{ "first, spam on top", SA, "first", YES NO, 100, 12000, 0, NULL },
	{ "first, unusable on top", SA, "first", EMPTY NO, UNKNOWN, 0, 0,
	  NULL },
	{ "first, control byte on top", SA, "first",
	  "X-Spam-Status: Yes\x01\n" NO, UNKNOWN, 0, 0, NULL },
	{ "last", SA, "last", NO YES, 100, 12000, 0, NULL },
	{ "last, ham below", SA, "last", YES NO, 0, -5000, 0, NULL },
	{ "last, unusable below", SA, "last", YES EMPTY, UNKNOWN, 0, 0, NULL },
};
VERDICT_TABLE_TEST(trust)

#define RSPAMD_NO "X-Rspamd-Action: no action\n"
#define RSPAMD_YES "X-Rspamd-Action: add header\n"
#define PHISHING "X-Forefront-Antispam-Report: SCL:8;SFV:SPM;CAT:PHSH;\n"

static const struct verdict_row families[] = {
	{ "worst of both", "rspamd spamassassin", "worst", RSPAMD_NO YES, 100,
	  12000, 0, SA },
	{ "worst of both, the other way", "rspamd spamassassin", "worst",
	  RSPAMD_YES NO, 80, NO_SCORE, 0, "rspamd" },
	{ "first listed that is present", "rspamd spamassassin", "first",
	  YES RSPAMD_NO, 10, NO_SCORE, 0, "rspamd" },
	{ "first listed, not the first in the message", "spamassassin rspamd",
	  "last", YES RSPAMD_NO, 100, 12000, 0, SA },
	{ "only the second is present", "rspamd spamassassin", "first", YES,
	  100, 12000, 0, SA },
	{ "the first one says nothing", "rspamd spamassassin", "first",
	  "X-Spamd-Bar: ++\n" YES, 100, 12000, 0, SA },
	{ "same header, read by both", "spamassassin amavis", "worst",
	  "X-Amavis-Alert: INFECTED\n" NO, 80, -5000, VIRUS, "amavis" },
	{ "worst of both, the kind is the other one's", "microsoft " SA,
	  "worst", PHISHING YES, 100, 12000, PHISH, SA },
	{ "first listed, whose kind is none", SA " microsoft", "last",
	  PHISHING YES, 100, 12000, 0, SA },
};
VERDICT_TABLE_TEST(families)

START_TEST(test_flood)
{
	struct winnow_policy policy;
	struct winnow_error error;
	struct winnow_scan scan;
	struct winnow_verdict verdict;
	int i;

	winnow_policy_init(&policy);
	ck_assert_int_eq(winnow_policy_add_sources(&policy, SA, &error), 0);
	winnow_scan_init(&scan, &policy);
	for (i = 0; i < 100000; i++)
		verdict_scan_block(&scan, NO, strlen(NO));
	verdict_scan_block(&scan, YES, strlen(YES));
	winnow_scan_finish(&scan, &verdict);
	ck_assert_int_eq(verdict.level, 100);
}
END_TEST

START_TEST(test_nul_bytes)
{
	static const char block[] =
		"X-Spam-Status: Yes\0, score=9.9\nX-Spam-Status: \0Yes\n"
		"X-Spam-\0Status: Yes\n";
	struct winnow_policy policy;
	struct winnow_error error;
	struct winnow_scan scan;
	struct winnow_verdict verdict;

	winnow_policy_init(&policy);
	ck_assert_int_eq(winnow_policy_add_sources(&policy, SA, &error), 0);
	winnow_scan_init(&scan, &policy);
	verdict_scan_block(&scan, block, sizeof(block) - 1);
	winnow_scan_finish(&scan, &verdict);
	ck_assert_int_eq(verdict.source, WINNOW_SOURCE_NONE);
	ck_assert_int_eq(verdict.level, WINNOW_LEVEL_NONE);
}
END_TEST

/* blanks, "Yes,", blanks, "score=" and nines, so that the limit cuts at any
   place. */
static void long_value(int before, int between, int digits,
		       struct winnow_verdict *verdict_r)
{
	static char block[4096];
	struct winnow_policy policy;
	struct winnow_error error;

	snprintf(block, sizeof(block), "X-Spam-Status:%*sYes,%*sscore=%.*s\n",
		 before, "", between, "", digits,
		 "999999999999999999999999999999999999");
	winnow_policy_init(&policy);
	ck_assert_int_eq(winnow_policy_add_sources(&policy, SA, &error), 0);
	verdict_of_block(&policy, block, verdict_r);
}

START_TEST(test_value_limit)
{
	struct winnow_verdict verdict;

	long_value(1, 1, 4, &verdict);
	ck_assert_int_eq(verdict.score_milli, 9999000);
	/* the last digit is byte 1024, and byte 1025 */
	long_value(1, WINNOW_VALUE_MAX - 15, 4, &verdict);
	ck_assert_int_eq(verdict.score_milli, 9999000);
	long_value(1, WINNOW_VALUE_MAX - 14, 4, &verdict);
	ck_assert_int_eq(verdict.has_score, 0);
	ck_assert_int_eq(verdict.level, 80);
	/* the word is cut, and behind the limit */
	long_value(WINNOW_VALUE_MAX - 3, 1, 1, &verdict);
	ck_assert_int_eq(verdict.source, WINNOW_SOURCE_NONE);
	long_value(WINNOW_VALUE_MAX, 1, 1, &verdict);
	ck_assert_int_eq(verdict.source, WINNOW_SOURCE_NONE);
}
END_TEST

START_TEST(test_errors)
{
	struct winnow_policy policy;
	struct winnow_error error;

	winnow_policy_init(&policy);
	ck_assert_int_eq(winnow_policy_add_sources(&policy, "rspamd nope",
						   &error), -1);
	ck_assert_ptr_nonnull(strstr(error.text, "'nope'"));
	ck_assert_ptr_nonnull(strstr(error.text, "spamassassin"));

	winnow_policy_init(&policy);
	ck_assert_int_eq(winnow_policy_add_sources(&policy, "rspamd RSPAMD",
						   &error), -1);
	ck_assert_ptr_nonnull(strstr(error.text, "twice"));

	winnow_policy_init(&policy);
	ck_assert_int_eq(winnow_policy_set_trust(&policy, "blind", &error), -1);
	ck_assert_ptr_nonnull(strstr(error.text, "'blind'"));
	ck_assert_ptr_nonnull(strstr(error.text, "worst"));

	ck_assert_int_eq(winnow_policy_set_threshold(&policy, "nope", 1,
						     &error), -1);
	ck_assert_int_eq(winnow_policy_set_threshold(&policy, "rspamd", 0,
						     &error), -1);
	ck_assert_ptr_nonnull(strstr(error.text, "rspamd"));
	ck_assert_int_eq(winnow_policy_set_threshold(&policy, "rspamd",
						     10000001, &error), -1);
}
END_TEST

START_TEST(test_names)
{
	struct winnow_policy policy;
	const struct winnow_source *source;
	unsigned int i;

	winnow_policy_init(&policy);
	for (i = 0; (source = winnow_source_builtin_at(i)) != NULL; i++) {
		ck_assert_uint_eq(source->id, i + 1);
		ck_assert_str_eq(winnow_source_name(NULL, source->id),
				 source->name);
		ck_assert_uint_eq(winnow_source_find(&policy, source->name),
				  source->id);
	}
	ck_assert_ptr_null(winnow_source_name(&policy, WINNOW_SOURCE_NONE));
	ck_assert_ptr_null(winnow_source_name(&policy, 128));
	ck_assert_ptr_null(winnow_source_name(&policy, 255));
	ck_assert_uint_eq(winnow_source_find(&policy, ""), WINNOW_SOURCE_NONE);
}
END_TEST

START_TEST(test_threshold)
{
	struct winnow_policy policy;
	struct winnow_error error;
	struct winnow_verdict verdict;

	winnow_policy_init(&policy);
	ck_assert_int_eq(winnow_policy_set_threshold(&policy, "rspamd", 10000,
						     &error), 0);
	ck_assert_int_eq(winnow_policy_add_sources(&policy, "rspamd", &error),
			 0);
	verdict_of_block(&policy,
			 "X-Spamd-Result: default: False [7.50 / 15.00];\n",
			 &verdict);
	ck_assert_int_eq(verdict.level, 38);
	/* a bar says nothing by default, and something once there is a line */
	verdict_of_block(&policy, "X-Spamd-Bar: ++++++++++\n", &verdict);
	ck_assert_int_eq(verdict.level, 50);
	/* a word is still a word */
	verdict_of_block(&policy,
			 "X-Spamd-Bar: ++++++++++\nX-Rspamd-Action: greylist\n",
			 &verdict);
	ck_assert_int_eq(verdict.level, 49);
}
END_TEST

static uint64_t fingerprint(const char *sources, const char *trust_name,
			    int threshold)
{
	struct winnow_policy policy;
	struct winnow_error error;

	winnow_policy_init(&policy);
	if (threshold > 0)
		(void)winnow_policy_set_threshold(&policy, "rspamd", threshold,
						  &error);
	ck_assert_int_eq(winnow_policy_add_sources(&policy, sources, &error),
			 0);
	ck_assert_int_eq(winnow_policy_set_trust(&policy, trust_name, &error),
			 0);
	return winnow_policy_fingerprint(&policy);
}

START_TEST(test_fingerprint)
{
	uint64_t base = fingerprint("rspamd amavis", "worst", 0);

	ck_assert(base == fingerprint(" rspamd\tAmavis ", "worst", 0));
	ck_assert(base != fingerprint("amavis rspamd", "worst", 0));
	ck_assert(base != fingerprint("rspamd", "worst", 0));
	ck_assert(base != fingerprint("rspamd amavis", "first", 0));
	ck_assert(base != fingerprint("rspamd amavis", "worst", 6000));
}
END_TEST

struct trace_log {
	unsigned int headers, sources, verdicts, trusted;
	char values[256];
	/* places of those that count */
	unsigned int counts[8], counts_count;
};

static void trace_log_add(void *context, const struct winnow_trace *trace)
{
	struct trace_log *log = context;
	size_t used = strlen(log->values);

	ck_assert_ptr_nonnull(trace->why);
	if (trace->event == WINNOW_TRACE_SOURCE)
		log->sources++;
	if (trace->event == WINNOW_TRACE_VERDICT)
		log->verdicts++;
	if (trace->event == WINNOW_TRACE_COUNTS)
		log->counts[log->counts_count++] = trace->place;
	if (trace->event != WINNOW_TRACE_HEADER)
		return;
	log->headers++;
	log->trusted += trace->trusted ? 1 : 0;
	if (used + trace->value_size < sizeof(log->values)) {
		memcpy(log->values + used, trace->value, trace->value_size);
		log->values[used + trace->value_size] = '\0';
	}
}

START_TEST(test_trace)
{
	struct trace_log log = { .headers = 0 };
	struct winnow_policy policy;
	struct winnow_error error;
	struct winnow_scan scan;
	struct winnow_verdict verdict;
	int i;

	winnow_policy_init(&policy);
	ck_assert_int_eq(winnow_policy_add_sources(&policy, "rspamd " SA,
						   &error), 0);
	winnow_scan_init(&scan, &policy);
	winnow_scan_set_trace(&scan, trace_log_add, &log);
	verdict_scan_block(&scan, "Subject: x\nX-Spam-Flag:\n YES\n", 30);
	verdict_scan_block(&scan, NO, strlen(NO));
	/* X-Spam-Flag and X-Spam-Status are each seen by both sources */
	ck_assert_uint_eq(log.headers, 4);
	ck_assert_uint_eq(log.trusted, 4);
	ck_assert_ptr_nonnull(strstr(log.values, "YESYESNo, score=-5.0"));
	for (i = 0; i < WINNOW_TRACE_HEADERS_MAX; i++)
		verdict_scan_block(&scan, NO, strlen(NO));
	ck_assert_uint_eq(log.headers, WINNOW_TRACE_HEADERS_MAX);
	ck_assert_uint_eq(log.trusted, 4);
	winnow_scan_finish(&scan, &verdict);
	ck_assert_uint_eq(log.sources, 2);
	ck_assert_uint_eq(log.verdicts, 1);
	/* rspamd's and SpamAssassin's X-Spam-Status and X-Spam-Flag */
	ck_assert_uint_eq(log.counts_count, 4);
}
END_TEST

START_TEST(test_trace_of_what_counts)
{
	static const struct {
		const char *trust;
		unsigned int place;
	} rows[] = { { "worst", 3 }, { "first", 2 }, { "last", 4 } };
	static const char block[] = "Subject: x\n" NO YES NO;
	struct trace_log log = { .headers = 0 };
	struct winnow_policy policy;
	struct winnow_error error;
	struct winnow_scan scan;
	struct winnow_verdict verdict;

	winnow_policy_init(&policy);
	ck_assert_int_eq(winnow_policy_add_sources(&policy, SA, &error), 0);
	ck_assert_int_eq(winnow_policy_set_trust(&policy, rows[_i].trust,
						 &error), 0);
	winnow_scan_init(&scan, &policy);
	winnow_scan_set_trace(&scan, trace_log_add, &log);
	verdict_scan_block(&scan, block, strlen(block));
	winnow_scan_finish(&scan, &verdict);
	ck_assert_uint_eq(log.counts_count, 1);
	ck_assert_uint_eq(log.counts[0], rows[_i].place);
}
END_TEST

START_TEST(test_trace_of_control_bytes)
{
	static const char block[] = "X-Spam-Status: Yes, score=9\033[2J\n";
	struct trace_log log = { .headers = 0 };
	struct winnow_policy policy;
	struct winnow_error error;
	struct winnow_scan scan;

	winnow_policy_init(&policy);
	ck_assert_int_eq(winnow_policy_add_sources(&policy, SA, &error), 0);
	winnow_scan_init(&scan, &policy);
	winnow_scan_set_trace(&scan, trace_log_add, &log);
	verdict_scan_block(&scan, block, strlen(block));
	ck_assert_ptr_nonnull(strstr(log.values, "score=9\033[2J"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("verdict: policy");
	TCase *tcase = tcase_create("policy");

	VERDICT_TABLE_ADD(tcase, trust);
	VERDICT_TABLE_ADD(tcase, families);
	tcase_add_test(tcase, test_flood);
	tcase_add_test(tcase, test_nul_bytes);
	tcase_add_test(tcase, test_value_limit);
	tcase_add_test(tcase, test_errors);
	tcase_add_test(tcase, test_names);
	tcase_add_test(tcase, test_threshold);
	tcase_add_test(tcase, test_fingerprint);
	tcase_add_test(tcase, test_trace);
	tcase_add_loop_test(tcase, test_trace_of_what_counts, 0, 3);
	tcase_add_test(tcase, test_trace_of_control_bytes);
	suite_add_tcase(suite, tcase);
	return verdict_suite_run(suite);
}
