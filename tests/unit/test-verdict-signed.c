#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "verdict-table.h"
#include "winnow-openssl.h"
#include "winnow-signed.h"

/* The keys of the tests. Signatures are made with OpenSSL's own HMAC(), and a
   few come from elsewhere: Python's hmac. */

#define K1 "0123456789abcdef0123456789abcdef"
#define K2 "fedcba9876543210fedcba9876543210"
#define OLD "ffffffffffffffffffffffffffffffff"
#define KEYS \
	"# rotated each year\n\nk1 " K1 "\n" \
	"  k2\t" K2 "  \r\n" \
	"old " OLD " 2026-11-01\n"
#define RETIRED 1793491200 /* that day */
#define HOSTS "mx.site.example, in.site.example"

#define BORDER \
	"Received: from evil.example (evil.example [203.0.113.9])\n" \
	"\tby mx.site.example (Postfix) with ESMTP id AAA\n" \
	"\tfor <user@site.example>; Mon, 2 Nov 2026 10:00:00 +0000\n"
#define INSIDE \
	"Received: from mx.site.example ([127.0.0.1]) by in.site.example\n" \
	"\twith LMTP id 4XyZ/1 (envelope-from <x>)\n"
#define FORGED "Received: from x ([203.0.113.9]) by mx.site.example id FFF\n"
#define FOREIGN "Received: from x by evil.example with SMTP id EEE\n"
#define REST \
	"From: Sender <sender@example.org>\nTo: user@site.example\n" \
	"Subject: test\nDate: Mon, 2 Nov 2026 10:00:00 +0000\n"
#define ID "Message-ID: <m1@example.org>\n"
#define NAME "<m1@example.org>"
#define TEN(text) text text text text text text text text text text
#define BLANKS_1000 TEN(TEN("          "))
/* SHA-256 of From|Date|Subject */
#define HASH "4919712bac56064bb1f8b9fa7489bc4d7b60f0e9c9e90b7ea799d2aa688f68d2"

static void signed_policy(struct winnow_policy *policy, const char *source)
{
	struct winnow_error error;

	if (winnow_openssl_get() == NULL)
		winnow_openssl_init(NULL);
	winnow_policy_init(policy);
	ck_assert_int_eq(winnow_policy_add_sources(policy, source, &error), 0);
	ck_assert_int_eq(winnow_policy_set_trusted_hosts(policy, HOSTS, &error),
			 0);
	ck_assert_int_eq(winnow_policy_set_sign_header(policy, "X-Site-Verdict",
						       &error), 0);
	ck_assert_int_eq(winnow_policy_set_sign_keys(policy, KEYS, &error), 0);
	ck_assert_int_eq(winnow_policy_set_trust(policy, "signed", &error), 0);
	winnow_policy_set_crypto(policy, winnow_openssl_get());
}

struct signature {
	const char *key, *secret;
	long long time; /* 0: a minute before it was received */
	const char *queue_id, *word, *score, *name;
};

/* "X-Site-Verdict: ...\n" */
static void sign(const struct signature *by, char *field, size_t size)
{
	unsigned char mac[EVP_MAX_MD_SIZE], base64[64];
	unsigned int mac_size;
	char text[1024];
	long long time = by->time != 0 ? by->time : VERDICT_RECEIVED - 60;

	snprintf(text, sizeof(text), "v=1;k=%s;t=%lld;q=%s;c=%s;s=%s;m=%s",
		 by->key, time, by->queue_id, by->word, by->score, by->name);
	ck_assert_ptr_nonnull(HMAC(EVP_sha256(), by->secret,
				   (int)strlen(by->secret),
				   (unsigned char *)text, strlen(text), mac,
				   &mac_size));
	EVP_EncodeBlock(base64, mac, (int)mac_size);
	snprintf(field, size,
		 "X-Site-Verdict: v=1; k=%s; t=%lld; q=%s; c=%s; s=%s;\n"
		 "\tb=%s\n", by->key, time, by->queue_id, by->word, by->score,
		 base64);
}

static int level_of(const char *source, const char *block)
{
	static struct winnow_policy policy;
	struct winnow_verdict verdict;

	signed_policy(&policy, source);
	verdict_of_block(&policy, block, &verdict);
	return verdict.level;
}

