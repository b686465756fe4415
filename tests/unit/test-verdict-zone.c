#include <string.h>

#include "verdict-table.h"
#include "winnow-received.h"

#define HOSTS "mx.site.example, mx2.site.example"
#define NETS "192.0.2.0/24 2001:db8:1::/48"

#define YES "X-Spam-Status: Yes, score=12.0 required=5.0\n"
#define NO "X-Spam-Status: No, score=-5.0 required=5.0\n"
#define BORDER \
	"Received: from evil.example (evil.example [203.0.113.9])\n" \
	"\tby mx.site.example (Postfix) with ESMTP id AAA\n"
#define REINJECTED \
	"Received: from localhost (localhost [127.0.0.1])\n" \
	"\tby mx.site.example (Postfix) with ESMTP id CCC\n"
#define AMAVIS \
	"Received: from mx.site.example ([127.0.0.1])\n" \
	"\tby localhost (amavis, port 10024) with ESMTP id DDD\n"
#define FORGED_BORDER \
	"Received: from x (x [203.0.113.77]) by mx.site.example id EEE\n"
#define FOREIGN "Received: from origin.example by evil.example id BBB\n"

#define TEN(text) text text text text text text text text text text
#define NAME_1600 TEN(TEN("0123456789abcdef"))

static void zone_policy(struct winnow_policy *policy)
{
	struct winnow_error error;

	winnow_policy_init(policy);
	ck_assert_int_eq(winnow_policy_add_sources(policy, "rspamd spamassassin",
						   &error), 0);
	ck_assert_int_eq(winnow_policy_set_trusted_hosts(policy, HOSTS, &error),
			 0);
	ck_assert_int_eq(winnow_policy_set_trusted_nets(policy, NETS, &error),
			 0);
	ck_assert_int_eq(winnow_policy_set_trust(policy, "zone", &error), 0);
}

static const struct {
	const char *what, *block;
	int level;
} zones[] = {
	{ "above the border", YES BORDER FOREIGN, 100 },
	{ "below the border", BORDER FOREIGN NO, UNKNOWN },
	{ "right below the border", BORDER NO, UNKNOWN },
	{ "both: the one above counts", YES BORDER NO, 100 },
	{ "forged border below", BORDER NO FORGED_BORDER FOREIGN, UNKNOWN },
	{ "above and below a forged border", YES BORDER NO FORGED_BORDER, 100 },
	{ "between our own", REINJECTED YES AMAVIS BORDER FOREIGN, 100 },
	{ "between our own, forged below",
	  REINJECTED YES AMAVIS BORDER NO FOREIGN, 100 },
	{ "worst of the zone", NO REINJECTED YES AMAVIS NO BORDER, 100 },
	{ "first Received is foreign", NO FOREIGN, UNKNOWN },
	{ "no Received", NO, UNKNOWN },
	{ "no border: above the last of our own", NO REINJECTED, 0 },
	{ "no border: below the last of our own", REINJECTED NO, UNKNOWN },
	{ "foreign after our own", NO REINJECTED YES FOREIGN, 0 },
	{ "a client with a very long name",
	  YES "Received: from " NAME_1600 " (evil.example [203.0.113.9])\n"
	  "\tby mx.site.example (Postfix) with ESMTP id AAA\n" NO, 100 },
	{ "nobody's Received", "Received:\n" YES BORDER, UNKNOWN },
	{ "families: the first that is present",
	  YES "X-Rspamd-Action: no action\n" BORDER, 10 },
	{ "family below the border is not present",
	  YES BORDER "X-Rspamd-Action: no action\n", 100 },
};

START_TEST(test_zone)
{
	struct winnow_policy policy;
	struct winnow_verdict verdict;

	zone_policy(&policy);
	verdict_of_block(&policy, zones[_i].block, &verdict);
	ck_assert_msg(verdict.level == zones[_i].level, "%s: level %d",
		      zones[_i].what, verdict.level);
}
END_TEST

#define FOREIGN_RECEIVED WINNOW_RECEIVED_FOREIGN
#define INTERNAL WINNOW_RECEIVED_INTERNAL
#define BORDER_RECEIVED WINNOW_RECEIVED_BORDER

