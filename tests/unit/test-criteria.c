#include "lib.h"
#include "array.h"
#include "str.h"
#include "imap-arg.h"
#include "mail-search-build.h"
#include "mail-search-parser.h"
#include "mail-search-register.h"
#include "winnow-criteria.h"
#include "winnow-criteria-text.h"
#include <check.h>

static pool_t pool;

static int read_text(const char *text, const struct imap_arg **args_r)
{
	const char *error = "";
	int ret = winnow_criteria_read_text(pool, text, args_r, &error);

	ck_assert(ret == 0 || *error != '\0');
	return ret;
}

/* A letter for each argument; after keys ! where negated, ~ in a thread */
static void places_append(string_t *dest, const struct imap_arg *args,
			  const struct winnow_criteria_reader *outer)
{
	static const char letters[] = {
		[WINNOW_CRITERIA_KEY] = 'k',
		[WINNOW_CRITERIA_LIST] = '(',
		[WINNOW_CRITERIA_FILTER] = 'F',
		[WINNOW_CRITERIA_FILTER_NAME] = 'n',
		[WINNOW_CRITERIA_PARAM] = 'p',
	};
	struct winnow_criteria_reader reader;
	enum winnow_criteria_place place;
	const char *error;

	winnow_criteria_begin(&reader, outer);
	for (; !IMAP_ARG_IS_EOL(args); args++) {
		ck_assert(winnow_criteria_next(&reader, args, &place,
					       &error) == 0);
		str_append_c(dest, letters[place]);
		if (place == WINNOW_CRITERIA_KEY && reader.scope.negated)
			str_append_c(dest, '!');
		if (place == WINNOW_CRITERIA_KEY && reader.scope.in_thread)
			str_append_c(dest, '~');
		if (place == WINNOW_CRITERIA_LIST) {
			places_append(dest, imap_arg_as_list(args), &reader);
			str_append_c(dest, ')');
		}
	}
	ck_assert(winnow_criteria_end(&reader, &error) == 0);
}

START_TEST(places)
{
	static const struct {
		const char *program, *places;
	} rows[] = {
		{ "SEEN", "k" },
		{ "1:*,7 $ *", "kkk" },
		{ "FILTER x", "Fn" },
		{ "filter NIL Filter filter", "FnFn" },
		{ "FROM FILTER FILTER x", "kpFn" },
		{ "HEADER FILTER FILTER FILTER x", "kppFn" },
		{ "SUBJECT \"FILTER\" TO {6}\r\nFILTER", "kpkp" },
		{ "NOT FILTER x OR SEEN FILTER y", "kFnkkFn" },
		{ "NOT SEEN NEW", "kk!k" },
		{ "NOT NOT SEEN NOT OLD", "kk!kkk!" },
		{ "NOT (SEEN NOT FROM x (OLD)) NEW", "k(k!k!kp(k!))k" },
		{ "NOT OR SEEN NOT OLD NEW", "kk!k!k!kk" },
		{ "OR NOT OR SEEN OLD NOT NEW ALL", "kkk!k!k!kk!k" },
		{ "OR NOT OR NOT SEEN OLD NEW ALL", "kkk!k!kk!kk" },
		{ "INTHREAD REFS (OLD NOT SEEN) NEW", "kp(k~k~k!~)k" },
		{ "NOT INTHREAD REFS OR SEEN NOT OLD NEW", "kk!pk!~k!~k!~k~k" },
		{ "OR OR SEEN FILTER a FILTER b", "kkkFnFn" },
		{ "(SEEN (FILTER x) BODY FILTER)", "(k(Fn)kp)" },
		{ "FUZZY (FILTER x) INTHREAD REFS FILTER y", "k(Fn)kpFn" },
		{ "MODSEQ 5 FILTER x", "kpFn" },
		{ "MODSEQ /flags/\\seen all 5 FILTER x", "kpppFn" },
		{ "X-WINNOW SPAM X-WINNOW BY FILTER FILTER x", "kpkppFn" },
		{ "MIMEPART TYPE FILTER FILTER x", "kppFn" },
		{ "MIMEPART (FROM FILTER) FILTER x", "kpFn" },
		{ "MIMEPART OR NOT SIZE 5 SIZE LARGER 5 FILTER x",
		  "kppppppp" "Fn" },
		{ "MIMEPART DISPOSITION PARAM a FILTER SEEN", "kppppk" },
		{ "MIMEPART PARENT CHILD EXISTS FILTER x", "kpppFn" },
		{ "OR MIMEPART DEPTH MIN 1 MIMEPART DEPTH 1 SEEN", "kkpppkppk" },
	};
	const struct imap_arg *args;
	string_t *str = t_str_new(64);

	for (unsigned int i = 0; i < N_ELEMENTS(rows); i++) {
		ck_assert_msg(read_text(rows[i].program, &args) == 0, "%s",
			      rows[i].program);
		str_truncate(str, 0);
		places_append(str, args, NULL);
		ck_assert_str_eq(str_c(str), rows[i].places);
	}
}
END_TEST

