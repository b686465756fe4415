#include "winnow-families.h"
#include "winnow-form.h"
#include "winnow-value.h"

#define FIRST { WINNOW_PLACE_FIRST, NULL }
#define WHOLE { WINNOW_PLACE_WHOLE, NULL }
#define AFTER(keys) { WINNOW_PLACE_AFTER, keys }

/* The spam line is the lowest of Barracuda's three levels; 1000 means that a
   level is switched off. */
static void barracuda_read(const unsigned char *value, size_t size,
			   struct winnow_reading *reading_r)
{
	static const struct winnow_form levels[] = {
		{ .word = FIRST, .spam = "yes", .ham = "no",
		  .score = AFTER("score="), .limit = AFTER("tag_level=") },
		{ .limit = AFTER("quarantine_level=") },
		{ .limit = AFTER("kill_level=") },
	};
	const int64_t off = 1000 * (int64_t)WINNOW_MICRO;
	struct winnow_reading level;
	size_t i;

	winnow_form_read(&levels[0], value, size, reading_r);
	for (i = 1; i < sizeof(levels) / sizeof(levels[0]); i++) {
		winnow_form_read(&levels[i], value, size, &level);
		if (level.has_threshold && (!reading_r->has_threshold ||
					    level.threshold <
						    reading_r->threshold)) {
			reading_r->has_threshold = 1;
			reading_r->threshold = level.threshold;
		}
	}
	if (reading_r->threshold >= off) {
		reading_r->has_threshold = 0;
		reading_r->threshold = 0;
	}
}

const struct winnow_form winnow_forms_barracuda[] = {
	{ .header = "X-Barracuda-Spam-Status", .read = barracuda_read },
	{ .header = "X-Barracuda-Spam-Flag",
	  .word = WHOLE,
	  .spam = "yes", .ham = "no" },
	{ .header = "X-Barracuda-Spam-Score", .score = FIRST },
};

/* "rule=outbound_spam_definite ... score=100": the rule may begin with the
   name of the policy. */
static void proofpoint_read(const unsigned char *value, size_t size,
			    struct winnow_reading *reading_r)
{
	static const struct winnow_form rule = {
		.word = WHOLE,
		.spam = "spam, spam_definite, definitespam",
		.suspect = "suspect, probablespam, bulk",
		.ham = "notspam, safe",
		.phish = "phish, phishing",
		.virus = "malware, virus",
	};
	static const struct winnow_form score = { .score = AFTER("score=") };
	struct winnow_reading found;
	size_t start, end, i;

	winnow_form_read(&score, value, size, reading_r);
	if (!winnow_value_find(value, size, "rule=", 5, &start))
		return;
	for (end = start; end < size && value[end] != ' '; end++)
		;
	for (i = start; i < end; i++) {
		if (i > start && value[i - 1] != '_')
			continue;
		winnow_form_read(&rule, value + i, end - i, &found);
		if (found.word != WINNOW_WORD_UNKNOWN) {
			reading_r->word = found.word;
			reading_r->kind = found.kind;
			return;
		}
	}
}

const struct winnow_form winnow_forms_proofpoint[] = {
	{ .header = "X-Proofpoint-Spam-Details",
	  .read = proofpoint_read,
	  .judged = WINNOW_JUDGED_FALLBACK },
};

const struct winnow_form winnow_forms_mimecast[] = {
	{ .header = "X-Mimecast-Spam-Score",
	  .score = FIRST,
	  .judged = WINNOW_JUDGED_ALWAYS },
	{ .header = "X-Mimecast-Spam-Signature",
	  .word = WHOLE,
	  .suspect = "yes, bulk" },
	{ .header = "X-Mimecast-Bulk-Signature",
	  .word = WHOLE,
	  .suspect = "yes" },
};

#define VADE_WORDS \
	.word = FIRST, \
	.spam = "spam, spam:medium, spam:high, scam", \
	.suspect = "spam:low, commercial", \
	.ham = "clean, legit, ok", \
	.phish = "phishing", \
	.virus = "virus, malware"

