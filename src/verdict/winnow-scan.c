#include <string.h>

#include "winnow-level.h"
#include "winnow-policy-private.h"
#include "winnow-received.h"
#include "winnow-scan.h"
#include "winnow-slot.h"
#include "winnow-value.h"

/* A header field on its way through the scan. */
struct scan_field {
	const char *name;
	size_t name_size;
	const unsigned char *value; /* clean; nothing if it is unusable */
	size_t value_size;
	const unsigned char *raw; /* of an unusable one */
	size_t raw_size;
};

void winnow_scan_init(struct winnow_scan *scan,
		      const struct winnow_policy *policy)
{
	scan->policy = policy;
	scan->trace = NULL;
	scan->trace_context = NULL;
	scan->traced = 0;
	scan->fields = 0;
	scan->zone = WINNOW_SCAN_ZONE_OPEN;
	memset(scan->slots, 0, sizeof(scan->slots[0]) * policy->form_count);
	if (policy->trust == WINNOW_TRUST_ZONE)
		memset(scan->pending, 0,
		       sizeof(scan->pending[0]) * policy->form_count);
}

void winnow_scan_set_trace(struct winnow_scan *scan,
			   winnow_trace_callback_t *callback, void *context)
{
	scan->trace = callback;
	scan->trace_context = context;
}

/* Returns 1 if this occurrence is to be kept instead of the one before. */
static int slot_is_preferred(const struct winnow_policy *policy,
			     unsigned int idx,
			     const struct winnow_scan_slot *slot,
			     const struct winnow_scan_slot *kept,
			     const char **why_r)
{
	if (!kept->seen) {
		*why_r = "only occurrence so far";
		return 1;
	}
	switch (policy->trust) {
	case WINNOW_TRUST_FIRST:
		*why_r = "another stands above it";
		return 0;
	case WINNOW_TRUST_LAST:
		*why_r = "lowest so far";
		return 1;
	case WINNOW_TRUST_WORST:
	case WINNOW_TRUST_ZONE:
		break;
	}
	if (winnow_slot_is_worse(winnow_slot_source(policy, idx), slot, kept)) {
		*why_r = "worst so far";
		return 1;
	}
	*why_r = "another says as much or worse";
	return 0;
}

static void trace_field(struct winnow_scan *scan, struct winnow_trace *trace,
			const struct scan_field *field)
{
	trace->place = scan->fields;
	trace->name = field->name;
	trace->name_size = field->name_size;
	trace->value = field->raw != NULL ? field->raw : field->value;
	trace->value_size = field->raw != NULL ? field->raw_size :
						 field->value_size;
	if (scan->traced++ < WINNOW_TRACE_HEADERS_MAX)
		scan->trace(scan->trace_context, trace);
}

static void trace_slot_init(struct winnow_trace *trace,
			    const struct winnow_policy *policy,
			    unsigned int idx,
			    const struct winnow_scan_slot *slot)
{
	const struct winnow_source *source = winnow_slot_source(policy, idx);

	memset(trace, 0, sizeof(*trace));
	trace->source = source->id;
	trace->form = idx;
	trace->reading = slot->reading;
	trace->word = slot->word;
	trace->level = slot->level;
	trace->threshold = winnow_level_threshold(
		source, policy->thresholds[source->id], &slot->reading);
}

static void trace_slot(struct winnow_scan *scan, unsigned int idx,
		       const struct scan_field *field,
		       const struct winnow_scan_slot *slot, int trusted,
		       const char *why)
{
	struct winnow_trace trace;

	trace_slot_init(&trace, scan->policy, idx, slot);
	trace.event = WINNOW_TRACE_HEADER;
	trace.trusted = trusted;
	trace.why = why;
	trace_field(scan, &trace, field);
}

static const char *counts_why(enum winnow_trust trust)
{
	switch (trust) {
	case WINNOW_TRUST_WORST:
		return "the worst of its kind";
	case WINNOW_TRUST_FIRST:
		return "the topmost of its kind";
	case WINNOW_TRUST_LAST:
		return "the lowest of its kind";
	case WINNOW_TRUST_ZONE:
		return "the worst of its kind above the border";
	}
	return "";
}

/* Which of the fields that were shown count after all. */
static void trace_counts(const struct winnow_scan *scan)
{
	const struct winnow_policy *policy = scan->policy;
	struct winnow_trace trace;
	unsigned int i;

	for (i = 0; i < policy->form_count; i++) {
		if (!scan->slots[i].seen)
			continue;
		trace_slot_init(&trace, policy, i, &scan->slots[i]);
		trace.event = WINNOW_TRACE_COUNTS;
		trace.place = scan->slots[i].place;
		trace.name = policy->forms[i].form->header;
		trace.name_size = strlen(trace.name);
		trace.trusted = 1;
		trace.why = counts_why(policy->trust);
		scan->trace(scan->trace_context, &trace);
	}
}

