#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "winnow-scan.h"

/* Time of one verdict from the header block of a typical message, for each
   source: prints "NAME SCAN MEMCHR BYTES" a line, where SCAN is what a scan
   takes (init, all fields, finish) and MEMCHR what looking for the line breaks
   of the same bytes takes, both in nanoseconds.
   bench-verdict [ROUNDS]: the best of so many rounds counts. */

#define FIELDS_MAX 64
#define BATCH 2000

/* What stands in every mail, with a lot of it beginning with X-. */
#define COMMON_TOP \
	"Return-Path: <list-bounces@lists.example.org>\r\n" \
	"Delivered-To: user@site.example\r\n" \
	"Received: from localhost (localhost [127.0.0.1])\r\n" \
	"\tby mx.site.example (Postfix) with ESMTP id 4F1C2A0B3D\r\n" \
	"\tfor <user@site.example>; Mon, 23 Nov 2026 10:00:01 +0000 (UTC)\r\n"
#define COMMON_REST \
	"Received: from lists.example.org (lists.example.org " \
	"[203.0.113.9])\r\n" \
	"\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)" \
	")\r\n" \
	"\tby mx.site.example (Postfix) with ESMTPS id 4F1C2A0B3C\r\n" \
	"\tfor <user@site.example>; Mon, 23 Nov 2026 10:00:00 +0000 (UTC)\r\n" \
	"Received: from origin.example.net (origin.example.net " \
	"[198.51.100.7])\r\n" \
	"\tby lists.example.org (Postfix) with ESMTPS id 7A9E44C1\r\n" \
	"\tfor <list@lists.example.org>; Mon, 23 Nov 2026 09:59:58 +0000\r\n" \
	"Authentication-Results: mx.site.example;\r\n" \
	"\tdkim=pass (2048-bit key) header.d=example.net header.s=2026;\r\n" \
	"\tspf=pass smtp.mailfrom=list-bounces@lists.example.org;\r\n" \
	"\tdmarc=pass (policy=none) header.from=example.net\r\n" \
	"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.net;" \
	"\r\n" \
	"\ts=2026; t=1795428000; h=from:to:subject:date:message-id;\r\n" \
	"\tbh=g3zLYH4xKxcPrHOD18z9YfpQcnk/GaJedfustWU5uGs=;\r\n" \
	"\tb=VnBQ0oYHXzbDqjyxWZz9dWu3pZp1qT9zYwQ0l8s0Yk0m3fJ7bJv6Q2yHh1Zr\r\n" \
	"\t KqTjJ9Wc5Gm8xUu5e7nVZ1oQm1F4a2m9xJk5l2f7P3yq8d6sA0wE4r5t6y7u8=" \
	"\r\n" \
	"Date: Mon, 23 Nov 2026 10:59:57 +0100\r\n" \
	"From: Somebody <somebody@example.net>\r\n" \
	"To: list@lists.example.org\r\n" \
	"Subject: Re: [list] A subject of ordinary length\r\n" \
	"Message-ID: <20261123095957.GA1234@origin.example.net>\r\n" \
	"References: <20261122181010.1234-1-a@example.net>\r\n" \
	" <20261122191010.GB99@example.com>\r\n" \
	"In-Reply-To: <20261122191010.GB99@example.com>\r\n" \
	"MIME-Version: 1.0\r\n" \
	"Content-Type: text/plain; charset=utf-8\r\n" \
	"Content-Transfer-Encoding: 8bit\r\n" \
	"Precedence: list\r\n" \
	"List-Id: <list.lists.example.org>\r\n" \
	"List-Unsubscribe: <mailto:list-leave@lists.example.org>\r\n" \
	"List-Post: <mailto:list@lists.example.org>\r\n" \
	"X-Mailer: Example Mailer 1.2.3\r\n" \
	"X-BeenThere: list@lists.example.org\r\n" \
	"X-Mailman-Version: 3.3.9\r\n" \
	"X-Originating-IP: [198.51.100.7]\r\n" \
	"X-Google-DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n" \
	"\td=1e100.net; s=20230601; t=1795428000; x=1796032800;\r\n" \
	"\tbh=g3zLYH4xKxcPrHOD18z9YfpQcnk/GaJedfustWU5uGs=\r\n" \
	"X-Gm-Message-State: AOJu0YzQ8p3b2yWc7k1rU5vN9m4xT6aZ\r\n"

