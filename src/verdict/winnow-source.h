#ifndef WINNOW_SOURCE_H
#define WINNOW_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#include "winnow-reading.h"

/* A source is a filter whose headers winnow reads. It is a row of data: its
   scale, its spam line, and one form for each header it writes. Most forms
   need no code, only places and words; see winnow-form.c. */

#define WINNOW_SOURCES_MAX 64
#define WINNOW_SOURCE_FORMS_MAX 12

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

/* Whether a score without a word is held against the source's threshold. */
enum winnow_judged {
	/* Only if the administrator set one. Otherwise it just tells how bad
	   what another form says is. */
	WINNOW_JUDGED_NEVER = 0,
	/* If no form of the source has a word. */
	WINNOW_JUDGED_FALLBACK,
	/* It is as good as a word. */
	WINNOW_JUDGED_ALWAYS
};

struct winnow_form {
	const char *header; /* its name; one '*' stands for any text */

	struct winnow_spot word, score, limit;
	/* Lists of words, separated by commas, in any case; may be NULL. */
	const char *spam, *suspect, *ham, *phish, *virus;

	/* What may end a number besides a blank and ",;)"; may be NULL. */
	const char *stops;

	enum winnow_judged judged;
	/* A word of this form counts only if no other form has one. */
	int hint;

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
	WINNOW_SCALE_PR,	   /* CRM114: the lower, the worse; 0 is level 50 */
	WINNOW_SCALE_INVERTED	   /* Postini: below the threshold is spam, but
				      above it is not said to be ham */
};

struct winnow_source {
	uint8_t id;
	const char *name;
	enum winnow_scale scale;
	int64_t threshold; /* millionths; 0: there is no documented one */
	/* Millionths; WINNOW_SCALE_BOUNDED only: scores that are negative or
	   above it are left out. */
	int64_t maximum;
	/* A score comes from the first form that has one. */
	const struct winnow_form *forms;
	unsigned int form_count;
	/* For headers that change each other's meaning, otherwise NULL: is
	   called at the end with what each form says, in order; a form that
	   was not met says nothing. */
	void (*merge)(struct winnow_reading *readings[]);
};

/* The built-in source of this id or name; NULL if there is none. */
const struct winnow_source *winnow_source_builtin(uint8_t id);
const struct winnow_source *winnow_source_builtin_named(const char *name);
/* The built-in sources in the order of their ids, idx 0 and up; NULL at the
   end. */
const struct winnow_source *winnow_source_builtin_at(unsigned int idx);

#endif