START_TEST(no_programs)
{
	static const char *const texts[] = {
		"", " ", "()", "SEEN ()", "(SEEN", "SEEN)", "((SEEN)",
		"NOT", "OR SEEN", "OR NOT SEEN", "(NOT) SEEN", "FUZZY",
		"FROM", "HEADER a", "(FROM) x", "FROM (x)", "NOT FROM",
		"BOGUS", "SEEN BOGUS", "\"SEEN\"", "{4}\r\nSEEN", "SEENX",
		"1:", "0", ":1", "1:x", "-1", "UID", "UID x", "UID (1)",
		"SINCE x", "SINCE 2020", "LARGER -1", "LARGER x",
		"OLDER 0", "YOUNGER x", "INTHREAD SEEN", "INTHREAD x SEEN",
		"FILTER", "FILTER (x)", "FILTER \"x\"", "FILTER {1}\r\nx",
		"FILTER a/b", "FILTER a%b", "FILTER a*", "FILTER a]",
		"MIMEPART", "MIMEPART SEEN", "MIMEPART FILTER x",
		"MIMEPART OR TYPE a", "MIMEPART \"TYPE\" a", "MODSEQ",
		"MODSEQ /flags/x all", "X-WINNOW", "X-WINNOW LEVEL",
		"CHARSET UTF-8 SEEN", "RETURN (ALL) SEEN",
		"SEEN\r\n", "SEEN\r\nSEEN", "SEEN\n", "\r\nSEEN", "FROM {3}",
		"FROM {3}\r\nab", "FROM {x}\r\n", "FROM {99999999999999}\r\n",
		"FROM \"x", "FROM \"\r\n\"", "FROM \xff", "FROM \"\xc3\"",
		"FROM x\x7f", "SEEN\tSEEN", "~{1}\r\nx",
	};
	const struct imap_arg *args;

	for (unsigned int i = 0; i < N_ELEMENTS(texts); i++)
		ck_assert_msg(read_text(texts[i], &args) < 0, "%s", texts[i]);
}
END_TEST

/* count times a text, around another one or before it */
static const char *
repeated(const char *before, unsigned int count, const char *text,
	 const char *after)
{
	string_t *str = t_str_new(1024);

	for (unsigned int i = 0; i < count; i++)
		str_append(str, before);
	str_append(str, text);
	for (unsigned int i = 0; i < count; i++)
		str_append(str, after);
	return str_c(str);
}

START_TEST(limits)
{
	const struct imap_arg *args;
	char name[WINNOW_CRITERIA_FILTER_NAME_MAX + 2];

	ck_assert(read_text(repeated("(", 100, "SEEN", ")"), &args) == 0);
	ck_assert(read_text(repeated("(", 101, "SEEN", ")"), &args) < 0);
	ck_assert(read_text(repeated("(", 4000, "", ""), &args) < 0);
	ck_assert(read_text(repeated("NOT ", 2000, "SEEN", ""), &args) == 0);
	ck_assert(read_text(repeated("OR ", 2000, "SEEN", ""), &args) < 0);
	ck_assert(read_text(repeated("OR ", 1000, "1", " 1"), &args) == 0);
	ck_assert(read_text(repeated("OR SEEN NOT ", 500, "1", ""),
			    &args) == 0);
	ck_assert(read_text(repeated("OR NOT ", 49, "1", " 1"), &args) == 0);
	ck_assert(read_text(repeated("OR NOT ", 50, "1", " 1"), &args) < 0);
	ck_assert(read_text(repeated("SEEN ", 1638, "1", ""), &args) == 0);
	ck_assert(read_text(repeated("SEEN ", 1638, "111", ""), &args) < 0);

	memset(name, 'n', sizeof(name));
	name[WINNOW_CRITERIA_FILTER_NAME_MAX] = '\0';
	ck_assert(winnow_criteria_filter_name_is_valid(name));
	name[WINNOW_CRITERIA_FILTER_NAME_MAX] = 'n';
	name[WINNOW_CRITERIA_FILTER_NAME_MAX + 1] = '\0';
	ck_assert(!winnow_criteria_filter_name_is_valid(name));
	ck_assert(!winnow_criteria_filter_name_is_valid(""));
}
END_TEST

