#include "winnow-families.h"

/* SpamAssassin and what hands its verdict on in the same words. "hits=" is
   what SpamAssassin 2 and old amavis wrote for "score=". */

#define STATUS \
	{ .header = "X-Spam-Status", \
	  .word = { WINNOW_PLACE_FIRST, NULL }, \
	  .score = { WINNOW_PLACE_AFTER, "score=,hits=" }, \
	  .limit = { WINNOW_PLACE_AFTER, "required=" }, \
	  .spam = "yes", .ham = "no" }
#define FLAG \
	{ .header = "X-Spam-Flag", \
	  .word = { WINNOW_PLACE_WHOLE, NULL }, \
	  .spam = "yes", .ham = "no" }
#define SCORE \
	{ .header = "X-Spam-Score", .score = { WINNOW_PLACE_FIRST, NULL } }
#define LEVEL \
	{ .header = "X-Spam-Level", .score = { WINNOW_PLACE_COUNT, "*" } }

const struct winnow_form winnow_forms_spamassassin[] = {
	STATUS, FLAG, SCORE, LEVEL
};

/* Of amavis's alerts only INFECTED is about a virus; BANNED is a file type,
   BAD HEADER SECTION is harmless. */
const struct winnow_form winnow_forms_amavis[] = {
	STATUS, FLAG, SCORE, LEVEL,
	{ .header = "X-Amavis-Alert",
	  .word = { WINNOW_PLACE_FIRST, NULL },
	  .virus = "infected" },
};