#define SPAM(q, name) { "k1", K1, 0, q, "spam", "12.0", name }

/* One signature with the fields above and below it. */
static const struct {
	const char *what;
	struct signature by;
	const char *above, *below;
	int level;
} signatures[] = {
	{ "right", SPAM("AAA", NAME), "", BORDER REST ID, 100 },
	{ "at the end", SPAM("AAA", NAME), BORDER REST ID, "", 100 },
	{ "below what others wrote", SPAM("AAA", NAME), BORDER REST ID FORGED,
	  FOREIGN, 100 },
	{ "behind a hop of our own", SPAM("AAA", NAME), INSIDE, BORDER REST ID,
	  100 },
	{ "id of that hop", SPAM("4XyZ/1", NAME), INSIDE, BORDER REST ID, 100 },
	{ "no queue id", SPAM("", NAME), "", REST ID, 100 },
	{ "suspect", { "k1", K1, 0, "AAA", "suspect", "4", NAME }, "",
	  BORDER REST ID, 40 },
	{ "ham", { "k1", K1, 0, "AAA", "ham", "-2.5", NAME }, "",
	  BORDER REST ID, 0 },
	{ "ham beats its score", { "k1", K1, 0, "AAA", "ham", "99", NAME }, "",
	  BORDER REST ID, 49 },
	{ "no score", { "k1", K1, 0, "AAA", "spam", "", NAME }, "",
	  BORDER REST ID, 80 },
	{ "second key", { "k2", K2, 0, "AAA", "spam", "12.0", NAME }, "",
	  BORDER REST ID, 100 },
	{ "without Message-ID", SPAM("AAA", HASH), "", BORDER REST, 100 },
	{ "the hash, but there is a Message-ID", SPAM("AAA", HASH), "",
	  BORDER REST ID, UNKNOWN },
	{ "folded anew", SPAM("AAA", "<m1@ example.org>"), "",
	  BORDER REST "message-id:\n\t<m1@\n   example.org>  \n", 100 },
	{ "a Message-ID behind blanks", SPAM("AAA", HASH), "",
	  BORDER REST "Message-ID:" BLANKS_1000 "\n\t<m1@example.org>\n", UNKNOWN },
	{ "a Message-ID far behind blanks", SPAM("AAA", HASH), "",
	  BORDER REST "Message-ID:" BLANKS_1000 "\r\n" BLANKS_1000
	  "<m1@example.org>\n", 100 },
	{ "a line break is one byte", SPAM("AAA", NAME), "",
	  BORDER REST "Message-ID:" BLANKS_1000 "\r\n\t\r\n\t\r\n\t\r\n\t"
	  "<m1@example.org>\n",
	  100 },
	{ "of two Message-IDs the topmost", SPAM("AAA", NAME), "",
	  BORDER REST ID "Message-ID: <m2@example.org>\n", 100 },
	{ "of two Message-IDs another", SPAM("AAA", "<m2@example.org>"), "",
	  BORDER REST ID "Message-ID: <m2@example.org>\n", UNKNOWN },

	{ "another key's secret", { "k1", K2, 0, "AAA", "spam", "12", NAME },
	  "", BORDER REST ID, UNKNOWN },
	{ "unknown key", { "k9", K1, 0, "AAA", "spam", "12", NAME }, "",
	  BORDER REST ID, UNKNOWN },
	{ "key in another case", { "K1", K1, 0, "AAA", "spam", "12", NAME },
	  "", BORDER REST ID, UNKNOWN },
	{ "replayed on another message", SPAM("AAA", "<m2@example.org>"), "",
	  BORDER REST ID, UNKNOWN },
	{ "replayed, same Message-ID", SPAM("BBB", NAME), "", BORDER REST ID,
	  UNKNOWN },
	{ "replayed, with a border of its own", SPAM("FFF", NAME), "",
	  BORDER FORGED REST ID, UNKNOWN },
	{ "replayed, border forged on top", SPAM("FFF", NAME), "",
	  FOREIGN FORGED BORDER REST ID, UNKNOWN },
	{ "foreign id", SPAM("EEE", NAME), "", BORDER FOREIGN REST ID,
	  UNKNOWN },
	{ "id, but no Received", SPAM("AAA", NAME), "", REST ID, UNKNOWN },
	{ "an id that came with the sender", SPAM("AAA", NAME), "",
	  "Received: from x ([203.0.113.9]) by mx.site.example with SMTP\n"
	  "\t(envelope-from <\"a) id AAA (\"@x>) id BBB\n" REST ID, UNKNOWN },

	{ "seven days before", { "k1", K1, VERDICT_RECEIVED - 604800, "AAA",
	  "spam", "12", NAME }, "", BORDER REST ID, 100 },
	{ "more", { "k1", K1, VERDICT_RECEIVED - 604801, "AAA", "spam", "12",
	  NAME }, "", BORDER REST ID, UNKNOWN },
	{ "ten minutes after", { "k1", K1, VERDICT_RECEIVED + 600, "AAA",
	  "spam", "12", NAME }, "", BORDER REST ID, 100 },
	{ "more", { "k1", K1, VERDICT_RECEIVED + 601, "AAA", "spam", "12",
	  NAME }, "", BORDER REST ID, UNKNOWN },
	{ "retired key, before that", { "old", OLD, RETIRED - 1, "AAA", "spam",
	  "12", NAME }, "", BORDER REST ID, 100 },
	{ "retired key, from then on", { "old", OLD, RETIRED, "AAA", "spam",
	  "12", NAME }, "", BORDER REST ID, UNKNOWN },
};