const struct winnow_form winnow_forms_vade[] = {
	{ .header = "X-VADE-SPAMSTATE", VADE_WORDS },
	{ .header = "X-VADE-STATUS", VADE_WORDS },
	{ .header = "X-VR-SPAMSTATE", VADE_WORDS },
	{ .header = "X-VADE-SPAMSCORE", .score = WHOLE },
	{ .header = "X-VADE-SCORE", .score = WHOLE },
	{ .header = "X-VR-SPAMSCORE", .score = WHOLE },
};

#define KASPERSKY_WORDS \
	.word = FIRST, \
	.spam = "spam", \
	.suspect = "probable_spam, probable spam, mass_mail", \
	.ham = "not_detected, not detected, trusted"
#define KASPERSKY_PHISHING \
	.word = FIRST, .phish = "phishing, infected, detected"
#define KASPERSKY_VIRUS .word = FIRST, .virus = "infected"

/* The rate is no measure of the verdict: 70 stands beside "not_detected". */
const struct winnow_form winnow_forms_kaspersky[] = {
	{ .header = "X-KLMS-AntiSpam-Status", KASPERSKY_WORDS },
	{ .header = "X-KSMG-AntiSpam-Status", KASPERSKY_WORDS },
	{ .header = "X-SpamTest-Status", KASPERSKY_WORDS },
	{ .header = "X-SpamTest-Status-Extended", KASPERSKY_WORDS },
	{ .header = "X-KLMS-AntiSpam-Rate", .score = WHOLE },
	{ .header = "X-KSMG-AntiSpam-Rate", .score = WHOLE },
	{ .header = "X-SpamTest-Rate", .score = WHOLE },
	{ .header = "X-KLMS-AntiPhishing", KASPERSKY_PHISHING },
	{ .header = "X-KSMG-AntiPhishing", KASPERSKY_PHISHING },
	{ .header = "X-KLMS-AntiVirus-Status", KASPERSKY_VIRUS },
	{ .header = "X-KSMG-AntiVirus-Status", KASPERSKY_VIRUS },
};

#define CLOUDMARK_SCORE .score = FIRST, .judged = WINNOW_JUDGED_FALLBACK

/* The "Analysis" headers are fingerprints without a public meaning. */
const struct winnow_form winnow_forms_cloudmark[] = {
	{ .header = "X-CMAE-Score", CLOUDMARK_SCORE },
	{ .header = "X-CM-Score", CLOUDMARK_SCORE },
	{ .header = "X-Cloudmark-Score", CLOUDMARK_SCORE },
};

const struct winnow_form winnow_forms_rackspace[] = {
	{ .header = "X-Spam-Score", .score = WHOLE },
	{ .header = "X-Spam-Threshold", .limit = WHOLE },
};

const struct winnow_form winnow_forms_sophos[] = {
	{ .header = "X-PMX-Spam",
	  .score = AFTER("probability="),
	  .stops = "%",
	  .judged = WINNOW_JUDGED_FALLBACK },
};

const struct winnow_form winnow_forms_mcafee[] = {
	{ .header = "X-NAI-Spam-Flag",
	  .word = WHOLE,
	  .spam = "yes", .ham = "no" },
	{ .header = "X-NAI-Spam-Score", .score = WHOLE },
	{ .header = "X-NAI-Spam-Threshold", .limit = WHOLE },
};

/* "Yes-101.003900-8.000000-31", "No--7.363-5.0-31-10": the numbers have no
   public meaning. */
static void trendmicro_read(const unsigned char *value, size_t size,
			    struct winnow_reading *reading_r)
{
	if (winnow_value_equals(value, size, "yes") ||
	    winnow_value_begins(value, size, "yes-", 4))
		reading_r->word = WINNOW_WORD_SPAM;
	else if (winnow_value_equals(value, size, "no") ||
		 winnow_value_begins(value, size, "no-", 3))
		reading_r->word = WINNOW_WORD_HAM;
}

const struct winnow_form winnow_forms_trendmicro[] = {
	{ .header = "X-TM-AS-Result", .read = trendmicro_read },
};

const struct winnow_form winnow_forms_cyren[] = {
	{ .header = "X-CTCH-Spam",
	  .word = WHOLE,
	  .spam = "confirmed",
	  .suspect = "suspect, bulk",
	  .ham = "nonspam" },
};