static const struct {
	const char *sources, *trust, *verdict;
} blocks[] = {
	{ "rspamd", "worst",
	  "X-Spamd-Result: default: False [7.50 / 15.00];\r\n"
	  "\tBAYES_SPAM(5.10)[100.00%]; FROM_HAS_DN(0.00)[];\r\n"
	  "\tMIME_GOOD(-0.10)[text/plain]; RCPT_COUNT_ONE(0.00)[1]\r\n"
	  "X-Rspamd-Action: add header\r\nX-Spamd-Bar: +++++++\r\n" },
	{ "spamassassin", "worst",
	  "X-Spam-Flag: YES\r\nX-Spam-Level: *******\r\n"
	  "X-Spam-Status: Yes, score=7.1 required=5.0 tests=BAYES_99,"
	  "DKIM_SIGNED,\r\n\tDKIM_VALID,DKIM_VALID_AU,HTML_MESSAGE,"
	  "RCVD_IN_DNSWL_NONE\r\n\tautolearn=no autolearn_force=no "
	  "version=4.0.0\r\n" },
	{ "amavis", "worst",
	  "X-Spam-Flag: NO\r\nX-Spam-Score: -1.899\r\nX-Spam-Level:\r\n"
	  "X-Spam-Status: No, score=-1.899 tagged_above=-999 "
	  "required=6.2\r\n\ttests=[BAYES_00=-1.9, HTML_MESSAGE=0.001]\r\n"
	  "\tautolearn=ham autolearn_force=no\r\n" },
	{ "exim", "worst",
	  "X-Spam_score: 2.8\r\nX-Spam_score_int: 28\r\nX-Spam_bar: ++\r\n" },
	{ "cpanel", "worst",
	  "X-Spam-Status: No, score=2.4\r\nX-Spam-Score: 24\r\n"
	  "X-Spam-Bar: ++\r\nX-Spam-Flag: NO\r\n" },
	{ "mimedefang", "worst", "X-Spam-Score: 6.8 (******) A,B,C\r\n" },
	{ "microsoft", "worst",
	  "X-MS-Exchange-Organization-SCL: 1\r\n"
	  "X-Forefront-Antispam-Report:\r\n\tCIP:255.255.255.255;CTRY:;"
	  "LANG:en;SCL:1;SRV:;IPV:NLI;SFV:NSPM;H:a.example;PTR:;CAT:NONE;"
	  "\r\n\tSFS:(13230022)(396003)(39860400002)(346002);DIR:INB;\r\n" },
	{ "barracuda", "worst",
	  "X-Barracuda-Spam-Score: 0.00\r\n"
	  "X-Barracuda-Spam-Status: No, SCORE=0.00 using global scores of "
	  "TAG_LEVEL=1000.0 QUARANTINE_LEVEL=1000.0 KILL_LEVEL=9.0 tests=\r\n"
	},
	{ "proofpoint", "worst",
	  "X-Proofpoint-Spam-Details: rule=notspam policy=default score=0 "
	  "spamscore=0\r\n clxscore=1034 suspectscore=1 malwarescore=0 "
	  "phishscore=0 adultscore=0\r\n bulkscore=0 classifier=spam adjust=0 "
	  "reason=mlx scancount=1\r\n" },
	{ "mimecast", "worst",
	  "X-Mimecast-Spam-Score: 0\r\nX-Mimecast-Originator: a.example\r\n" },
	{ "vade", "worst",
	  "X-VR-SPAMSTATE: OK\r\nX-VR-SPAMSCORE: -100\r\n" },
	{ "kaspersky", "worst",
	  "X-KSMG-AntiSpam-Status: not_detected\r\n"
	  "X-KSMG-AntiSpam-Rate: 0\r\n"
	  "X-KSMG-AntiPhishing: Clean, bases: 2026/11/23\r\n" },
	{ "mailscanner", "worst",
	  "X-Org-MailScanner: Found to be clean\r\n"
	  "X-Org-MailScanner-SpamCheck: not spam, SpamAssassin (not cached,"
	  "\r\n\tscore=2.4, required 6, BAYES_00 -1.90, HTML_MESSAGE 0.00)"
	  "\r\nX-Org-MailScanner-SpamScore: ss\r\n" },
	{ "cloudmark", "worst", "X-CMAE-Score: 0\r\n" },
	{ "rackspace", "worst",
	  "X-Spam-Threshold: 95\r\nX-Spam-Score: 0\r\n" },
	{ "sophos", "worst",
	  "X-PMX-Spam: Gauge=IIIIIIII, Probability=8%, Report='\r\n"
	  " HTML_70_90 0.1, HTML_NO_HTTP 0.1'\r\n" },
	{ "mcafee", "worst",
	  "X-NAI-Spam-Flag: NO\r\nX-NAI-Spam-Threshold: 3\r\n"
	  "X-NAI-Spam-Score: 0.5\r\n" },
	{ "trendmicro", "worst", "X-TM-AS-Result: No--18.926-30-31-10\r\n" },
	{ "cyren", "worst", "X-CTCH-Spam: Unknown\r\n" },
	{ "expurgate", "worst",
	  "X-purgate-type: clean\r\n"
	  "X-purgate: This mail is considered clean (visit "
	  "http://www.eleven.de)\r\n" },
	{ "gmx", "worst",
	  "X-GMX-Antispam: 0 (Mail was not recognized as spam); Detail=V3;"
	  "\r\nX-UI-Filterresults: notjunk:1;V03:K0:abc\r\n" },
	{ "spamexperts", "worst",
	  "X-SpamExperts-Class: ham\r\n"
	  "X-SpamExperts-Evidence: Combined (0.04)\r\n" },
	{ "postini", "worst",
	  "X-pstn-levels: (S:51.05280/99.90000 CV:99.9000 R:95.9108)\r\n"
	  "X-pstn-settings: 3 (1.0000:1.0000) s cv gt3 gt2 gt1\r\n" },
	{ "mirapoint", "worst",
	  "X-Junkmail-Status: score=11/100, host=mx.example\r\n" },
	{ "yandex", "worst", "X-Yandex-Spam: 1\r\n" },
	{ "mailru", "worst", "X-Mras: OK\r\n" },
	{ "bogofilter", "worst",
	  "X-Bogosity: Ham, tests=bogofilter, spamicity=0.000000, "
	  "version=1.2.5\r\n" },
	{ "dspam", "worst",
	  "X-DSPAM-Result: Innocent\r\nX-DSPAM-Confidence: 0.6959\r\n"
	  "X-DSPAM-Probability: 0.0000\r\n" },
	{ "crm114", "worst", "X-CRM114-Status: GOOD (  13.01  )\r\n" },
	{ "spambayes", "worst",
	  "X-Spambayes-Classification: ham; 0.04\r\n" },
	{ "spamprobe", "worst",
	  "X-SpamProbe: GOOD 0.0000021 44092103930514f517776d6bcb20e468\r\n" },
	{ "popfile", "worst", "X-Text-Classification: spam\r\n" },
	{ "fastmail", "worst", "X-Spam-score: 2.3\r\n" },
	{ "stalwart", "worst", "X-Spam-Score: ham, score=-1.20\r\n" },
	{ "spam-flag", "worst", "X-Spam-Flag: YES\r\n" },
	{ "x-spam", "worst", "X-Spam: Yes\r\n" },
	{ "spam-level", "worst", "X-Spam-Level: *******\r\n" },
	{ "spam-score", "worst", "X-Spam-Score: 7.1\r\n" },
	/* what a mail costs that no filter has seen, and the Received walk */
	{ "rspamd spamassassin", "worst", "" },
	{ "spamassassin", "zone",
	  "X-Spam-Flag: YES\r\nX-Spam-Level: *******\r\n"
	  "X-Spam-Status: Yes, score=7.1 required=5.0 tests=BAYES_99,"
	  "DKIM_SIGNED\r\n\tautolearn=no version=4.0.0\r\n" },
};

