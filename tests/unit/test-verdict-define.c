#include <stdio.h>
#include <string.h>

#include "verdict-table.h"

struct define_row {
	const char *what;
	struct winnow_source_definition definition;
	const char *block;
	int level;
	int score_milli;
};

static const struct define_row rows[] = {
	{ "score against the threshold",
	  { .header = "X-Acme", .score = "first", .threshold = "8" },
	  "X-ACME: 12\n", 75, 12000 },
	{ "score below it",
	  { .header = "X-Acme", .score = "first", .threshold = "8" },
	  "X-Acme: 7.99 and so on\n", 49, 7990 },
	{ "whole value",
	  { .header = "X-Acme", .score = "whole", .threshold = "8" },
	  "X-Acme: 12 points\n", UNKNOWN, 0 },
	{ "after a text",
	  { .header = "X-Acme", .score = "after points=, Punkte:",
	    .threshold = "10" },
	  "X-Acme: Ergebnis, punkte: 4\n", 20, 4000 },
	{ "text inside another word",
	  { .header = "X-Acme", .score = "after points=", .threshold = "10" },
	  "X-Acme: badpoints=9\n", UNKNOWN, 0 },
	{ "threshold in the header",
	  { .header = "X-Acme", .score = "first", .limit = "after of" },
	  "X-Acme: 5 of 20\n", 13, 5000 },
	{ "stars",
	  { .header = "X-Acme", .score = "count *", .threshold = "5" },
	  "X-Acme: ******\n", 60, 6000 },
	{ "percent of a scale",
	  { .header = "X-Acme", .score = "first", .threshold = "80",
	    .maximum = "100" },
	  "X-Acme: 90%\n", 75, 90000 },
	{ "words",
	  { .header = "X-Acme", .spam = "Junk, Very Bad", .ham = "Fine" },
	  "X-Acme: very bad; because\n", 80, NO_SCORE },
	{ "word for suspect",
	  { .header = "X-Acme", .suspect = "maybe", .ham = "no" },
	  "X-Acme: maybe\n", 40, NO_SCORE },
	{ "word after a text",
	  { .header = "X-Acme", .word = "after verdict=", .spam = "junk",
	    .ham = "fine" },
	  "X-Acme: id=1; verdict=\"fine\"\n", 10, NO_SCORE },
	{ "word begins a longer one",
	  { .header = "X-Acme", .spam = "junk" },
	  "X-Acme: junkyard\n", UNKNOWN, 0 },
	{ "word beats the score",
	  { .header = "X-Acme", .ham = "ok", .score = "after s=",
	    .threshold = "1" },
	  "X-Acme: ok s=9\n", 49, 9000 },
	{ "star in the name",
	  { .header = "X-*-Verdict", .spam = "junk" },
	  "X-Some-Site-Verdict: junk\n", 80, NO_SCORE },
	{ "star in the name, nothing in its place",
	  { .header = "X-*-Verdict", .spam = "junk" },
	  "X-Verdict: junk\n", UNKNOWN, 0 },
	{ "a name without X",
	  { .header = "Acme", .spam = "junk" },
	  "aCME: junk\n", 80, NO_SCORE },
};

START_TEST(test_rows)
{
	const struct define_row *row = &rows[_i];
	struct winnow_policy policy;
	struct winnow_error error;
	struct winnow_verdict verdict;

	winnow_policy_init(&policy);
	ck_assert_msg(winnow_policy_define(&policy, "acme", &row->definition,
					   &error) == 0,
		      "%s: %s", row->what, error.text);
	ck_assert_int_eq(winnow_policy_add_sources(&policy, "acme", &error), 0);
	verdict_of_block(&policy, row->block, &verdict);
	ck_assert_msg(verdict.level == row->level, "%s: level %d", row->what,
		      verdict.level);
	if (row->level == UNKNOWN)
		return;
	ck_assert_uint_eq(verdict.source, WINNOW_SOURCE_ADMIN_FIRST);
	ck_assert_int_eq(verdict.has_score, row->score_milli != NO_SCORE);
	if (verdict.has_score)
		ck_assert_int_eq(verdict.score_milli, row->score_milli);
}
END_TEST

static const struct {
	const char *name;
	struct winnow_source_definition definition;
	const char *says; /* part of the error */
} errors[] = {
	{ "a b", { .header = "X-A", .spam = "x" }, "name" },
	{ "", { .header = "X-A", .spam = "x" }, "name" },
	{ "a-name-of-as-much-as-32-letters-",
	  { .header = "X-A", .spam = "x" }, "at most 31" },
	{ "acme", { .spam = "x" }, "header" },
	{ "acme", { .header = "X A", .spam = "x" }, "header" },
	{ "acme", { .header = "X-A:", .spam = "x" }, "header" },
	{ "acme", { .header = "*-A", .spam = "x" }, "header" },
	{ "acme", { .header = "X-*-*", .spam = "x" }, "header" },
	{ "acme", { .header = "X-A" }, "score is not set" },
	{ "acme", { .header = "X-A", .score = "first" }, "threshold" },
	{ "acme", { .header = "X-A", .spam = "x", .threshold = "5" }, "score" },
	{ "acme", { .header = "X-A", .spam = " , " }, "spam" },
	{ "acme", { .header = "X-A", .spam = "x", .word = "count x" }, "word" },
	{ "acme", { .header = "X-A", .spam = "x", .word = "afterx" }, "word" },
	{ "acme", { .header = "X-A", .score = "after ", .threshold = "5" },
	  "'first'" },
	{ "acme", { .header = "X-A", .score = "count", .threshold = "5" },
	  "CHARACTER" },
	{ "acme", { .header = "X-A", .score = "count xx", .threshold = "5" },
	  "CHARACTER" },
	{ "acme", { .header = "X-A", .score = "first", .threshold = "-5" },
	  "above 0" },
	{ "acme", { .header = "X-A", .score = "first", .threshold = "5,5" },
	  "above 0" },
	{ "acme", { .header = "X-A", .score = "first", .threshold = "5",
		    .maximum = "5" }, "maximum" },
	{ "rspamd", { .header = "X-A" }, "built in" },
	{ "RSPAMD", { .threshold = "x" }, "threshold" },
	{ "rspamd", { .threshold = "0.0001" }, "threshold" },
};

