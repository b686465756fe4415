#include "lib.h"
#include "istream.h"
#include "str.h"
#include "imap-arg.h"
#include "imap-parser.h"
#include "winnow-compat.h"
#include "imap-winnow-clean-rule.h"
#include <check.h>

/* One search program, and whether a person may have typed it. */
struct program_row {
	const char *name;
	const char *program;
	int typed;
};

static const struct program_row content[] = {
	{ "text", "TEXT apples", 1 },
	{ "body", "BODY apples", 1 },
	{ "subject", "SUBJECT \"fresh apples\"", 1 },
	{ "from", "from ann", 1 },
	{ "to", "TO ann", 1 },
	{ "cc", "CC ann", 1 },
	{ "bcc", "BCC ann", 1 },
	{ "a literal", "TEXT {6}\r\napples", 1 },
	{ "header of words", "HEADER Subject apples", 1 },
	{ "header of people", "HEADER \"reply-to\" ann", 1 },
	{ "with flags, dates and sizes",
	  "UNDELETED SINCE 1-Feb-2026 LARGER 100 TEXT apples SEEN", 1 },
	{ "in OR", "OR SUBJECT a FROM a", 1 },
	{ "in a row of ORs",
	  "OR OR OR OR SUBJECT x FROM x TO x CC x BCC x", 1 },
	{ "in ORs with parentheses",
	  "OR FROM a (OR TO a (OR CC a (OR SUBJECT a BODY a)))", 1 },
	{ "in FUZZY", "FUZZY TEXT apples", 1 },
	{ "in parentheses", "((BODY apples))", 1 },
	{ "beside flags in OR", "OR FLAGGED TEXT apples", 1 },
	{ "not under NOT", "NOT TEXT apples SUBJECT pears", 1 },
	{ "under NOT twice", "NOT NOT TEXT apples", 1 },
	{ "under NOT twice, in parentheses", "NOT (SEEN NOT BODY apples)", 1 },
	{ "all messages", "1:* TEXT apples", 1 },
	{ "all UIDs", "UID 1:* TEXT apples", 1 },
	{ "some keyword", "KEYWORD Work TEXT apples", 1 },
	{ "not deleted", "NOT DELETED TEXT apples", 1 },
	{ "words and parts", "MIMEPART (SIZE LARGER 100) TEXT apples", 1 },
	{ "words and a part", "MIMEPART DEPTH 1 TEXT apples", 1 },
	{ "some other header", "HEADER List-Id apples TEXT apples", 1 },
	{ "words in a thread, and outside",
	  "INTHREAD REFS SUBJECT apples TEXT apples", 1 },
};

static const struct program_row no_content[] = {
	{ "all", "ALL", 0 },
	{ "flags", "UNSEEN UNDELETED", 0 },
	{ "dates", "SINCE 1-Feb-2026", 0 },
	{ "sizes", "SMALLER 100000", 0 },
	{ "no words", "TEXT \"\"", 0 },
	{ "header that is there", "HEADER Subject \"\"", 0 },
	{ "some other header", "HEADER List-Id apples", 0 },
	{ "under NOT", "NOT TEXT apples", 0 },
	{ "under NOT, in parentheses", "NOT (SEEN TEXT apples)", 0 },
	{ "under NOT, in OR", "NOT OR SEEN TEXT apples", 0 },
	{ "under NOT three times", "NOT NOT NOT TEXT apples", 0 },
	{ "in a thread only", "INTHREAD REFS SUBJECT apples", 0 },
	{ "in parts only", "MIMEPART (BODY apples)", 0 },
	{ "as a value", "KEYWORD TEXT", 0 },
};

