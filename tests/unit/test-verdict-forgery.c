#include <string.h>

#include "verdict-table.h"
#include "winnow-openssl.h"

/* What a sender can do to look clean, and what each policy makes of it. He can
   add any header, any number of times, above or below others, with our host
   names in them, and Received fields below the one that our own server puts on
   top; he can't change what the filter adds later. */

#define HOSTS "mx.site.example"
#define KEYS "k1 0123456789abcdef0123456789abcdef"

/* The filter's word on this message, where it stands on top of all. Signatures
   were made with Python's hmac. */
#define SIGNED(time, id, word, score, mac) \
	"X-Site-Verdict: v=1; k=k1; t=" time "; q=" id "; c=" word "; s=" \
	score "; b=" mac "\n"
#define SIGNED_YES \
	SIGNED("1793613600", "AAA", "spam", "12.0", \
	       "9u6tBxIjksYsyn/3tTPwDeliE3Q6bQWL31sffR/1cUk=")
#define SIGNED_NO \
	SIGNED("1793613600", "AAA", "ham", "-5.0", \
	       "EdRo7gK8yj+MRHzXGXWsIpKjd8hLdvL/UUCnB/aBkj0=")
#define YES "X-Spam-Status: Yes, score=12.0 required=5.0\n"
#define NO "X-Spam-Status: No, score=-5.0 required=5.0\n"
#define FILTER_YES YES SIGNED_YES
#define FILTER_NO NO SIGNED_NO

#define BORDER \
	"Received: from evil.example (evil.example [203.0.113.9])\n" \
	"\tby mx.site.example (Postfix) with ESMTP id AAA\n"
#define REINJECTED \
	"Received: from localhost (localhost [127.0.0.1])\n" \
	"\tby mx.site.example (Postfix) with ESMTP id CCC\n"
#define AMAVIS \
	"Received: from mx.site.example ([127.0.0.1])\n" \
	"\tby localhost (amavis, port 10024) with ESMTP id DDD\n"
#define REST "From: a\nMessage-ID: <m1@example.org>\nSubject: s\n"
#define FOREIGN "Received: from x by evil.example with SMTP id EEE\n"
#define FORGED_BORDER \
	"Received: from x (x [203.0.113.77]) by mx.site.example id BBB\n"
#define FORGED_LOCAL "Received: from x (x [203.0.113.77]) by localhost id BBB\n"
/* signed for another message, another time, by somebody else */
#define REPLAYED_ID \
	SIGNED("1793613600", "BBB", "ham", "-5.0", \
	       "QrbjWwgMWng2EDyPWCTr5i7AbYGd6aqMMFuuUz2OFik=")
#define REPLAYED_NAME \
	SIGNED("1793613600", "AAA", "ham", "-5.0", \
	       "1dZrPlC6ioOmLNIqfd5ox7/X/2ONh+bXx34Hr8cUAbE=")
#define REPLAYED_TIME \
	SIGNED("1793000000", "AAA", "ham", "-5.0", \
	       "1+9Ar/OXDWVNnjB+AHkUz6UkvbQWp+PtZZ30XwKg46M=")
#define STRANGER \
	SIGNED("1793613600", "AAA", "ham", "-5.0", \
	       "KCt52brbgqgTbULih+7f0oZdR9bmK3JeEKJLLZgK8Ms=")
#define ALL_FORGED NO REPLAYED_ID REPLAYED_NAME REPLAYED_TIME STRANGER
#define TEN(text) text text text text text text text text text text

static const char *const policies[] = { "worst", "first", "last", "zone",
					"signed" };
#define POLICY_COUNT 5
#define HAM 0
#define SPAM 100

