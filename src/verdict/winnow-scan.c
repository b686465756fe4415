#include <string.h>

#include "winnow-form.h"
#include "winnow-level.h"
#include "winnow-policy-private.h"
#include "winnow-scan.h"
#include "winnow-value.h"

/* A header field on its way through the scan. */
struct scan_field {
	const char *name;
	size_t name_size;
	const unsigned char *value; /* clean */
	size_t value_size;
};

void winnow_scan_init(struct winnow_scan *scan,
		      const struct winnow_policy *policy)
{
	scan->policy = policy;
	scan->trace = NULL;
	scan->trace_context = NULL;
	scan->traced = 0;
	memset(scan->slots, 0, sizeof(scan->slots[0]) * policy->form_count);
}

void winnow_scan_set_trace(struct winnow_scan *scan,
			   winnow_trace_callback_t *callback, void *context)
{
	scan->trace = callback;
	scan->trace_context = context;
}

static const struct winnow_source *
slot_source(const struct winnow_scan *scan, unsigned int idx)
{
	return scan->policy->sources[scan->policy->forms[idx].source_idx];
}

static enum winnow_word score_word(const struct winnow_source *source,
				     int64_t score, int64_t threshold)
{
	if (winnow_level_is_spam(source->scale, score, threshold))
		return WINNOW_WORD_SPAM;
	return source->scale == WINNOW_SCALE_INVERTED ? WINNOW_WORD_UNKNOWN :
							WINNOW_WORD_HAM;
}

/* Find the word and the level of what a form says by itself. Returns 1 if the
   filter drew the line, 0 if the line is a default or the administrator's, if
   the word is only a hint, or if there is none at all. */
static int slot_judge(const struct winnow_scan *scan, unsigned int idx,
		      struct winnow_scan_slot *slot)
{
	const struct winnow_source *source = slot_source(scan, idx);
	const struct winnow_reading *reading = &slot->reading;
	int64_t site = scan->policy->thresholds[source->id], threshold;
	int own = reading->has_threshold && reading->threshold > 0;
	int has_word = reading->word != WINNOW_WORD_UNKNOWN;
	const struct winnow_form *form = scan->policy->forms[idx].form;

	threshold = winnow_level_threshold(source, site, reading);
	slot->word = reading->word;
	if (!has_word && reading->has_score && threshold > 0 &&
	    (own || site > 0 || form->judged != WINNOW_JUDGED_NEVER))
		slot->word = score_word(source, reading->score, threshold);
	slot->level = winnow_level(source, threshold, slot->word, reading);
	if (has_word)
		return !form->hint;
	return reading->has_score &&
	       (own || form->judged == WINNOW_JUDGED_ALWAYS);
}

/* Returns 1 if a is worse than b: what a user sees first, then the word, then
   what only helps another form. */
static int slot_is_worse(const struct winnow_source *source,
			 const struct winnow_scan_slot *a,
			 const struct winnow_scan_slot *b)
{
	if (a->level != b->level)
		return a->level > b->level;
	if (a->word != b->word)
		return a->word > b->word;
	if (a->reading.kind != b->reading.kind)
		return a->reading.kind > b->reading.kind;
	if (!a->reading.has_score || !b->reading.has_score) {
		if (a->reading.has_score != b->reading.has_score)
			return a->reading.has_score;
	} else if (a->reading.score != b->reading.score) {
		return winnow_level_score_is_worse(source->scale,
						   a->reading.score,
						   b->reading.score);
	}
	return a->reading.has_threshold &&
	       (!b->reading.has_threshold ||
		winnow_level_score_is_worse(source->scale, b->reading.threshold,
					    a->reading.threshold));
}

/* Returns 1 if this occurrence is to be kept instead of the one before. */
static int slot_is_preferred(const struct winnow_scan *scan, unsigned int idx,
			     const struct winnow_scan_slot *slot,
			     const char **why_r)
{
	const struct winnow_scan_slot *kept = &scan->slots[idx];

	if (!kept->seen) {
		*why_r = "only occurrence so far";
		return 1;
	}
	switch (scan->policy->trust) {
	case WINNOW_TRUST_FIRST:
		*why_r = "another stands above it";
		return 0;
	case WINNOW_TRUST_LAST:
		*why_r = "lowest so far";
		return 1;
	case WINNOW_TRUST_WORST:
		break;
	}
	if (slot_is_worse(slot_source(scan, idx), slot, kept)) {
		*why_r = "worst so far";
		return 1;
	}
	*why_r = "another says as much or worse";
	return 0;
}

