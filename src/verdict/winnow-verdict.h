#ifndef WINNOW_VERDICT_H
#define WINNOW_VERDICT_H

#include <stdint.h>

/* What a spam filter said about one message, as read from its header. Plain
   values: nothing here owns memory. */

enum winnow_kind {
	WINNOW_KIND_NONE = 0,
	WINNOW_KIND_PHISH,
	WINNOW_KIND_VIRUS
};

/* Source ids. 1..127 are built in and never reused; 128 and up are the
   sources that an administrator defined, in the order of their definition. */
#define WINNOW_SOURCE_NONE 0
#define WINNOW_SOURCE_ADMIN_FIRST 128

#define WINNOW_LEVEL_NONE (-1)
#define WINNOW_LEVEL_SPAM 50
#define WINNOW_LEVEL_MAX 100

#define WINNOW_SCORE_MILLI_MAX 10000000

struct winnow_verdict {
	/* WINNOW_SOURCE_NONE: unknown (no trusted verdict, or an unusable
	   one). Unknown is never ham. */
	uint8_t source;
	enum winnow_kind kind;
	int has_score;
	/* The filter's own number in thousandths, within
	   +-WINNOW_SCORE_MILLI_MAX; 0 without has_score. */
	int32_t score_milli;
	/* 0..100; at least WINNOW_LEVEL_SPAM exactly when the filter calls
	   the message spam. WINNOW_LEVEL_NONE exactly when source is
	   WINNOW_SOURCE_NONE. */
	int level;
};

#endif
