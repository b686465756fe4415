#ifndef WINNOW_VERDICT_H
#define WINNOW_VERDICT_H

#include <stdint.h>

enum winnow_kind {
	WINNOW_KIND_NONE = 0,
	WINNOW_KIND_PHISH,
	WINNOW_KIND_VIRUS
};

/* No trusted verdict, or an unusable one. */
#define WINNOW_SOURCE_NONE 0
/* Built-in sources have ids 1..127 that are never reused; admin-defined ones
   follow from here on, in the order of their definition. */
#define WINNOW_SOURCE_ADMIN_FIRST 128

#define WINNOW_LEVEL_NONE (-1)

/* What a filter said of one message, before any user's wishes. */
struct winnow_verdict {
	uint8_t source;
	enum winnow_kind kind;
	int has_score;
	/* The filter's own number in thousandths, within +-10,000,000. */
	int32_t score_milli;
	/* 0..100, 50 is the filter's own spam line; WINNOW_LEVEL_NONE exactly
	   when the source is WINNOW_SOURCE_NONE. */
	int level;
};

#endif