START_TEST(filters_are_noticed)
{
	static const struct {
		const char *text;
		bool filters;
	} rows[] = {
		{ "SEEN", FALSE },
		{ "FROM FILTER", FALSE },
		{ "((NOT FILTER x))", TRUE },
		{ "FILTER x SEEN", TRUE },
	};
	const struct imap_arg *args;
	const char *error;
	bool filters;

	for (unsigned int i = 0; i < N_ELEMENTS(rows); i++) {
		ck_assert(read_text(rows[i].text, &args) == 0);
		ck_assert(winnow_criteria_check(args, &filters, &error) == 0);
		ck_assert_msg(filters == rows[i].filters, "%s", rows[i].text);
	}
}
END_TEST

/* All that Dovecot's keys take, and what goes between them. */
static const char *const fragments[] = {
	"ALL", "SEEN", "NEW", "NOT", "OR", "FUZZY", "(", ")", "1:*", "5,*", "$",
	"UID 1:3", "UID $", "KEYWORD $Junk", "UNKEYWORD NIL", "FROM x",
	"SUBJECT \"\"", "HEADER a b", "TEXT (x", "BODY x", "BCC x", "TO x",
	"CC x", "LARGER 1", "SMALLER 0", "SINCE 1-Jan-2020",
	"SENTBEFORE \" 1-Jan-2020\"", "SAVEDON 01-Jan-2020", "OLDER 1",
	"X-SAVEDSINCE 1-Jan-2020", "SAVEDATESUPPORTED", "YOUNGER 4294967295",
	"MODSEQ 1", "MODSEQ /flags/x priv 1", "MODSEQ \"/FLAGS/\\\\seen\" all 1",
	"INTHREAD REFS", "INTHREAD orderedsubject", "X-GUID x", "X-MAILBOX x",
	"X-REAL-UID 1", "MIMEPART", "TYPE x", "SUBTYPE x", "SIZE 1",
	"SIZE LARGER 1", "SIZE SMALLER 1", "DEPTH 1", "DEPTH MIN 1",
	"DEPTH MAX 1", "INDEX 1", "PARAM a b", "DISPOSITION TYPE x",
	"DISPOSITION PARAM a b", "FILENAME IS x", "FILENAME ENDS x", "PARENT",
	"CHILD", "CHILD EXISTS", "DESCRIPTION x", "ENCODING x", "ID x",
	"LANGUAGE x", "LOCATION x", "MD5 x", "IN-REPLY-TO x", "MESSAGE-ID x",
	"REPLY-TO x", "SENDER x", "SENTON 1-Jan-2020", "x", "FILTER", "1",
};

static uint32_t random_below(uint32_t *state, uint32_t limit)
{
	/* the same everywhere, so that a failure comes again */
	*state = *state * 1664525 + 1013904223;
	return (*state >> 8) % limit;
}

static const char *random_program(uint32_t *state)
{
	string_t *str = t_str_new(256);
	unsigned int count = 1 + random_below(state, 7);

	for (unsigned int i = 0; i < count; i++) {
		if (i > 0)
			str_append_c(str, ' ');
		str_append(str, fragments[random_below(state,
			N_ELEMENTS(fragments))]);
	}
	return str_c(str);
}

static bool dovecot_takes(const struct imap_arg *args)
{
	struct mail_search_parser *parser;
	struct mail_search_args *sargs;
	const char *charset = "UTF-8", *error;
	int ret;

	parser = mail_search_parser_init_imap(args);
	ret = mail_search_build(mail_search_register_get_imap(), parser,
				&charset, &sargs, &error);
	mail_search_parser_deinit(&parser);
	if (ret < 0)
		return FALSE;
	mail_search_args_unref(&sargs);
	return TRUE;
}

START_TEST(what_dovecot_takes_is_a_program)
{
	uint32_t state = 7377;
	unsigned int taken = 0;

	for (unsigned int i = 0; i < 200000; i++) T_BEGIN {
		const char *text = random_program(&state);
		const struct imap_arg *args;
		int ours;

		args = NULL;
		ours = read_text(text, &args);
		if (args != NULL && dovecot_takes(args)) {
			taken++;
			ck_assert_msg(ours == 0, "%s", text);
		}
		p_clear(pool);
	} T_END;
	ck_assert_uint_gt(taken, 5000);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("criteria: the grammar of search programs");
	TCase *tcase = tcase_create("criteria");
	SRunner *runner;
	int failed;

	lib_init();
	pool = pool_alloconly_create("test criteria", 1024);
	tcase_add_test(tcase, places);
	tcase_add_test(tcase, no_programs);
	tcase_add_test(tcase, limits);
	tcase_add_test(tcase, filters_are_noticed);
	tcase_add_test(tcase, what_dovecot_takes_is_a_program);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	pool_unref(&pool);
	lib_deinit();
	return failed == 0 ? 0 : 1;
}