START_TEST(test_signature)
{
	char field[512], block[4096];
	int level;

	sign(&signatures[_i].by, field, sizeof(field));
	snprintf(block, sizeof(block), "%s%s%s", signatures[_i].above, field,
		 signatures[_i].below);
	level = level_of("spamassassin", block);
	ck_assert_msg(level == signatures[_i].level, "%s: level %d",
		      signatures[_i].what, level);
}
END_TEST

/* Made with Python's hmac and hashlib. */
#define ELSEWHERE(mac) \
	"X-Site-Verdict: v=1; k=k1; t=1793613600; q=AAA; c=spam; s=12.0; b=" \
	mac "\n"
#define BY_HASH "T+Mk3djyqspPec176UxNlA99uZzj397bb7ny+qJx6Zw="
#define BY_NOTHING "JmewJRCr/pGk084tBodcRBIO0lkMMEdKNyi5QGweg0I="
#define RIGHT ELSEWHERE("9u6tBxIjksYsyn/3tTPwDeliE3Q6bQWL31sffR/1cUk=")

static const struct {
	const char *what, *block;
	int level;
} blocks[] = {
	{ "Message-ID", RIGHT BORDER REST ID, 100 },
	{ "From, Date and Subject", ELSEWHERE(BY_HASH) BORDER REST, 100 },
	{ "none of them", ELSEWHERE(BY_NOTHING) BORDER, 100 },
	{ "empty Message-ID", ELSEWHERE(BY_HASH) BORDER REST "Message-ID:\n",
	  100 },
	{ "other Subject", ELSEWHERE(BY_HASH) BORDER "Subject: x\n" REST,
	  UNKNOWN },
	{ "changed score",
	  "X-Site-Verdict: v=1; k=k1; t=1793613600; q=AAA; c=spam; s=-12.0; "
	  "b=9u6tBxIjksYsyn/3tTPwDeliE3Q6bQWL31sffR/1cUk=\n" BORDER REST ID,
	  UNKNOWN },
	{ "changed word",
	  "X-Site-Verdict: v=1; k=k1; t=1793613600; q=AAA; c=ham; s=12.0; "
	  "b=9u6tBxIjksYsyn/3tTPwDeliE3Q6bQWL31sffR/1cUk=\n" BORDER REST ID,
	  UNKNOWN },
	{ "one bit", ELSEWHERE("9u6tBxIjksYsyn/3tTPwDeliE3Q6bQWL31sffR/1cUg=")
	  BORDER REST ID, UNKNOWN },
	{ "another header's name",
	  "X-Site-Verdict-Old: v=1; k=k1; t=1793613600; q=AAA; c=spam; "
	  "s=12.0; b=9u6tBxIjksYsyn/3tTPwDeliE3Q6bQWL31sffR/1cUk=\n"
	  BORDER REST ID, UNKNOWN },
	{ "twice, one is garbage",
	  ELSEWHERE("AAAA") RIGHT "X-Site-Verdict: v=1; k=k1; t=1793613600; "
	  "q=4X; c=ham; s=-50; b=AAAA\n" BORDER REST ID, 100 },
	{ "what filters write unsigned counts for nothing",
	  "X-Spam-Status: Yes, score=12.0 required=5.0\n" BORDER REST ID,
	  UNKNOWN },
	{ "beside a signed one", RIGHT BORDER
	  "X-Spam-Status: No, score=-12.0 required=5.0\n" REST ID, 100 },
	{ "nothing", BORDER REST ID, UNKNOWN },
};

