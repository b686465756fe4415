#include <string.h>

#include "winnow-level.h"
#include "winnow-policy-private.h"
#include "winnow-received.h"
#include "winnow-scan.h"
#include "winnow-signed.h"
#include "winnow-slot.h"
#include "winnow-value.h"

/* Most fields are nobody's: they need none of the buffers of those that are. */
#define NOINLINE __attribute__((noinline))

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
	winnow_binding_init(&scan->binding);
	scan->has_signed = 0;
	scan->checks = 0;
}

void winnow_scan_set_received(struct winnow_scan *scan, int64_t secs)
{
	scan->binding.received = secs;
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
	case WINNOW_TRUST_SIGNED:
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
	if (trace->value_size > WINNOW_VALUE_MAX)
		trace->value_size = WINNOW_VALUE_MAX;
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
	case WINNOW_TRUST_SIGNED:
		return "the worst that is signed";
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
		trace.name = policy->trust == WINNOW_TRUST_SIGNED ?
				     policy->sign_header :
				     policy->forms[i].form->header;
		trace.name_size = strlen(trace.name);
		trace.trusted = 1;
		trace.why = counts_why(policy->trust);
		scan->trace(scan->trace_context, &trace);
	}
}

/* Where one occurrence decides, the others say nothing. */
static int all_count(const struct winnow_policy *policy)
{
	return policy->trust == WINNOW_TRUST_WORST ||
	       policy->trust == WINNOW_TRUST_ZONE;
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
	if (scan->zone != WINNOW_SCAN_ZONE_CLOSED && all_count(scan->policy))
		winnow_slot_mix(&slot, kept);
	if (trusted)
		*kept = slot;
}

/* A trusted Received field proves what stands above it, and its own id. */
static void zone_extend(struct winnow_scan *scan,
			const struct scan_field *field)
{
	const struct winnow_policy *policy = scan->policy;
	const char *why;
	unsigned int i;

	if (policy->trust == WINNOW_TRUST_SIGNED) {
		winnow_binding_add_received(&scan->binding, field->value,
					    field->value_size);
		return;
	}
	for (i = 0; i < policy->form_count; i++) {
		winnow_slot_mix(&scan->pending[i], &scan->slots[i]);
		if (scan->pending[i].seen &&
		    slot_is_preferred(policy, i, &scan->pending[i],
				      &scan->slots[i], &why))
			scan->slots[i] = scan->pending[i];
	}
	memset(scan->pending, 0, sizeof(scan->pending[0]) * policy->form_count);
}

/* clean has room for max bytes and is kept as long as the field. */
static void field_clean(struct scan_field *field, const unsigned char *value,
			size_t value_size, unsigned char *clean, size_t max)
{
	field->value = clean;
	if (winnow_value_clean(value, value_size, clean, max,
			       &field->value_size))
		return;
	field->value_size = 0;
	field->raw = value;
	field->raw_size = value_size;
}

static NOINLINE void scan_received(struct winnow_scan *scan,
				   struct scan_field field,
				   const unsigned char *value,
				   size_t value_size)
{
	static const char *const whys[] = {
		[WINNOW_RECEIVED_FOREIGN] =
			"not by a trusted host: nothing below is proved",
		[WINNOW_RECEIVED_INTERNAL] =
			"by a trusted host, from one of our own",
		[WINNOW_RECEIVED_BORDER] =
			"by a trusted host, from elsewhere: the border",
	};
	unsigned char clean[WINNOW_RECEIVED_MAX];
	enum winnow_received received;

	field_clean(&field, value, value_size, clean, sizeof(clean));
	received = winnow_received_judge(scan->policy, field.value,
					 field.value_size);
	if (received != WINNOW_RECEIVED_FOREIGN)
		zone_extend(scan, &field);
	if (received != WINNOW_RECEIVED_INTERNAL)
		scan->zone = WINNOW_SCAN_ZONE_CLOSED;
	if (scan->trace != NULL) {
		struct winnow_trace trace = {
			.event = WINNOW_TRACE_RECEIVED,
			.level = WINNOW_LEVEL_NONE,
			.trusted = received != WINNOW_RECEIVED_FOREIGN,
			.why = whys[received],
		};

		trace_field(scan, &trace, &field);
	}
}

