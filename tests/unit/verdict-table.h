#ifndef VERDICT_TABLE_H
#define VERDICT_TABLE_H

#include <check.h>
#include <limits.h>

#include "winnow-policy.h"
#include "winnow-scan.h"

/* Tables of header blocks with the verdict they must give. A new behaviour of
   a parser is a new row. */

#define NO_SCORE INT_MIN
#define UNKNOWN WINNOW_LEVEL_NONE
#define PHISH WINNOW_KIND_PHISH
#define VIRUS WINNOW_KIND_VIRUS
/* INTERNALDATE of all messages: 2026-11-02 10:01 UTC */
#define VERDICT_RECEIVED 1793613660

struct verdict_row {
	const char *what;
	const char *sources; /* as in winnow_scanner */
	const char *trust;   /* NULL: the default */
	const char *block;   /* header fields, LF or CRLF, may be folded */
	int level;
	int score_milli;
	enum winnow_kind kind;
	const char *by; /* name of the source; NULL: the first of sources */
};

/* Give the scan all fields of a block; each is a heap copy of its exact size,
   so that reading past it is seen by a sanitizer. */
void verdict_scan_block(struct winnow_scan *scan, const char *block,
			size_t size);
void verdict_of_block(const struct winnow_policy *policy, const char *block,
		      struct winnow_verdict *verdict_r);
/* Fails the running test if the row's verdict is another. */
void verdict_row_check(const struct verdict_row *row);
/* Runs a suite; returns the exit status. */
int verdict_suite_run(Suite *suite);

/* Adds one test for each row of a table. */
#define VERDICT_TABLE_TEST(table) \
	START_TEST(test_##table) \
	{ \
		verdict_row_check(&table[_i]); \
	} \
	END_TEST
#define VERDICT_TABLE_ADD(tcase, table) \
	tcase_add_loop_test(tcase, test_##table, 0, \
			    sizeof(table) / sizeof(table[0]))

#endif