START_TEST(test_block)
{
	int level = level_of("spamassassin", blocks[_i].block);

	ck_assert_msg(level == blocks[_i].level, "%s: level %d",
		      blocks[_i].what, level);
}
END_TEST

#define MAC "9u6tBxIjksYsyn/3tTPwDeliE3Q6bQWL31sffR/1cUk="

static const struct {
	const char *value;
	int is_right;
} values[] = {
	{ "v=1; k=k1; t=1; q=A; c=ham; s=1; b=" MAC, 1 },
	{ "v=1;k=k1;t=1;q=A;c=ham;s=1;b=" MAC, 1 },
	{ "v=1 ; k=k1 ;t=1; q=; c=ham; s=; b=" MAC ";", 1 },
	{ "v=1; k=k1; t=1; q=A; c=ham; s=-1.25; b=" MAC, 1 },
	{ "v=2; k=k1; t=1; q=A; c=ham; s=1; b=" MAC, 0 },
	{ "v=1; t=1; k=k1; q=A; c=ham; s=1; b=" MAC, 0 },
	{ "v=1; k=k1; t=1; q=A; c=ham; b=" MAC, 0 },
	{ "v=1; k=k1; t=1; q=A; c=ham; s=1; x=1; b=" MAC, 0 },
	{ "v=1; k=k1; t=1; q=A; c=ham; s=1; b=" MAC "; b=" MAC, 0 },
	{ "v=1; k=k1; t=1; q=A; c=ham; s=1; b=" MAC " x", 0 },
	{ "v=1; k=; t=1; q=A; c=ham; s=1; b=" MAC, 0 },
	{ "v=1; k=k1; t=; q=A; c=ham; s=1; b=" MAC, 0 },
	{ "v=1; k=k1; t=-1; q=A; c=ham; s=1; b=" MAC, 0 },
	{ "v=1; k=k1; t=9999999999999; q=A; c=ham; s=1; b=" MAC, 0 },
	{ "v=1; k=k1; t=1; q=A B; c=ham; s=1; b=" MAC, 0 },
	{ "v=1; k=k1; t=1; q=A; c=HAM; s=1; b=" MAC, 0 },
	{ "v=1; k=k1; t=1; q=A; c=clean; s=1; b=" MAC, 0 },
	{ "v=1; k=k1; t=1; q=A; c=; s=1; b=" MAC, 0 },
	{ "v=1; k=k1; t=1; q=A; c=ham; s=nan; b=" MAC, 0 },
	{ "v=1; k=k1; t=1; q=A; c=ham; s=1e9; b=" MAC, 0 },
	{ "v=1; k=k1; t=1; q=A; c=ham; s=1,5; b=" MAC, 0 },
	{ "v=1; k=k1; t=1; q=A; c=ham; s=1; b=", 0 },
	{ "v=1; k=k1; t=1; q=A; c=ham; s=1; b=AAAA", 0 },
	{ "v=1; k=k1; t=1; q=A; c=ham; s=1; b=A" MAC, 0 },
	{ "v=1; k=k1; t=1; q=A; c=ham; s=1; "
	  "b=9u6tBxIjksYsyn/3tTPwDeliE3Q6bQWL31sffR/1cUl=", 0 },
	{ "v=1; k=k1; t=1; q=A; c=ham; s=1; "
	  "b=9u6tBxIjksYsyn-3tTPwDeliE3Q6bQWL31sffR_1cUk=", 0 },
	{ "v=1; k=k1; t=1; q=A; c=ham; s=1; "
	  "b=9u6tBxIjksYsyn/3tTPwDeliE3Q6bQWL31sffR/1cUkA", 0 },
	{ "v=1; k=k\x80; t=1; q=A; c=ham; s=1; b=" MAC, 0 },
	{ "", 0 },
};