/* Without regard to case, as header names are. */
static int field_is(const struct scan_field *field, const char *name)
{
	return strlen(name) == field->name_size &&
	       winnow_text_begins_same(field->name, name, field->name_size);
}

/* Returns 1 if the field is a step of the walk for the border. */
static int is_walked(const struct winnow_scan *scan,
		     const struct scan_field *field)
{
	return scan->policy->trust >= WINNOW_TRUST_ZONE && !scan->checks &&
	       scan->zone == WINNOW_SCAN_ZONE_OPEN &&
	       field_is(field, "received");
}

/* The second pass of WINNOW_TRUST_SIGNED, whose one source signs: the slot of
   its first form has the worst so far. */
static void scan_signed(struct winnow_scan *scan,
			const struct scan_field *field)
{
	const struct winnow_source *source = scan->policy->sources[0];
	struct winnow_scan_slot slot, *kept = &scan->slots[0];
	struct winnow_signed verdict;
	const char *why = "not of the form of a signed verdict";
	int trusted;

	trusted = winnow_signed_parse(field->value, field->value_size,
				      &verdict) &&
		  winnow_signed_check(scan->policy, &scan->binding, &verdict,
				      &why);
	winnow_slot_set(scan->policy, source, &verdict.reading, &slot);
	slot.place = scan->fields;
	if (trusted && kept->seen)
		trusted = slot_is_preferred(scan->policy, 0, &slot, kept, &why);
	if (scan->trace != NULL)
		trace_slot(scan, 0, field, &slot, trusted, why);
	if (trusted)
		*kept = slot;
}

static NOINLINE void scan_signed_field(struct winnow_scan *scan,
				       struct scan_field *field,
				       const unsigned char *value,
				       size_t value_size)
{
	unsigned char clean[WINNOW_VALUE_MAX];
	int is_signed = field_is(field, scan->policy->sign_header);

	if (is_signed && scan->checks) {
		field_clean(field, value, value_size, clean, sizeof(clean));
		scan_signed(scan, field);
	} else if (is_signed) {
		scan->has_signed = 1;
	} else if (is_walked(scan, field)) {
		scan_received(scan, *field, value, value_size);
	} else if (!scan->checks) {
		winnow_binding_add_field(&scan->binding, field->name,
					 field->name_size, value, value_size);
	}
}

static NOINLINE void scan_forms(struct winnow_scan *scan, unsigned int idx,
				struct scan_field *field,
				const unsigned char *value, size_t value_size)
{
	const struct winnow_policy *policy = scan->policy;
	unsigned char clean[WINNOW_VALUE_MAX];

	field_clean(field, value, value_size, clean, sizeof(clean));
	for (; idx != WINNOW_FORM_NONE;
	     idx = winnow_policy_next_form(policy, idx, field->name,
					   field->name_size))
		scan_form(scan, idx, field);
}

void winnow_scan_header(struct winnow_scan *scan, const char *name,
			size_t name_size, const unsigned char *value,
			size_t value_size)
{
	const struct winnow_policy *policy = scan->policy;
	struct scan_field field = { .name = name, .name_size = name_size };
	unsigned int idx;

	scan->fields++;
	/* Obsolete syntax allows blanks before the colon. */
	while (field.name_size > 0 && (name[field.name_size - 1] == ' ' ||
				       name[field.name_size - 1] == '\t'))
		field.name_size--;
	if (policy->trust == WINNOW_TRUST_SIGNED) {
		scan_signed_field(scan, &field, value, value_size);
		return;
	}
	if (is_walked(scan, &field))
		scan_received(scan, field, value, value_size);
	idx = winnow_policy_first_form(policy, name, field.name_size);
	if (idx != WINNOW_FORM_NONE)
		scan_forms(scan, idx, &field, value, value_size);
}

int winnow_scan_again(struct winnow_scan *scan)
{
	if (!scan->has_signed || scan->checks)
		return 0;
	scan->checks = 1;
	scan->fields = 0;
	winnow_binding_finish(&scan->binding, scan->policy->crypto);
	return 1;
}

void winnow_scan_finish(struct winnow_scan *scan,
			struct winnow_verdict *verdict_r)
{
	/* what is pending was never proved */
	if (scan->trace != NULL)
		trace_counts(scan);
	winnow_slots_combine(scan, verdict_r);
}
