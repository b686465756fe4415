#ifndef WINNOW_SOURCE_H
#define WINNOW_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#include "winnow-reading.h"

/* A source is a filter whose headers winnow reads. It is a row of data: its
   scale, its spam line, and one form for each header it writes. Most forms
   need no code, only places and words; see winnow-form.c. */

#define WINNOW_SOURCES_MAX 64

/* Where something stands in a header's value. */
enum winnow_place {
	WINNOW_PLACE_NONE = 0,
	WINNOW_PLACE_FIRST, /* at the start */
	WINNOW_PLACE_WHOLE, /* it is the whole value */
	WINNOW_PLACE_AFTER, /* after the first of the keys that is found */
	WINNOW_PLACE_COUNT  /* so many characters as in keys, nothing else */
};

struct winnow_spot {
	enum winnow_place place;
	/* WINNOW_PLACE_AFTER: texts separated by commas, in order of
	   preference. A text that begins with a letter must stand at the
	   start or after a blank or one of ",;([". Otherwise unused. */
	const char *keys;
};

struct winnow_form {
	const char *header; /* its name; one '*' stands for any text */

	struct winnow_spot word, score, limit;
	/* Lists of words, separated by commas, in any case; may be NULL. */
	const char *spam, *suspect, *ham, *phish, *virus;

	/* What may end a number besides a blank and ",;)"; may be NULL. */
	const char *stops;

	/* A score without a word is held against the source's threshold.
	   Otherwise it only tells how bad what another form says is, unless
	   the administrator set a threshold. */
	int judged;

	/* For a grammar that the above cannot express, otherwise NULL. The
	   value is unfolded, trimmed, at most WINNOW_VALUE_MAX bytes, without
	   control bytes, not NUL-terminated. reading_r comes in cleared. */
	void (*read)(const unsigned char *value, size_t size,
		     struct winnow_reading *reading_r);
};

enum winnow_scale {
	WINNOW_SCALE_ADDITIVE = 0, /* twice the threshold is level 100 */
	WINNOW_SCALE_BOUNDED,	   /* the maximum is level 100 */
	WINNOW_SCALE_SCL,	   /* Microsoft's -1..9 */
	WINNOW_SCALE_PR	   /* CRM114: the lower, the worse; 0 is level 50 */
};

struct winnow_source {
	uint8_t id;
	const char *name;
	enum winnow_scale scale;
	int64_t threshold; /* millionths; 0: there is no documented one */
	int64_t maximum;   /* millionths; WINNOW_SCALE_BOUNDED only */
	/* A score comes from the first form that has one. */
	const struct winnow_form *forms;
	unsigned int form_count;
};

/* The built-in source of this id or name; NULL if there is none. */
const struct winnow_source *winnow_source_builtin(uint8_t id);
const struct winnow_source *winnow_source_builtin_named(const char *name);
/* The built-in sources in the order of their ids, idx 0 and up; NULL at the
   end. */
const struct winnow_source *winnow_source_builtin_at(unsigned int idx);

#endif
