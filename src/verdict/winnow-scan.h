#ifndef WINNOW_SCAN_H
#define WINNOW_SCAN_H

#include <stddef.h>
#include <stdint.h>

#include "winnow-binding.h"
#include "winnow-policy.h"
#include "winnow-reading.h"
#include "winnow-verdict.h"

/* A pass over the header of one message, from its first field to its last, and
   with WINNOW_TRUST_SIGNED another one: see winnow_scan_again(). The state is
   of fixed size, lives on the caller's stack and needs no cleanup. Time is
   linear in the bytes given; of each value at most WINNOW_VALUE_MAX bytes are
   looked at. Names and values are hostile. */

#define WINNOW_VALUE_MAX 1024
/* So many headers of one scan are shown to the trace callback. All are read:
   a limit there would let forged lines on top hide the true one below. */
#define WINNOW_TRACE_HEADERS_MAX 256

enum winnow_trace_event {
	WINNOW_TRACE_HEADER,   /* a header field of a listed source */
	WINNOW_TRACE_RECEIVED, /* a step of the walk over Received fields */
	WINNOW_TRACE_COUNTS,   /* at the end: of those of a form, this one */
	WINNOW_TRACE_SOURCE,   /* at the end: what a listed source says */
	WINNOW_TRACE_VERDICT   /* at the end: the verdict */
};

/* One thing that happened in a scan. Pointers are valid during the callback
   only; name and value are hostile bytes. */
struct winnow_trace {
	enum winnow_trace_event event;
	uint8_t source;
	unsigned int place; /* of the field, 1 is the topmost; 0: is none */
	unsigned int form;  /* HEADER, COUNTS: as what it was read */
	/* As it stands in the message; COUNTS: as the form has it. Otherwise
	   NULL. */
	const char *name;
	size_t name_size;
	/* HEADER, RECEIVED: unfolded, trimmed; raw if it has control bytes, and
	   is therefore unusable. At most WINNOW_VALUE_MAX bytes of it. */
	const unsigned char *value;
	size_t value_size;
	struct winnow_reading reading; /* SOURCE: word and score of all forms */
	enum winnow_word word;	/* the word, or what the numbers say */
	int64_t threshold;	/* of the score, millionths; 0: there is none */
	int level;		/* WINNOW_LEVEL_NONE: says nothing by itself */
	int trusted;	/* HEADER: counts so far; what comes later decides */
	const char *why; /* English, static, never NULL */
};

typedef void winnow_trace_callback_t(void *context,
				     const struct winnow_trace *trace);

enum winnow_scan_zone {
	WINNOW_SCAN_ZONE_OPEN = 0, /* no border so far */
	WINNOW_SCAN_ZONE_CLOSED	   /* what follows may be anybody's */
};

/* What was kept of the occurrences of one form. */
struct winnow_scan_slot {
	struct winnow_reading reading;
	enum winnow_word word; /* the word, or what the numbers say */
	int level;
	int seen;
	/* The filter drew the line between spam and ham itself. */
	int strong;
	/* Of all occurrences, where the worst counts: some that say the same
	   have another score, or none */
	int mixed;
	/* The worst that stands in any of them */
	enum winnow_word said;
	enum winnow_kind kind;
	unsigned int place; /* of the field, 1 is the topmost */
};

/* Read-only for callers. */
struct winnow_scan {
	const struct winnow_policy *policy;
	winnow_trace_callback_t *trace;
	void *trace_context;
	unsigned int traced;
	unsigned int fields; /* given so far */
	enum winnow_scan_zone zone;
	/* One for each of the policy's forms; only those are initialised. */
	struct winnow_scan_slot slots[WINNOW_POLICY_FORMS_MAX];
	/* WINNOW_TRUST_ZONE only: what stands below the last trusted Received
	   field, until another one proves it. */
	struct winnow_scan_slot pending[WINNOW_POLICY_FORMS_MAX];

	/* WINNOW_TRUST_SIGNED only: the first pass finds what signatures are
	   bound to, and whether there are any; the second one checks them. */
	struct winnow_binding binding;
	int has_signed, checks;
};

/* The policy must stay unchanged and alive as long as the scan. */
void winnow_scan_init(struct winnow_scan *scan,
		      const struct winnow_policy *policy);
/* INTERNALDATE of the message in seconds since 1970, which signatures are held
   against. */
void winnow_scan_set_received(struct winnow_scan *scan, int64_t secs);
/* Have callback called for everything that is considered; NULL: for nothing,
   which costs nothing. */
void winnow_scan_set_trace(struct winnow_scan *scan,
			   winnow_trace_callback_t *callback, void *context);
/* Give the scan the next field: its name without the colon, and its value,
   folded or not, with or without the final line break. No NUL is needed.
   Calls must come in the order of the message. */
void winnow_scan_header(struct winnow_scan *scan, const char *name,
			size_t name_size, const unsigned char *value,
			size_t value_size);
/* After the last field: returns 1 if all fields must be given once more. */
int winnow_scan_again(struct winnow_scan *scan);
/* After winnow_scan_again() returned 0. Call once. */
void winnow_scan_finish(struct winnow_scan *scan,
			struct winnow_verdict *verdict_r);

#endif