static const struct {
	const char *what, *value;
	enum winnow_received is;
} lines[] = {
	{ "Postfix, from outside",
	  "from a.example (rdns.example [203.0.113.9]) by mx.site.example",
	  BORDER_RECEIVED },
	{ "Postfix, from a trusted net",
	  "from a (rdns.example [192.0.2.7]) by mx.site.example (Postfix)",
	  INTERNAL },
	{ "just outside the net",
	  "from a (rdns.example [192.0.3.0]) by mx.site.example",
	  BORDER_RECEIVED },
	{ "IPv6, tagged",
	  "from a (unknown [IPv6:2001:db8:1:2::9]) by mx.site.example",
	  INTERNAL },
	{ "IPv6, from outside",
	  "from a (unknown [IPv6:2001:db8:2::9]) by mx.site.example",
	  BORDER_RECEIVED },
	{ "IPv4 in IPv6",
	  "from a ([IPv6:::ffff:192.0.2.26]) by mx.site.example", INTERNAL },
	{ "Exchange, no brackets",
	  "from a.example (2001:db8:1::21) by mx.site.example (10.0.0.1) with "
	  "Microsoft SMTP Server", INTERNAL },
	{ "Exim, port",
	  "from a.example ([203.0.113.9]:59154 helo=a) by mx.site.example",
	  BORDER_RECEIVED },
	{ "Exim, claims to be loopback",
	  "from [203.0.113.9] (helo=[127.0.0.1]) by mx.site.example",
	  BORDER_RECEIVED },
	{ "claims to be loopback",
	  "from [127.0.0.1] (evil.example [203.0.113.9]) by mx.site.example",
	  BORDER_RECEIVED },
	{ "claims to be us",
	  "from mx.site.example (evil.example [203.0.113.9]) by "
	  "mx.site.example", BORDER_RECEIVED },
	{ "claims a clause of ours",
	  "from mx.site.example,by,mx.site.example (evil.example "
	  "[203.0.113.9]) by mx.site.example", BORDER_RECEIVED },
	{ "claims a clause of ours, otherwise",
	  "from mx.site.example=by=mx.site.example (evil.example "
	  "[203.0.113.9]) by mx.site.example", BORDER_RECEIVED },
	{ "claims a clause of ours, with blanks",
	  "from mx.site.example by mx.site.example (evil.example "
	  "[203.0.113.9]) by mx.site.example", BORDER_RECEIVED },
	{ "claims a clause of ours, with comments",
	  "from mx.site.example()by()mx.site.example (evil.example "
	  "[203.0.113.9]) by mx.site.example", BORDER_RECEIVED },
	{ "claims a clause of ours, out of a comment",
	  "from mx.site.example (HELO x) by mx.site.example (x) (203.0.113.9) "
	  "by mx.site.example", BORDER_RECEIVED },
	{ "claims a clause of ours, and the date",
	  "from mx.site.example;by;mx.site.example (evil.example "
	  "[203.0.113.9]) by mx.site.example", FOREIGN_RECEIVED },
	{ "claims to be on loopback, with a clause",
	  "from x ([127.0.0.1]) by localhost (x) ([203.0.113.9]) by "
	  "mx.site.example", BORDER_RECEIVED },
	{ "bracket that closes nothing",
	  "from mx.site.example) (evil.example [203.0.113.9]) by "
	  "mx.site.example", BORDER_RECEIVED },
	{ "no address to be had",
	  "from mx.site.example (unknown [UNAVAILABLE]) by mx.site.example",
	  BORDER_RECEIVED },
	{ "Exchange, on the same link",
	  "from mx2.site.example ([fe80::1%11]) by mx.site.example "
	  "([fe80::1%11]) with mapi id x", INTERNAL },
	{ "claims to be on the same link",
	  "from [fe80::1%11] (evil.example [203.0.113.9]) by mx.site.example",
	  BORDER_RECEIVED },
	{ "from itself",
	  "from localhost (localhost [[UNIX: localhost]]) by mx.site.example",
	  BORDER_RECEIVED },
	{ "comment that touches",
	  "from a(rdns.example [192.0.2.7])by mx.site.example(Postfix)",
	  INTERNAL },
	{ "qmail",
	  "from unknown (HELO x) (203.0.113.9) by mx.site.example",
	  BORDER_RECEIVED },
	{ "qmail, inside",
	  "from unknown (HELO x) (192.0.2.9) by mx.site.example", INTERNAL },
	{ "LMTP, no address", "from mx2.site.example by mx.site.example with "
	  "LMTP id x", INTERNAL },
	{ "no address, other host", "from a.example by mx.site.example",
	  BORDER_RECEIVED },
	{ "local pickup", "by mx.site.example (Postfix, from userid 33) id x",
	  BORDER_RECEIVED },
	{ "case", "FROM a ([127.0.0.1]) BY MX.Site.Example", INTERNAL },
	{ "longer name", "from a ([127.0.0.1]) by mx.site.example.org",
	  FOREIGN_RECEIVED },
	{ "shorter name", "from a ([127.0.0.1]) by site.example",
	  FOREIGN_RECEIVED },
	{ "semicolon after it", "from a ([127.0.0.1]) by mx.site.example; Mon",
	  INTERNAL },
	{ "localhost from loopback", "from a ([127.1.2.3]) by localhost",
	  INTERNAL },
	{ "localhost from loopback, v6", "from a ([::1]) by localhost",
	  INTERNAL },
	{ "localhost from a trusted net", "from a ([192.0.2.7]) by localhost",
	  FOREIGN_RECEIVED },
	{ "localhost from nowhere", "from mx.site.example by localhost",
	  FOREIGN_RECEIVED },
	{ "by in a comment",
	  "from a (x by mx.site.example [127.0.0.1]) by evil.example",
	  FOREIGN_RECEIVED },
	{ "by in a nested comment",
	  "from a (x (y) by mx.site.example [127.0.0.1]) by evil.example",
	  FOREIGN_RECEIVED },
	{ "quoted bracket in a comment",
	  "from a (x \\) by mx.site.example [127.0.0.1]) by evil.example",
	  FOREIGN_RECEIVED },
	{ "comment that never ends",
	  "from a (x by mx.site.example [127.0.0.1]", FOREIGN_RECEIVED },
	{ "second by", "from a by evil.example by mx.site.example",
	  FOREIGN_RECEIVED },
	{ "name that is a comment", "from (a) by mx.site.example",
	  FOREIGN_RECEIVED },
	{ "address after by", "from a by mx.site.example ([127.0.0.1])",
	  BORDER_RECEIVED },
	{ "no by", "from a ([127.0.0.1])", FOREIGN_RECEIVED },
	{ "nothing after by", "from a ([127.0.0.1]) by", FOREIGN_RECEIVED },
	{ "neither", "mx.site.example", FOREIGN_RECEIVED },
	{ "empty", "", FOREIGN_RECEIVED },
};