struct field {
	const char *name;
	const unsigned char *value;
	size_t name_size, value_size;
};

struct block {
	char text[8192];
	size_t size;
	struct field fields[FIELDS_MAX];
	unsigned int field_count;
};

static volatile unsigned int sink;

static double now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static void block_split(struct block *block)
{
	const char *p = block->text, *end = p + block->size, *next, *colon;
	struct field *field;

	for (; p < end; p = next) {
		next = p;
		do {
			next = (const char *)memchr(next, '\n',
						    (size_t)(end - next)) + 1;
		} while (next < end && (*next == ' ' || *next == '\t'));
		colon = memchr(p, ':', (size_t)(next - p));
		if (colon == NULL || block->field_count == FIELDS_MAX)
			abort();
		field = &block->fields[block->field_count++];
		field->name = p;
		field->name_size = (size_t)(colon - p);
		field->value = (const unsigned char *)colon + 1;
		field->value_size = (size_t)(next - colon - 1);
	}
}

static double scan_time(const struct winnow_policy *policy,
			const struct block *block)
{
	struct winnow_verdict verdict;
	struct winnow_scan scan;
	double start = now_ns();
	unsigned int i, j;

	for (i = 0; i < BATCH; i++) {
		winnow_scan_init(&scan, policy);
		for (j = 0; j < block->field_count; j++)
			winnow_scan_header(&scan, block->fields[j].name,
					   block->fields[j].name_size,
					   block->fields[j].value,
					   block->fields[j].value_size);
		winnow_scan_finish(&scan, &verdict);
		sink += (unsigned int)verdict.level;
	}
	return (now_ns() - start) / BATCH;
}