static const struct program_row forbidden[] = {
	{ "messages", "1:10 TEXT apples", 0 },
	{ "one message", "7 TEXT apples", 0 },
	{ "the last", "* TEXT apples", 0 },
	{ "all messages, written otherwise", "1,2:* TEXT apples", 0 },
	{ "UIDs", "UID 5:* TEXT apples", 0 },
	{ "not those UIDs", "NOT UID 5,6 TEXT apples", 0 },
	{ "saved result", "$ TEXT apples", 0 },
	{ "UIDs of the saved result", "UID $ TEXT apples", 0 },
	{ "modseq", "MODSEQ 1 TEXT apples", 0 },
	{ "$Junk", "UNKEYWORD $Junk TEXT apples", 0 },
	{ "$junk", "KEYWORD $junk TEXT apples", 0 },
	{ "Junk", "KEYWORD Junk TEXT apples", 0 },
	{ "$NotJunk", "KEYWORD $NotJunk TEXT apples", 0 },
	{ "NotJunk", "KEYWORD NotJunk TEXT apples", 0 },
	{ "NonJunk", "UNKEYWORD NonJunk TEXT apples", 0 },
	{ "$Phishing", "UNKEYWORD $Phishing TEXT apples", 0 },
	{ "a class", "X-WINNOW SPAM TEXT apples", 0 },
	{ "no class", "NOT x-winnow UNKNOWN TEXT apples", 0 },
	{ "deleted", "DELETED TEXT apples", 0 },
	{ "not undeleted", "NOT UNDELETED TEXT apples", 0 },
	{ "deleted, deep down", "OR SEEN (NOT (NOT DELETED)) TEXT apples", 0 },
	{ "recent", "RECENT TEXT apples", 0 },
	{ "new", "NEW TEXT apples", 0 },
	{ "old", "NOT OLD TEXT apples", 0 },
	{ "guid", "X-GUID abc TEXT apples", 0 },
	{ "real UID", "X-REAL-UID 1:* TEXT apples", 0 },
	{ "email id", "EMAILID M6d99ac TEXT apples", 0 },
	{ "thread id", "THREADID T64b478 TEXT apples", 0 },
	{ "message id", "HEADER Message-ID <a@b> TEXT apples", 0 },
	{ "in reply to", "OR HEADER in-reply-to a TEXT apples", 0 },
	{ "references", "NOT HEADER References a TEXT apples", 0 },
	{ "any X- header", "HEADER X-TUID abc SUBJECT apples", 0 },
	{ "in a thread", "INTHREAD REFS (UID 7) TEXT apples", 0 },
	{ "in parentheses", "(TEXT apples (UID 7))", 0 },
	{ "FILTER that nobody expanded", "FILTER mine TEXT apples", 0 },
};

static const struct program_row broken[] = {
	{ "nothing", "", 0 },
	{ "no value", "TEXT apples SUBJECT", 0 },
	{ "no header value", "TEXT apples HEADER Subject", 0 },
	{ "no second key", "TEXT apples OR SEEN", 0 },
	{ "no key to negate", "TEXT apples NOT", 0 },
	{ "a list for a value", "TEXT (apples)", 0 },
	{ "a string for a key", "\"TEXT\" apples", 0 },
	{ "an empty list", "TEXT apples ()", 0 },
	{ "no parts", "TEXT apples MIMEPART", 0 },
	{ "half a part", "TEXT apples MIMEPART DEPTH", 0 },
	{ "unknown", "TEXT apples COLOUR red", 0 },
};

static struct imap_parser *
parse(const char *text, const struct imap_arg **args_r)
{
	struct istream *input = i_stream_create_from_data(
		t_strconcat(text, "\r\n", NULL), strlen(text) + 2);
	struct imap_parser *parser = winnow_imap_parser_create(input);

	i_stream_unref(&input);
	ck_assert_msg(imap_parser_read_args(parser, 0, 0, args_r) >= 0,
		      "can't parse: %.80s", text);
	return parser;
}

static bool allows(const char *options, const char *program)
{
	struct imap_parser *options_parser = NULL, *parser;
	const struct imap_arg *options_args = NULL, *args;
	bool allowed;

	if (options != NULL)
		options_parser = parse(options, &options_args);
	parser = parse(program, &args);
	allowed = imap_winnow_clean_command_allows(options_args, args);
	imap_parser_unref(&parser);
	if (options_parser != NULL)
		imap_parser_unref(&options_parser);
	return allowed;
}

