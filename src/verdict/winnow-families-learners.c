#include "winnow-families.h"

#define FIRST { WINNOW_PLACE_FIRST, NULL }
#define WHOLE { WINNOW_PLACE_WHOLE, NULL }
#define AFTER(keys) { WINNOW_PLACE_AFTER, keys }

const struct winnow_form winnow_forms_bogofilter[] = {
	{ .header = "X-Bogosity",
	  .word = FIRST,
	  .score = AFTER("spamicity="),
	  .spam = "spam, yes", .suspect = "unsure", .ham = "ham, no" },
};

#define DSPAM_WORDS \
	.spam = "spam, blacklisted, blocklisted", \
	.ham = "innocent, whitelisted", \
	.virus = "virus"

/* The confidence is that of the decision, not of spam: it is not read. The
   summary begins with the user's name, which may be any word. */
const struct winnow_form winnow_forms_dspam[] = {
	{ .header = "X-DSPAM-Result", .word = WHOLE, DSPAM_WORDS },
	{ .header = "X-DSPAM-Result",
	  .word = AFTER("result="),
	  .score = AFTER("probability="),
	  DSPAM_WORDS },
	{ .header = "X-DSPAM-Probability", .score = WHOLE },
};

/* "SPAM  (  -5.55  )", older "SPAM ( pR: -5.55 )" */
const struct winnow_form winnow_forms_crm114[] = {
	{ .header = "X-CRM114-Status",
	  .word = FIRST,
	  .score = AFTER("pr:, ("),
	  .spam = "spam", .suspect = "unsure", .ham = "good" },
};

/* "unsure; 0.27 (3)" */
const struct winnow_form winnow_forms_spambayes[] = {
	{ .header = "X-Spambayes-Classification",
	  .word = FIRST,
	  .score = AFTER(";"),
	  .spam = "spam", .suspect = "unsure", .ham = "ham" },
};

/* "SPAM 0.9999999 595f0150587edd7b395691964069d7af" */
const struct winnow_form winnow_forms_spamprobe[] = {
	{ .header = "X-SpamProbe",
	  .word = FIRST,
	  .score = AFTER("spam, good"),
	  .spam = "spam", .ham = "good" },
};

/* The value is the name of a bucket; names other than these are the user's
   own. */
const struct winnow_form winnow_forms_popfile[] = {
	{ .header = "X-Text-Classification",
	  .word = WHOLE,
	  .spam = "spam", .ham = "ham" },
};