static void scan_form(struct winnow_scan *scan, unsigned int idx,
		      const struct scan_field *field)
{
	struct winnow_scan_slot slot, *kept = &scan->slots[idx];
	const char *why;
	int trusted;

	winnow_slot_read(scan->policy, idx, field->value, field->value_size,
			 &slot);
	slot.place = scan->fields;
	if (scan->zone == WINNOW_SCAN_ZONE_CLOSED) {
		trusted = 0;
		why = "stands below the zone of our own servers";
	} else if (scan->policy->trust == WINNOW_TRUST_ZONE) {
		kept = &scan->pending[idx];
		trusted = slot_is_preferred(scan->policy, idx, &slot, kept,
					    &why);
		why = "counts if a trusted Received field stands below it";
	} else {
		trusted = slot_is_preferred(scan->policy, idx, &slot, kept,
					    &why);
	}
	if (scan->trace != NULL)
		trace_slot(scan, idx, field, &slot, trusted, why);
	if (trusted)
		*kept = slot;
}

/* A trusted Received field proves what stands above it. */
static void zone_extend(struct winnow_scan *scan)
{
	const struct winnow_policy *policy = scan->policy;
	const char *why;
	unsigned int i;

	for (i = 0; i < policy->form_count; i++) {
		if (scan->pending[i].seen &&
		    slot_is_preferred(policy, i, &scan->pending[i],
				      &scan->slots[i], &why))
			scan->slots[i] = scan->pending[i];
	}
	memset(scan->pending, 0, sizeof(scan->pending[0]) * policy->form_count);
}

static void scan_received(struct winnow_scan *scan,
			  const struct scan_field *field)
{
	static const char *const whys[] = {
		[WINNOW_RECEIVED_FOREIGN] =
			"not by a trusted host: nothing below is proved",
		[WINNOW_RECEIVED_INTERNAL] =
			"by a trusted host, from one of our own",
		[WINNOW_RECEIVED_BORDER] =
			"by a trusted host, from elsewhere: the border",
	};
	enum winnow_received received =
		winnow_received_judge(scan->policy, field->value,
				      field->value_size);

	if (received != WINNOW_RECEIVED_FOREIGN)
		zone_extend(scan);
	if (received != WINNOW_RECEIVED_INTERNAL)
		scan->zone = WINNOW_SCAN_ZONE_CLOSED;
	if (scan->trace != NULL) {
		struct winnow_trace trace = {
			.event = WINNOW_TRACE_RECEIVED,
			.level = WINNOW_LEVEL_NONE,
			.trusted = received != WINNOW_RECEIVED_FOREIGN,
			.why = whys[received],
		};

		trace_field(scan, &trace, field);
	}
}

/* Returns 1 if the field is a step of the walk for the border. */
static int is_walked(const struct winnow_scan *scan,
		     const struct scan_field *field)
{
	static const char received[] = "received";

	return scan->policy->trust == WINNOW_TRUST_ZONE &&
	       scan->zone == WINNOW_SCAN_ZONE_OPEN &&
	       field->name_size == sizeof(received) - 1 &&
	       winnow_text_begins_same(field->name, received,
				       sizeof(received) - 1);
}

void winnow_scan_header(struct winnow_scan *scan, const char *name,
			size_t name_size, const unsigned char *value,
			size_t value_size)
{
	const struct winnow_policy *policy = scan->policy;
	unsigned char clean[WINNOW_VALUE_MAX];
	struct scan_field field = {
		.name = name, .name_size = name_size, .value = clean,
	};
	unsigned int idx;
	int walked;

	scan->fields++;
	/* Obsolete syntax allows blanks before the colon. */
	while (field.name_size > 0 && (name[field.name_size - 1] == ' ' ||
				       name[field.name_size - 1] == '\t'))
		field.name_size--;
	idx = winnow_policy_first_form(policy, name, field.name_size);
	walked = is_walked(scan, &field);
	if (idx == WINNOW_FORM_NONE && !walked)
		return;
	if (winnow_value_clean(value, value_size, clean,
			       &field.value_size) == 0) {
		field.value_size = 0;
		field.raw = value;
		field.raw_size = value_size < WINNOW_VALUE_MAX ?
					 value_size : WINNOW_VALUE_MAX;
	}
	if (walked)
		scan_received(scan, &field);
	for (; idx != WINNOW_FORM_NONE;
	     idx = winnow_policy_next_form(policy, idx, name, field.name_size))
		scan_form(scan, idx, &field);
}

void winnow_scan_finish(struct winnow_scan *scan,
			struct winnow_verdict *verdict_r)
{
	/* what is pending was never proved */
	if (scan->trace != NULL)
		trace_counts(scan);
	winnow_slots_combine(scan, verdict_r);
}