START_TEST(test_line)
{
	struct winnow_policy policy;
	enum winnow_received is;

	zone_policy(&policy);
	is = winnow_received_judge(&policy,
				   (const unsigned char *)lines[_i].value,
				   strlen(lines[_i].value));
	ck_assert_msg(is == lines[_i].is, "%s: %d", lines[_i].what, is);
}
END_TEST

static const struct {
	const char *net, *address;
	int contains;
} nets[] = {
	{ "0.0.0.0/0", "203.0.113.9", 1 },
	{ "0.0.0.0/0", "2001:db8::1", 0 },
	{ "::/0", "203.0.113.9", 1 },
	{ "203.0.113.9", "203.0.113.9", 1 },
	{ "203.0.113.9", "203.0.113.8", 0 },
	{ "203.0.113.8/31", "203.0.113.9", 1 },
	{ "203.0.113.8/31", "203.0.113.10", 0 },
	{ "10.0.0.0/9", "10.127.255.255", 1 },
	{ "10.0.0.0/9", "10.128.0.0", 0 },
	{ "2001:db8::/33", "2001:db8:7fff::1", 1 },
	{ "2001:db8::/33", "2001:db8:8000::1", 0 },
	{ "2001:db8::1", "2001:db8::1", 1 },
	{ "2001:db8::1/127", "2001:db8::2", 0 },
	{ "::", "::", 1 },
	{ "::1", "0:0:0:0:0:0:0:1", 1 },
	{ "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0", 1 },
	{ "1:2::7:8", "1:2:0:0:0:0:7:8", 1 },
	{ "ABCD:ef01::", "abcd:EF01:0::0", 1 },
	{ "::ffff:192.0.2.1", "192.0.2.1", 1 },
	{ "64:ff9b::192.0.2.33", "64:ff9b::c000:221", 1 },
	{ "IPv6:2001:db8::1", "2001:db8::1", 1 },
};