START_TEST(test_value)
{
	struct winnow_signed verdict;
	size_t size = strlen(values[_i].value);
	unsigned char *value = malloc(size);

	memcpy(value, values[_i].value, size);
	ck_assert_msg(winnow_signed_parse(value, size, &verdict) ==
			      values[_i].is_right, "%s", values[_i].value);
	free(value);
}
END_TEST

START_TEST(test_long_items)
{
	char value[1024], text[300];
	struct winnow_signed verdict;
	int size;

	for (size_t length = 1; length < sizeof(text); length++) {
		memset(text, 'x', length);
		text[length] = '\0';
		size = snprintf(value, sizeof(value), "v=1; k=k1; t=1; q=%s; "
				"c=ham; s=1; b=" MAC, text);
		ck_assert_int_eq(winnow_signed_parse((unsigned char *)value,
						     (size_t)size, &verdict),
				 length <= WINNOW_BINDING_ID_MAX);
	}
}
END_TEST

static const struct {
	const char *keys, *told;
} bad_keys[] = {
	{ "k1", "line 1 " },
	{ "k1 " K1 "\n/ " K1, "line 2 " },
	{ "k1 short", "16 to 256" },
	{ "k1 " K1 " tomorrow", "date" },
	{ "k1 " K1 " 2026-13-01", "date" },
	{ "k1 " K1 " 2026-11-01 x", "line 1 " },
	{ "k1 " K1 "\n\nk1 " K2, "line 3: the name is used twice" },
	{ "k1 0123456789abcdef\x01", "visible" },
};

START_TEST(test_bad_keys)
{
	struct winnow_policy policy;
	struct winnow_error error;

	winnow_policy_init(&policy);
	ck_assert_int_eq(winnow_policy_set_sign_keys(
				 &policy, bad_keys[_i].keys, &error), -1);
	ck_assert_msg(strstr(error.text, bad_keys[_i].told) != NULL, "%s",
		      error.text);
	ck_assert_ptr_null(strstr(error.text, "0123"));
	ck_assert_ptr_null(strstr(error.text, "short"));
}
END_TEST

START_TEST(test_settings)
{
	static const struct {
		const char *sources, *keys, *told;
	} bad[] = {
		{ "rspamd", "", "needs the keys" },
		{ "rspamd", " # none\n", "needs the keys" },
		{ "", KEYS, "exactly one source" },
		{ "rspamd amavis", KEYS, "exactly one source" },
	};
	struct winnow_policy policy;
	struct winnow_error error;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		winnow_policy_init(&policy);
		ck_assert_int_eq(winnow_policy_add_sources(
					 &policy, bad[i].sources, &error), 0);
		ck_assert_int_eq(winnow_policy_set_sign_keys(
					 &policy, bad[i].keys, &error), 0);
		ck_assert_int_eq(winnow_policy_set_trust(&policy, "signed",
							 &error), -1);
		ck_assert_ptr_nonnull(strstr(error.text, bad[i].told));
	}
	ck_assert_int_eq(winnow_policy_set_sign_header(&policy, "X-*", &error),
			 -1);
	ck_assert_int_eq(winnow_policy_set_sign_header(&policy, "", &error),
			 -1);
}
END_TEST

START_TEST(test_fingerprint)
{
	static const char *const keys[] = {
		"k1 " K1, "k2 " K1, "k1 " K2, "k1 " K1 " 2026-11-01",
		"k1 " K1 "\nk2 " K2,
	};
	uint64_t hashes[sizeof(keys) / sizeof(keys[0])];
	struct winnow_policy policy;
	struct winnow_error error;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		signed_policy(&policy, "spamassassin");
		ck_assert_int_eq(winnow_policy_set_sign_keys(&policy, keys[i],
							     &error), 0);
		hashes[i] = winnow_policy_fingerprint(&policy);
		for (size_t j = 0; j < i; j++)
			ck_assert(hashes[i] != hashes[j]);
	}
	ck_assert_int_eq(winnow_policy_set_sign_header(&policy, "X-Other",
						       &error), 0);
	ck_assert(winnow_policy_fingerprint(&policy) != hashes[4]);
}
END_TEST