static double memchr_time(const struct block *block)
{
	const char *end = block->text + block->size, *p;
	double start = now_ns();
	unsigned int i;

	for (i = 0; i < BATCH; i++) {
		for (p = block->text; p < end; p++) {
			p = memchr(p, '\n', (size_t)(end - p));
			if (p == NULL)
				break;
			sink++;
		}
	}
	return (now_ns() - start) / BATCH;
}

static void policy_build(struct winnow_policy *policy, const char *sources,
			 const char *trust)
{
	struct winnow_error error;

	winnow_policy_init(policy);
	if (winnow_policy_add_sources(policy, sources, &error) < 0 ||
	    winnow_policy_set_trusted_hosts(policy, "mx.site.example",
					    &error) < 0 ||
	    winnow_policy_set_trust(policy, trust, &error) < 0) {
		fprintf(stderr, "bench-verdict: %s\n", error.text);
		exit(EXIT_FAILURE);
	}
}

static void bench(unsigned int idx, int rounds)
{
	static struct winnow_policy policy;
	struct block block = { .field_count = 0 };
	double scan = 0, find = 0, time;
	const char *name = blocks[idx].sources;
	int i;

	if (strcmp(blocks[idx].trust, "zone") == 0)
		name = "zone";
	else if (*blocks[idx].verdict == '\0')
		name = "unscanned";
	policy_build(&policy, blocks[idx].sources, blocks[idx].trust);
	block.size = (size_t)snprintf(block.text, sizeof(block.text), "%s%s%s",
				      COMMON_TOP, blocks[idx].verdict,
				      COMMON_REST);
	block_split(&block);
	for (i = 0; i < rounds; i++) {
		time = scan_time(&policy, &block);
		scan = i == 0 || time < scan ? time : scan;
		time = memchr_time(&block);
		find = i == 0 || time < find ? time : find;
	}
	printf("%s %.0f %.0f %zu\n", name, scan, find, block.size);
}

int main(int argc, char *argv[])
{
	int rounds = argc > 1 ? atoi(argv[1]) : 20;
	unsigned int i;

	for (i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++)
		bench(i, rounds > 0 ? rounds : 1);
	return EXIT_SUCCESS;
}