START_TEST(test_net)
{
	struct winnow_net net;
	uint8_t address[16];

	ck_assert(winnow_net_parse(nets[_i].net, strlen(nets[_i].net), &net));
	ck_assert(winnow_address_parse(nets[_i].address,
				       strlen(nets[_i].address), address));
	ck_assert_msg(winnow_net_contains(&net, address) == nets[_i].contains,
		      "%s %s", nets[_i].net, nets[_i].address);
}
END_TEST

static const char *const bad_nets[] = {
	"192.0.2.0/33", "192.0.2.0/", "192.0.2.0/-1", "192.0.2.0/1x",
	"192.0.2/24", "2001:db8::/129", "localhost", "192.0.2.256", "/24",
	"1:2:3:4:5:6:7:8:9",
	"1:2:3:4:5:6:7", "1::2::3", ":1:2:3:4:5:6:7", "1:2:3:4:5:6:7:", ":::",
	"1:2:3:4:5:6:7::8", "12345::", "g::", ":", "1.2.3", "1.2.3.4.5",
	"01.2.3.4", "1..2.3", "::1.2.3", "1.2.3.4::", "1:2:3:4:5:6:7:1.2.3.4",
	"10.0.0.0/08", "::/012",
};

START_TEST(test_bad_net)
{
	struct winnow_policy policy;
	struct winnow_error error;
	char list[256] = "10.0.0.0/8, ";

	strcat(list, bad_nets[_i]);
	winnow_policy_init(&policy);
	ck_assert_int_eq(winnow_policy_set_trusted_nets(&policy, list, &error),
			 -1);
	ck_assert_ptr_nonnull(strstr(error.text, bad_nets[_i]));
}
END_TEST

START_TEST(test_settings)
{
	struct winnow_policy policy;
	struct winnow_error error;
	uint64_t before;

	winnow_policy_init(&policy);
	ck_assert_int_eq(winnow_policy_set_trust(&policy, "zone", &error), -1);
	ck_assert_ptr_nonnull(strstr(error.text, "trusted hosts"));
	ck_assert_int_eq(winnow_policy_set_trusted_hosts(&policy, " , ",
							 &error), 0);
	ck_assert_int_eq(winnow_policy_set_trust(&policy, "zone", &error), -1);
	ck_assert_int_eq(winnow_policy_set_trusted_hosts(&policy,
							 "*.example", &error),
			 -1);
	ck_assert_ptr_nonnull(strstr(error.text, "*.example"));

	zone_policy(&policy);
	before = winnow_policy_fingerprint(&policy);
	ck_assert_int_eq(winnow_policy_set_trusted_nets(&policy, "10.0.0.0/8",
							&error), 0);
	ck_assert(winnow_policy_fingerprint(&policy) != before);
	zone_policy(&policy);
	ck_assert_int_eq(winnow_policy_set_trusted_hosts(&policy, "mx",
							 &error), 0);
	ck_assert(winnow_policy_fingerprint(&policy) != before);
}
END_TEST

static void trace_walk(void *context, const struct winnow_trace *trace)
{
	char *walk = context;

	if (trace->event == WINNOW_TRACE_RECEIVED)
		strcat(walk, trace->trusted ? "R" : "r");
	else if (trace->event == WINNOW_TRACE_HEADER)
		strcat(walk, trace->trusted ? "H" : "h");
}

START_TEST(test_trace)
{
	static const char block[] = NO REINJECTED YES BORDER NO FORGED_BORDER;
	struct winnow_policy policy;
	struct winnow_scan scan;
	char walk[64] = "";

	zone_policy(&policy);
	winnow_scan_init(&scan, &policy);
	winnow_scan_set_trace(&scan, trace_walk, walk);
	verdict_scan_block(&scan, block, strlen(block));
	/* X-Spam-Status is seen by both sources */
	ck_assert_str_eq(walk, "HHRHHRhh");
}
END_TEST

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

int main(void)
{
	Suite *suite = suite_create("verdict: zone");
	TCase *tcase = tcase_create("zone");

	tcase_add_loop_test(tcase, test_zone, 0, COUNT(zones));
	tcase_add_loop_test(tcase, test_line, 0, COUNT(lines));
	tcase_add_loop_test(tcase, test_net, 0, COUNT(nets));
	tcase_add_loop_test(tcase, test_bad_net, 0, COUNT(bad_nets));
	tcase_add_test(tcase, test_settings);
	tcase_add_test(tcase, test_trace);
	suite_add_tcase(suite, tcase);
	return verdict_suite_run(suite);
}