START_TEST(test_errors)
{
	struct winnow_policy policy;
	struct winnow_error error;

	winnow_policy_init(&policy);
	ck_assert_msg(winnow_policy_define(&policy, errors[_i].name,
					   &errors[_i].definition,
					   &error) == -1,
		      "row %d", _i);
	ck_assert_msg(strstr(error.text, errors[_i].says) != NULL, "row %d: %s",
		      _i, error.text);
	ck_assert_msg(strstr(error.text, errors[_i].name) != NULL, "row %d: %s",
		      _i, error.text);
}
END_TEST

START_TEST(test_several)
{
	const struct winnow_source_definition definition = {
		.header = "X-Acme", .spam = "junk"
	};
	char names[WINNOW_POLICY_DEFINED_MAX + 1][16];
	struct winnow_policy policy;
	struct winnow_error error;
	int i;

	winnow_policy_init(&policy);
	for (i = 0; i < WINNOW_POLICY_DEFINED_MAX; i++) {
		snprintf(names[i], sizeof(names[i]), "acme%d", i);
		ck_assert_int_eq(winnow_policy_define(&policy, names[i],
						      &definition, &error), 0);
		ck_assert_uint_eq(winnow_source_find(&policy, names[i]),
				  WINNOW_SOURCE_ADMIN_FIRST + i);
		ck_assert_str_eq(winnow_source_name(&policy,
						    WINNOW_SOURCE_ADMIN_FIRST +
						    i), names[i]);
	}
	ck_assert_int_eq(winnow_policy_define(&policy, "ACME3", &definition,
					      &error), -1);
	ck_assert_ptr_nonnull(strstr(error.text, "twice"));
	ck_assert_int_eq(winnow_policy_define(&policy, "more", &definition,
					      &error), -1);
	ck_assert_ptr_nonnull(strstr(error.text, "16"));
}
END_TEST

static uint64_t fingerprint(const struct winnow_source_definition *definition)
{
	struct winnow_policy policy;
	struct winnow_error error;

	winnow_policy_init(&policy);
	ck_assert_int_eq(winnow_policy_define(&policy, "acme", definition,
					      &error), 0);
	ck_assert_int_eq(winnow_policy_add_sources(&policy, "acme", &error), 0);
	return winnow_policy_fingerprint(&policy);
}

START_TEST(test_fingerprint)
{
	const struct winnow_source_definition base = {
		.header = "X-Acme", .spam = "junk", .ham = "fine"
	};
	struct winnow_source_definition other = base;

	ck_assert(fingerprint(&base) == fingerprint(&other));
	other.ham = "finer";
	ck_assert(fingerprint(&base) != fingerprint(&other));
	other.spam = "junkfine";
	other.ham = NULL;
	ck_assert(fingerprint(&base) != fingerprint(&other));
	other = base;
	other.header = "X-Acme2";
	ck_assert(fingerprint(&base) != fingerprint(&other));
	other = base;
	other.word = "whole";
	ck_assert(fingerprint(&base) != fingerprint(&other));
	other = base;
	other.score = "after s=";
	ck_assert(fingerprint(&base) != fingerprint(&other));
}
END_TEST

START_TEST(test_builtin_threshold)
{
	const struct winnow_source_definition ten = { .threshold = "10" };
	const struct winnow_source_definition nothing = { .header = NULL };
	struct winnow_policy policy;
	struct winnow_error error;
	struct winnow_verdict verdict;

	winnow_policy_init(&policy);
	ck_assert_int_eq(winnow_policy_define(&policy, "amavis", &nothing,
					      &error), 0);
	ck_assert_int_eq(winnow_policy_define(&policy, "rspamd", &ten, &error),
			 0);
	ck_assert_int_eq(winnow_policy_add_sources(&policy, "rspamd", &error),
			 0);
	verdict_of_block(&policy,
			 "X-Spamd-Result: default: False [5.00 / 15.00];\n",
			 &verdict);
	ck_assert_int_eq(verdict.level, 25);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("verdict: sources of an administrator");
	TCase *tcase = tcase_create("define");

	tcase_add_loop_test(tcase, test_rows, 0,
			    sizeof(rows) / sizeof(rows[0]));
	tcase_add_loop_test(tcase, test_errors, 0,
			    sizeof(errors) / sizeof(errors[0]));
	tcase_add_test(tcase, test_several);
	tcase_add_test(tcase, test_fingerprint);
	tcase_add_test(tcase, test_builtin_threshold);
	suite_add_tcase(suite, tcase);
	return verdict_suite_run(suite);
}