static const struct {
	const char *what, *block;
	int levels[POLICY_COUNT]; /* in the order of the policies */
} attacks[] = {
	/* no attack */
	{ "spam, filter on top", FILTER_YES BORDER REST,
	  { SPAM, SPAM, SPAM, SPAM, SPAM } },
	{ "ham, filter on top", FILTER_NO BORDER REST,
	  { HAM, HAM, HAM, HAM, HAM } },
	{ "spam, filter at the end", BORDER REST FILTER_YES,
	  { SPAM, SPAM, SPAM, UNKNOWN, SPAM } },
	{ "spam, filter between our own",
	  REINJECTED FILTER_YES AMAVIS BORDER REST,
	  { SPAM, SPAM, SPAM, SPAM, SPAM } },

	/* the filter said spam */
	{ "forged, filter on top", FILTER_YES BORDER REST ALL_FORGED,
	  { SPAM, SPAM, HAM, SPAM, SPAM } },
	{ "forged, filter at the end", BORDER ALL_FORGED REST FILTER_YES,
	  { SPAM, HAM, SPAM, UNKNOWN, SPAM } },
	{ "forged, filter between our own",
	  REINJECTED FILTER_YES AMAVIS BORDER ALL_FORGED REST,
	  { SPAM, SPAM, HAM, SPAM, SPAM } },
	{ "forged a hundred times, filter on top",
	  FILTER_YES BORDER TEN(TEN(NO STRANGER)) REST,
	  { SPAM, SPAM, HAM, SPAM, SPAM } },
	{ "forged a hundred times, filter at the end",
	  BORDER TEN(TEN(NO STRANGER)) REST FILTER_YES,
	  { SPAM, HAM, SPAM, UNKNOWN, SPAM } },
	{ "forged above a border of its own",
	  FILTER_YES BORDER ALL_FORGED FORGED_BORDER FOREIGN REST,
	  { SPAM, SPAM, HAM, SPAM, SPAM } },
	{ "forged above local hops of its own",
	  FILTER_YES BORDER ALL_FORGED FORGED_LOCAL AMAVIS REINJECTED REST,
	  { SPAM, SPAM, HAM, SPAM, SPAM } },
	{ "name with a blank and in another case",
	  FILTER_YES BORDER "x-SPAM-status : No, score=-5.0 required=5.0\n"
	  "x-site-VERDICT : garbage\n" REST,
	  { SPAM, SPAM, HAM, SPAM, SPAM } },
	{ "one unusable line", BORDER "X-Spam-Status: \x01\n" REST FILTER_YES
	  "X-Spam-Status: \x01\nX-Site-Verdict: \x01\n",
	  { SPAM, UNKNOWN, UNKNOWN, UNKNOWN, SPAM } },
	{ "another filter's", FILTER_YES BORDER "X-Rspamd-Action: no action\n"
	  "X-Bogosity: Ham, spamicity=0.0\n" REST,
	  { SPAM, SPAM, SPAM, SPAM, SPAM } },
	{ "a Message-ID on top", "Message-ID: <m2@example.org>\n" FILTER_YES
	  BORDER REST, { SPAM, SPAM, SPAM, SPAM, UNKNOWN } },

	/* the filter was silent: too big, timed out, local, authenticated */
	{ "forged", BORDER ALL_FORGED REST,
	  { HAM, HAM, HAM, UNKNOWN, UNKNOWN } },
	{ "forged above a border of its own",
	  BORDER ALL_FORGED FORGED_BORDER REST,
	  { HAM, HAM, HAM, UNKNOWN, UNKNOWN } },
	{ "forged, first Received is foreign",
	  ALL_FORGED FOREIGN FORGED_BORDER BORDER REST,
	  { HAM, HAM, HAM, UNKNOWN, UNKNOWN } },
	{ "forged, no Received at all", ALL_FORGED REST,
	  { HAM, HAM, HAM, UNKNOWN, UNKNOWN } },
	{ "another site's honest word on the way out",
	  BORDER NO FOREIGN REST, { HAM, HAM, HAM, UNKNOWN, UNKNOWN } },
	{ "nothing", BORDER REST,
	  { UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN } },

	/* the filter said ham: a stranger's "spam" harms */
	{ "a stranger's spam, filter on top", FILTER_NO BORDER YES REST,
	  { SPAM, HAM, SPAM, HAM, HAM } },
	{ "a stranger's spam, filter at the end", BORDER YES REST FILTER_NO,
	  { SPAM, SPAM, HAM, UNKNOWN, HAM } },
};

#define ATTACK_COUNT (sizeof(attacks) / sizeof(attacks[0]))

static void policy_build(struct winnow_policy *policy, const char *trust)
{
	struct winnow_error error;

	winnow_openssl_init(NULL);
	winnow_policy_init(policy);
	ck_assert_int_eq(winnow_policy_add_sources(policy, "spamassassin",
						   &error), 0);
	ck_assert_int_eq(winnow_policy_set_trusted_hosts(policy, HOSTS, &error),
			 0);
	ck_assert_int_eq(winnow_policy_set_sign_header(policy, "X-Site-Verdict",
						       &error), 0);
	ck_assert_int_eq(winnow_policy_set_sign_keys(policy, KEYS, &error), 0);
	ck_assert_int_eq(winnow_policy_set_trust(policy, trust, &error), 0);
	winnow_policy_set_crypto(policy, winnow_openssl_get());
}

START_TEST(test_attack)
{
	static struct winnow_policy policy;
	struct winnow_verdict verdict;
	size_t idx = (size_t)_i % ATTACK_COUNT, by = (size_t)_i / ATTACK_COUNT;

	policy_build(&policy, policies[by]);
	verdict_of_block(&policy, attacks[idx].block, &verdict);
	ck_assert_msg(verdict.level == attacks[idx].levels[by],
		      "%s, %s: level %d", policies[by], attacks[idx].what,
		      verdict.level);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("forgery");
	TCase *tcase = tcase_create("attacks");

	tcase_add_loop_test(tcase, test_attack, 0,
			    (int)(ATTACK_COUNT * POLICY_COUNT));
	suite_add_tcase(suite, tcase);
	return verdict_suite_run(suite);
}