START_TEST(test_without_crypto)
{
	static struct winnow_policy policy;
	struct winnow_verdict verdict;

	signed_policy(&policy, "spamassassin");
	winnow_policy_set_crypto(&policy, NULL);
	verdict_of_block(&policy, RIGHT BORDER REST ID, &verdict);
	ck_assert_int_eq(verdict.level, UNKNOWN);
	verdict_of_block(&policy, RIGHT BORDER REST, &verdict);
	ck_assert_int_eq(verdict.level, UNKNOWN);
}
END_TEST

START_TEST(test_worst_of_the_signed)
{
	static const struct signature ham = { "k2", K2, 0, "AAA", "ham", "-9",
					      NAME };
	static const struct signature spam = SPAM("AAA", NAME);
	static const struct signature worse = { "k1", K1, 0, "AAA", "spam",
						"8.5", NAME };
	char block[4096], one[512], two[512], three[512];

	sign(&ham, one, sizeof(one));
	sign(&worse, two, sizeof(two));
	sign(&spam, three, sizeof(three));
	snprintf(block, sizeof(block), "%s%s" BORDER REST ID, one, two);
	ck_assert_int_eq(level_of("spamassassin", block), 85);
	snprintf(block, sizeof(block), "%s" BORDER REST ID "%s%s", three, two,
		 one);
	ck_assert_int_eq(level_of("spamassassin", block), 100);
	/* the score is on the scale of the source that signs */
	snprintf(block, sizeof(block), "%s" BORDER REST ID, two);
	ck_assert_int_eq(level_of("rspamd", block), 71);
	ck_assert_int_eq(level_of("bogofilter", block), 80);
}
END_TEST

static void trace_walk(void *context, const struct winnow_trace *trace)
{
	char *walk = context;

	if (trace->event == WINNOW_TRACE_RECEIVED)
		strcat(walk, trace->trusted ? "R" : "r");
	else if (trace->event == WINNOW_TRACE_HEADER)
		strcat(walk, trace->trusted ? "H" : "h");
	else if (trace->event == WINNOW_TRACE_SOURCE)
		strcat(walk, trace->trusted ? "S" : "s");
}

START_TEST(test_trace)
{
	static const char block[] = ELSEWHERE("AAAA") RIGHT INSIDE RIGHT BORDER
		REST FORGED FOREIGN ID;
	static struct winnow_policy policy;
	struct winnow_verdict verdict;
	struct winnow_scan scan;
	char walk[64] = "";

	signed_policy(&policy, "spamassassin");
	winnow_scan_init(&scan, &policy);
	winnow_scan_set_received(&scan, VERDICT_RECEIVED);
	winnow_scan_set_trace(&scan, trace_walk, walk);
	do {
		verdict_scan_block(&scan, block, strlen(block));
	} while (winnow_scan_again(&scan));
	winnow_scan_finish(&scan, &verdict);
	ck_assert_str_eq(walk, "RRhHhS");
}
END_TEST

#define LOOP(tcase, test, table) \
	tcase_add_loop_test(tcase, test, 0, sizeof(table) / sizeof(table[0]))

int main(void)
{
	Suite *suite = suite_create("signed verdicts");
	TCase *tcase = tcase_create("signed");

	LOOP(tcase, test_signature, signatures);
	LOOP(tcase, test_block, blocks);
	LOOP(tcase, test_value, values);
	LOOP(tcase, test_bad_keys, bad_keys);
	tcase_add_test(tcase, test_long_items);
	tcase_add_test(tcase, test_settings);
	tcase_add_test(tcase, test_fingerprint);
	tcase_add_test(tcase, test_without_crypto);
	tcase_add_test(tcase, test_worst_of_the_signed);
	tcase_add_test(tcase, test_trace);
	suite_add_tcase(suite, tcase);
	return verdict_suite_run(suite);
}
