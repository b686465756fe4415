#ifndef WINNOW_READING_H
#define WINNOW_READING_H

#include <stdint.h>

#include "winnow-verdict.h"

/* What one header field says, before anybody asked whether to believe it. */

enum winnow_word {
	WINNOW_WORD_UNKNOWN = 0,
	WINNOW_WORD_HAM,
	WINNOW_WORD_SUSPECT,
	WINNOW_WORD_SPAM
};

/* Scores are held in millionths: probabilities need more than thousandths. */
#define WINNOW_MICRO 1000000

struct winnow_reading {
	enum winnow_word word; /* the filter's word; UNKNOWN: it has none */
	enum winnow_kind kind;
	int has_score, has_threshold;
	int64_t score;	   /* millionths, within +-10,000 */
	int64_t threshold; /* millionths; what the header itself calls spam */
};

#endif