static void
check_rows(const char *table, const struct program_row *rows,
	   unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) T_BEGIN {
		ck_assert_msg(allows(NULL, rows[i].program) ==
			      (rows[i].typed != 0), "%s, %s: %s", table,
			      rows[i].name, rows[i].program);
	} T_END;
}

START_TEST(programs)
{
	check_rows("content", content, N_ELEMENTS(content));
	check_rows("no content", no_content, N_ELEMENTS(no_content));
	check_rows("forbidden", forbidden, N_ELEMENTS(forbidden));
	check_rows("broken", broken, N_ELEMENTS(broken));
}
END_TEST

START_TEST(deep_programs_end)
{
	string_t *ands = t_str_new(4096), *nots = t_str_new(65536);

	for (unsigned int i = 0; i < 1000; i++)
		str_append(ands, "OR ");
	ck_assert(!allows(NULL, t_strconcat(str_c(ands), "TEXT a", NULL)));
	str_truncate(ands, 0);
	for (unsigned int i = 0; i < 5000; i++) {
		str_append(ands, "OR TEXT a ");
		str_append(nots, "NOT NOT ");
	}
	ck_assert(allows(NULL, t_strconcat(str_c(ands), "TEXT a", NULL)));
	ck_assert(allows(NULL, t_strconcat(str_c(nots), "TEXT a", NULL)));
}
END_TEST

START_TEST(options)
{
	static const struct {
		const char *options;
		bool allowed;
	} rows[] = {
		{ "", TRUE },
		{ "ALL", TRUE },
		{ "MIN MAX COUNT SAVE", TRUE },
		{ "PARTIAL 1:10", TRUE },
		{ "RELEVANCY", TRUE },
		{ "UPDATE", FALSE },
		{ "COUNT update (FLAGS)", FALSE },
		{ "CONTEXT ALL", FALSE },
	};

	for (unsigned int i = 0; i < N_ELEMENTS(rows); i++) {
		ck_assert_msg(allows(rows[i].options, "TEXT a") ==
			      rows[i].allowed, "%s", rows[i].options);
	}
}
END_TEST

START_TEST(facts)
{
	struct imap_winnow_clean_facts wanted = { .wanted = TRUE }, other;

	ck_assert(imap_winnow_clean_facts_allow(&wanted));
	i_zero(&other);
	ck_assert(!imap_winnow_clean_facts_allow(&other));
	other = wanted;
	other.aware = TRUE;
	ck_assert(!imap_winnow_clean_facts_allow(&other));
	other = wanted;
	other.special_use = TRUE;
	ck_assert(!imap_winnow_clean_facts_allow(&other));
	other = wanted;
	other.foreign = TRUE;
	ck_assert(!imap_winnow_clean_facts_allow(&other));
}
END_TEST

START_TEST(bypass)
{
	static const struct {
		const char *names, *name;
		bool bypasses;
	} rows[] = {
		{ "imapsync", "imapsync", TRUE },
		{ "imapsync", "ImapSync", TRUE },
		{ "imapsync", "imapsync2", FALSE },
		{ "imapsync offlineimap", "offlineimap", TRUE },
		{ "offlineimap*", "OfflineIMAP 8.0", TRUE },
		{ "Apple?Mail", "Apple Mail", TRUE },
		{ "Apple?Mail", "Apple", FALSE },
		{ "imapsync", "", FALSE },
		{ "", "", FALSE },
		{ "", "imapsync", FALSE },
		{ "*", "anything", TRUE },
	};

	for (unsigned int i = 0; i < N_ELEMENTS(rows); i++) {
		ck_assert_msg(imap_winnow_clean_bypasses(rows[i].names,
				rows[i].name) == rows[i].bypasses,
			      "'%s' in '%s'", rows[i].name, rows[i].names);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("imap: which searches leave spam out");
	TCase *tcase = tcase_create("rule");
	SRunner *runner;
	int failed;

	lib_init();
	tcase_add_test(tcase, programs);
	tcase_add_test(tcase, deep_programs_end);
	tcase_add_test(tcase, options);
	tcase_add_test(tcase, facts);
	tcase_add_test(tcase, bypass);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	lib_deinit();
	return failed == 0 ? 0 : 1;
}