static void trace_field(struct winnow_scan *scan, unsigned int idx,
			const struct scan_field *field,
			const struct winnow_scan_slot *slot, int trusted,
			const char *why)
{
	struct winnow_trace trace = {
		.event = WINNOW_TRACE_HEADER,
		.source = slot_source(scan, idx)->id,
		.name = field->name,
		.name_size = field->name_size,
		.value = field->value,
		.value_size = field->value_size,
		.reading = slot->reading,
		.word = slot->word,
		.level = slot->level,
		.trusted = trusted,
		.why = why,
	};

	if (scan->traced++ < WINNOW_TRACE_HEADERS_MAX)
		scan->trace(scan->trace_context, &trace);
}

/* A probability of 7.5 is none. */
static void drop_impossible_score(const struct winnow_source *source,
				  struct winnow_reading *reading)
{
	if (source->scale != WINNOW_SCALE_BOUNDED ||
	    (reading->score >= 0 && reading->score <= source->maximum))
		return;
	reading->has_score = 0;
	reading->score = 0;
}

static void scan_form(struct winnow_scan *scan, unsigned int idx,
		      const struct scan_field *field)
{
	struct winnow_scan_slot slot;
	const char *why;
	int trusted;

	winnow_form_read(scan->policy->forms[idx].form, field->value,
			 field->value_size, &slot.reading);
	drop_impossible_score(slot_source(scan, idx), &slot.reading);
	slot.seen = 1;
	(void)slot_judge(scan, idx, &slot);
	trusted = slot_is_preferred(scan, idx, &slot, &why);
	if (scan->trace != NULL)
		trace_field(scan, idx, field, &slot, trusted, why);
	if (trusted)
		scan->slots[idx] = slot;
}

void winnow_scan_header(struct winnow_scan *scan, const char *name,
			size_t name_size, const unsigned char *value,
			size_t value_size)
{
	const struct winnow_policy *policy = scan->policy;
	unsigned char clean[WINNOW_VALUE_MAX];
	struct scan_field field = { name, name_size, clean, 0 };
	unsigned int idx;

	/* Obsolete syntax allows blanks before the colon. */
	while (field.name_size > 0 && (name[field.name_size - 1] == ' ' ||
				       name[field.name_size - 1] == '\t'))
		field.name_size--;
	idx = winnow_policy_first_form(policy, name, field.name_size);
	if (idx == WINNOW_FORM_NONE)
		return;
	if (winnow_value_clean(value, value_size, clean,
			       &field.value_size) == 0)
		field.value_size = 0;
	for (; idx != WINNOW_FORM_NONE;
	     idx = winnow_policy_next_form(policy, idx, name, field.name_size))
		scan_form(scan, idx, &field);
}

static void slots_merge(struct winnow_scan_slot *slots,
			const struct winnow_source *source)
{
	struct winnow_reading *readings[WINNOW_SOURCE_FORMS_MAX];
	unsigned int i;

	if (source->merge == NULL)
		return;
	for (i = 0; i < source->form_count; i++)
		readings[i] = &slots[i].reading;
	source->merge(readings);
}

/* Some filters write the threshold into a header of its own. */
static void slots_lend_threshold(struct winnow_scan_slot *slots,
				 unsigned int first, unsigned int end)
{
	const struct winnow_reading *lender = NULL;
	unsigned int i;

	for (i = first; i < end && lender == NULL; i++) {
		if (slots[i].seen && slots[i].reading.has_threshold &&
		    !slots[i].reading.has_score)
			lender = &slots[i].reading;
	}
	for (i = first; i < end && lender != NULL; i++) {
		if (slots[i].seen && slots[i].reading.has_score &&
		    !slots[i].reading.has_threshold) {
			slots[i].reading.has_threshold = 1;
			slots[i].reading.threshold = lender->threshold;
		}
	}
}

/* The worst word of the forms that the filter itself judged; of the others
   only if there is none. */
static void slots_judge(struct winnow_scan *scan, unsigned int first,
			unsigned int end, struct winnow_reading *result)
{
	struct winnow_scan_slot *slot;
	enum winnow_word weak = WINNOW_WORD_UNKNOWN;
	unsigned int i;
	int strong;

	for (i = first; i < end; i++) {
		slot = &scan->slots[i];
		if (!slot->seen)
			continue;
		strong = slot_judge(scan, i, slot);
		if (!strong) {
			if (slot->word > weak)
				weak = slot->word;
			continue;
		}
		if (slot->word > result->word)
			result->word = slot->word;
		if (slot->reading.kind > result->kind)
			result->kind = slot->reading.kind;
	}
	if (result->word == WINNOW_WORD_UNKNOWN)
		result->word = weak;
}

