#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verdict-table.h"

static void scan_copy(struct winnow_scan *scan, const char *name,
		      size_t name_size, const char *value, size_t value_size)
{
	char *name_copy = malloc(name_size);
	unsigned char *value_copy = malloc(value_size);

	memcpy(name_copy, name, name_size);
	memcpy(value_copy, value, value_size);
	winnow_scan_header(scan, name_copy, name_size, value_copy, value_size);
	free(name_copy);
	free(value_copy);
}

/* The end of the field: after the first line break that no blank follows. */
static const char *field_end(const char *field, const char *end)
{
	const char *p = field;

	while (p < end) {
		p = memchr(p, '\n', (size_t)(end - p));
		if (p == NULL)
			return end;
		p++;
		if (p == end || (*p != ' ' && *p != '\t'))
			return p;
	}
	return end;
}

void verdict_scan_block(struct winnow_scan *scan, const char *block,
			size_t size)
{
	const char *end = block + size, *next, *colon;

	for (; block < end; block = next) {
		next = field_end(block, end);
		colon = memchr(block, ':', (size_t)(next - block));
		if (colon == NULL)
			continue;
		scan_copy(scan, block, (size_t)(colon - block), colon + 1,
			  (size_t)(next - colon - 1));
	}
}

void verdict_of_block(const struct winnow_policy *policy, const char *block,
		      struct winnow_verdict *verdict_r)
{
	struct winnow_scan scan;

	winnow_scan_init(&scan, policy);
	winnow_scan_set_received(&scan, VERDICT_RECEIVED);
	do {
		verdict_scan_block(&scan, block, strlen(block));
	} while (winnow_scan_again(&scan));
	winnow_scan_finish(&scan, verdict_r);
}

static void row_policy(const struct verdict_row *row,
		       struct winnow_policy *policy)
{
	struct winnow_error error;

	winnow_policy_init(policy);
	ck_assert_msg(winnow_policy_add_sources(policy, row->sources, &error) ==
			      0,
		      "%s: %s", row->what, error.text);
	if (row->trust != NULL)
		ck_assert_msg(winnow_policy_set_trust(policy, row->trust,
						      &error) == 0,
			      "%s: %s", row->what, error.text);
}

void verdict_row_check(const struct verdict_row *row)
{
	static struct winnow_policy policy;
	struct winnow_verdict verdict;
	char by[64];

	snprintf(by, sizeof(by), "%s", row->by != NULL ? row->by : row->sources);
	by[strcspn(by, " ")] = '\0';
	row_policy(row, &policy);
	verdict_of_block(&policy, row->block, &verdict);

	ck_assert_msg(verdict.level == row->level, "%s: level %d, not %d",
		      row->what, verdict.level, row->level);
	ck_assert_msg(verdict.kind == row->kind, "%s: kind %d, not %d",
		      row->what, verdict.kind, row->kind);
	ck_assert_msg(verdict.has_score == (row->score_milli != NO_SCORE) ||
			      row->level == UNKNOWN,
		      "%s: has_score %d", row->what, verdict.has_score);
	if (verdict.has_score)
		ck_assert_msg(verdict.score_milli == row->score_milli,
			      "%s: score %d, not %d", row->what,
			      verdict.score_milli, row->score_milli);
	else
		ck_assert_int_eq(verdict.score_milli, 0);
	if (row->level == UNKNOWN)
		ck_assert_int_eq(verdict.source, WINNOW_SOURCE_NONE);
	else
		ck_assert_str_eq(winnow_source_name(&policy, verdict.source),
				 by);
}

int verdict_suite_run(Suite *suite)
{
	SRunner *runner = srunner_create(suite);
	int failed;

	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
