#include "lib.h"
#include "imap-winnow-esearch-bytes.h"
#include <check.h>

struct word_row {
	const char *text, *word;
};

static const struct word_row words[] = {
	{ "apple", "APPLE" },
	{ "an Apple a day", "APPLE" },
	{ "x-y", "X" },
	{ "ab cd", "AB" },
	{ "a4711", "A4711" },
	{ "Subject: pie", "SUBJECT" },
	{ "-/-", "" },
	{ "", "" },
};

START_TEST(test_word)
{
	const struct word_row *row = &words[_i];
	char word[IMAP_WINNOW_BYTES_WORD_MAX + 1];

	ck_assert(imap_winnow_bytes_word(row->text, word));
	ck_assert_str_eq(word, row->word);
}
END_TEST

START_TEST(test_word_of_any_length)
{
	char text[200], word[IMAP_WINNOW_BYTES_WORD_MAX + 1];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	ck_assert(imap_winnow_bytes_word(text, word));
	ck_assert_uint_eq(strlen(word), IMAP_WINNOW_BYTES_WORD_MAX);
}
END_TEST

START_TEST(test_word_that_is_not_ascii)
{
	char word[IMAP_WINNOW_BYTES_WORD_MAX + 1];

	ck_assert(!imap_winnow_bytes_word("caf\xc3\xa9 noir", word));
	ck_assert_str_eq(word, "");
}
END_TEST

/* Whether bytes prove that "PIE" can't be in the text of a message. */
struct bytes_row {
	const char *bytes;
	int lacks;
};

static const struct bytes_row messages[] = {
	{ "Subject: apple\r\n\r\nHello.\r\n\tBye.\r\n", 1 },
	{ "Subject: apple pie\r\n\r\n", 0 },
	{ "Subject: x\r\n\r\nmagPies", 0 },
	{ "pi", 1 },
	{ "pi\r\n e", 1 },
	{ "", 1 },
	/* what is not ASCII can be letters of any kind */
	{ "caf\xc3\xa9", 0 },
	{ "\x7f", 0 },
	{ "a\x1b$Bb", 0 },
	/* encoded words */
	{ "Subject: =?utf-8?q?=50ie?=\r\n", 0 },
	{ "a=b, c = d, e==", 1 },
	/* charsets */
	{ "Content-Type: text/plain; charset=us-ascii\r\n", 1 },
	{ "Content-Type: text/plain; charset = \"UTF-8\"; x=y\r\n", 1 },
	{ "Content-Type: text/plain; CharSet=\r\n\tiso-8859-15\r\n", 1 },
	{ "charset=windows-1252;", 1 },
	{ "<meta charset=\"utf-8\">", 1 },
	{ "charset=utf-7\r\n", 0 },
	{ "charset=\"utf-16\"\r\n", 0 },
	{ "charset=utf-8-mac\r\n", 0 },
	{ "charset=iso-8859-8-i\r\n", 0 },
	{ "charset*0=utf-8\r\n", 0 },
	{ "charset*=us-ascii'en'utf-8\r\n", 0 },
	{ "charset (x) =utf-8\r\n", 0 },
	{ "charset=(x)utf-8\r\n", 0 },
	{ "charset=\"utf\\-8\"\r\n", 0 },
	{ "charset=utf-8", 0 },
	{ "charset", 0 },
	/* encodings */
	{ "Content-Transfer-Encoding: 7bit\r\n", 1 },
	{ "content-transfer-encoding : 8BIT\r\n", 1 },
	{ "Content-Transfer-Encoding:\r\n binary;\r\n", 1 },
	{ "Content-Transfer-Encoding: base64\r\n", 0 },
	{ "Content-Transfer-Encoding: Quoted-Printable\r\n", 0 },
	{ "Content-Transfer-Encoding: 7bit-base64\r\n", 0 },
	{ "Content-Transfer-Encoding: (7bit) base64\r\n", 0 },
	{ "Content-Transfer-Encoding\r\n", 0 },
	{ "Content-Encoding: 7bit\r\n", 1 },
	{ "Content-Encoding: gzip\r\n", 0 },
};

START_TEST(test_lacks)
{
	const struct bytes_row *row = &messages[_i];
	size_t seen, size = strlen(row->bytes);
	bool lacks = imap_winnow_bytes_lack("PIE",
		(const unsigned char *)row->bytes, size, TRUE, &seen);

	ck_assert_int_eq(lacks ? 1 : 0, row->lacks);
	if (lacks)
		ck_assert_uint_eq(seen, size);
}
END_TEST

/* The same in pieces: behind so many bytes that no piece has both ends. */
static bool lacks_in_pieces(const char *bytes, size_t before, size_t piece)
{
	unsigned char data[2048];
	size_t size = before + strlen(bytes), start = 0, end = 0, seen;

	memset(data, '-', before);
	memcpy(data + before, bytes, size - before);
	do {
		end = I_MIN(end + piece, size);
		if (!imap_winnow_bytes_lack("PIE", data + start, end - start,
					end == size, &seen))
			return FALSE;
		start += seen;
	} while (end < size);
	return TRUE;
}

START_TEST(test_lacks_in_pieces)
{
	const struct bytes_row *row = &messages[_i];

	for (size_t before = 0; before < 600; before += 7) {
		ck_assert_int_eq(lacks_in_pieces(row->bytes, before, 1),
				 row->lacks);
		ck_assert_int_eq(lacks_in_pieces(row->bytes, before, 300),
				 row->lacks);
	}
}
END_TEST

/* What nobody can see the end of may be anything. */
START_TEST(test_more_white_space_than_is_looked_at)
{
	char bytes[1000];

	memset(bytes, ' ', sizeof(bytes));
	memcpy(bytes, "charset=", 8);
	memcpy(bytes + 900, "utf-8;", 7);
	ck_assert(!lacks_in_pieces(bytes, 0, 300));
}
END_TEST

START_TEST(test_always_moves_on)
{
	unsigned char data[IMAP_WINNOW_BYTES_WINDOW + 1];
	size_t seen;

	memset(data, 'p', sizeof(data));
	ck_assert(imap_winnow_bytes_lack("PIE", data, sizeof(data), FALSE, &seen));
	ck_assert_uint_eq(seen, 1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("plain");
	TCase *tcase = tcase_create("plain");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tcase, test_word, 0, N_ELEMENTS(words));
	tcase_add_test(tcase, test_word_of_any_length);
	tcase_add_test(tcase, test_word_that_is_not_ascii);
	tcase_add_loop_test(tcase, test_lacks, 0, N_ELEMENTS(messages));
	tcase_add_loop_test(tcase, test_lacks_in_pieces, 0,
			    N_ELEMENTS(messages));
	tcase_add_test(tcase, test_more_white_space_than_is_looked_at);
	tcase_add_test(tcase, test_always_moves_on);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