/* The score of the first form that says what the result says, otherwise of
   the first one that has a score. */
static void slots_score(const struct winnow_scan *scan, unsigned int first,
			unsigned int end, struct winnow_reading *result)
{
	const struct winnow_scan_slot *slot, *best = NULL;
	unsigned int i;

	for (i = first; i < end; i++) {
		slot = &scan->slots[i];
		if (!slot->seen || !slot->reading.has_score)
			continue;
		if (best == NULL || (best->word != result->word &&
				     slot->word == result->word))
			best = slot;
	}
	if (best == NULL)
		return;
	result->has_score = 1;
	result->score = best->reading.score;
	result->has_threshold = best->reading.has_threshold;
	result->threshold = best->reading.threshold;
}

static int32_t score_to_milli(int64_t micro)
{
	const int64_t unit = WINNOW_MICRO / 1000;
	int64_t up = micro + unit / 2;

	return (int32_t)(up >= 0 ? up / unit : -((unit - 1 - up) / unit));
}

/* What one listed source says: its forms are slots first..end-1. */
static void source_verdict(struct winnow_scan *scan,
			   const struct winnow_source *source,
			   unsigned int first, unsigned int end,
			   struct winnow_verdict *verdict_r)
{
	struct winnow_reading result = { .word = WINNOW_WORD_UNKNOWN };
	struct winnow_trace trace = { .event = WINNOW_TRACE_SOURCE,
				      .source = source->id };
	int64_t threshold;

	memset(verdict_r, 0, sizeof(*verdict_r));
	verdict_r->level = WINNOW_LEVEL_NONE;
	slots_merge(&scan->slots[first], source);
	slots_lend_threshold(scan->slots, first, end);
	slots_judge(scan, first, end, &result);
	slots_score(scan, first, end, &result);
	if (result.word != WINNOW_WORD_UNKNOWN) {
		threshold = winnow_level_threshold(
			source, scan->policy->thresholds[source->id], &result);
		verdict_r->source = source->id;
		verdict_r->kind = result.kind;
		verdict_r->has_score = result.has_score;
		verdict_r->score_milli = score_to_milli(result.score);
		verdict_r->level = winnow_level(source, threshold, result.word,
						&result);
	}
	if (scan->trace == NULL)
		return;
	trace.reading = result;
	trace.word = result.word;
	trace.level = verdict_r->level;
	trace.trusted = verdict_r->source != WINNOW_SOURCE_NONE;
	trace.why = trace.trusted ? "says so" : "says nothing usable";
	scan->trace(scan->trace_context, &trace);
}

/* Returns 1 if the source's verdict is to replace what sources listed before
   it said. */
static int verdict_is_preferred(const struct winnow_policy *policy,
				const struct winnow_verdict *verdict,
				const struct winnow_verdict *before)
{
	if (verdict->source == WINNOW_SOURCE_NONE)
		return 0;
	if (before->source == WINNOW_SOURCE_NONE)
		return 1;
	if (policy->trust != WINNOW_TRUST_WORST)
		return 0;
	return verdict->level > before->level ||
	       (verdict->level == before->level &&
		verdict->kind > before->kind);
}

void winnow_scan_finish(struct winnow_scan *scan,
			struct winnow_verdict *verdict_r)
{
	const struct winnow_policy *policy = scan->policy;
	const struct winnow_source *source;
	struct winnow_verdict verdict;
	unsigned int i, first = 0;

	memset(verdict_r, 0, sizeof(*verdict_r));
	verdict_r->level = WINNOW_LEVEL_NONE;
	for (i = 0; i < policy->source_count; i++) {
		source = policy->sources[i];
		source_verdict(scan, source, first, first + source->form_count,
			       &verdict);
		first += source->form_count;
		if (verdict_is_preferred(policy, &verdict, verdict_r))
			*verdict_r = verdict;
	}
	if (scan->trace != NULL) {
		struct winnow_trace trace = {
			.event = WINNOW_TRACE_VERDICT,
			.source = verdict_r->source,
			.level = verdict_r->level,
			.trusted = verdict_r->source != WINNOW_SOURCE_NONE,
			.why = "the verdict",
		};

		scan->trace(scan->trace_context, &trace);
	}
}
