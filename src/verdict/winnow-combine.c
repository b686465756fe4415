#include <string.h>

#include "winnow-level.h"
#include "winnow-slot.h"

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
		strong = winnow_slot_judge(scan->policy, i, slot);
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

/* Filters round in their lesser headers: a score counts as worse only if that
   shows in the level, with the same threshold. */
static int score_is_worse(const struct winnow_scan *scan,
			  const struct winnow_source *source,
			  const struct winnow_scan_slot *slot,
			  const struct winnow_scan_slot *best)
{
	struct winnow_reading reading = best->reading;
	int64_t threshold = winnow_level_threshold(
		source, scan->policy->thresholds[source->id], &reading);

	reading.score = slot->reading.score;
	return winnow_level(source, threshold, best->word, &reading) >
	       winnow_level(source, threshold, best->word, &best->reading);
}

/* The score of the first form that says what the result says, otherwise of
   the first one that has a score. Where the worst counts, a forged score must
   not hide a true one that says the same. */
static void slots_score(const struct winnow_scan *scan,
			const struct winnow_source *source, unsigned int first,
			unsigned int end, struct winnow_reading *result)
{
	const struct winnow_scan_slot *slot, *best = NULL;
	int worst = scan->policy->trust == WINNOW_TRUST_WORST ||
		    scan->policy->trust == WINNOW_TRUST_ZONE;
	unsigned int i;

	for (i = first; i < end; i++) {
		slot = &scan->slots[i];
		if (!slot->seen || !slot->reading.has_score)
			continue;
		if (best == NULL || (best->word != result->word &&
				     slot->word == result->word) ||
		    (worst && slot->word == result->word &&
		     score_is_worse(scan, source, slot, best)))
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

/* The verdict that a source's result is, and what the trace is told of it. */
static void result_verdict(struct winnow_scan *scan,
			   const struct winnow_source *source,
			   const struct winnow_reading *result,
			   struct winnow_verdict *verdict_r)
{
	struct winnow_trace trace = { .event = WINNOW_TRACE_SOURCE,
				      .source = source->id };
	int64_t threshold = 0;

	memset(verdict_r, 0, sizeof(*verdict_r));
	verdict_r->level = WINNOW_LEVEL_NONE;
	if (result->word != WINNOW_WORD_UNKNOWN) {
		threshold = winnow_level_threshold(
			source, scan->policy->thresholds[source->id], result);
		verdict_r->source = source->id;
		verdict_r->kind = result->kind;
		verdict_r->has_score = result->has_score;
		verdict_r->score_milli = score_to_milli(result->score);
		verdict_r->level = winnow_level(source, threshold,
						result->word, result);
	}
	if (scan->trace == NULL)
		return;
	trace.reading = *result;
	trace.threshold = threshold;
	trace.word = result->word;
	trace.level = verdict_r->level;
	trace.trusted = verdict_r->source != WINNOW_SOURCE_NONE;
	trace.why = trace.trusted ? "what its headers say" :
				    "its headers say nothing usable";
	scan->trace(scan->trace_context, &trace);
}

/* What one listed source says: its forms are slots first..end-1. */
static void source_verdict(struct winnow_scan *scan,
			   const struct winnow_source *source,
			   unsigned int first, unsigned int end,
			   struct winnow_verdict *verdict_r)
{
	struct winnow_reading result = { .word = WINNOW_WORD_UNKNOWN };

	if (scan->policy->trust == WINNOW_TRUST_SIGNED) {
		/* whoever signs has said it all in one header */
		result = scan->slots[first].reading;
	} else {
		slots_merge(&scan->slots[first], source);
		slots_lend_threshold(scan->slots, first, end);
		slots_judge(scan, first, end, &result);
		slots_score(scan, source, first, end, &result);
	}
	result_verdict(scan, source, &result, verdict_r);
}

static void trace_verdict(const struct winnow_scan *scan,
			  const struct winnow_verdict *verdict)
{
	struct winnow_trace trace = {
		.event = WINNOW_TRACE_VERDICT,
		.source = verdict->source,
		.reading = {
			.kind = verdict->kind,
			.has_score = verdict->has_score,
			.score = (int64_t)verdict->score_milli *
				 (WINNOW_MICRO / 1000),
		},
		.level = verdict->level,
		.trusted = verdict->source != WINNOW_SOURCE_NONE,
	};

	if (scan->policy->source_count == 0)
		trace.why = "no source is listed";
	else if (!trace.trusted)
		trace.why = "no listed source says anything usable";
	else if (scan->policy->trust == WINNOW_TRUST_WORST)
		trace.why = "the worst of what the listed sources say";
	else
		trace.why = "the first listed source that says something";
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

void winnow_slots_combine(struct winnow_scan *scan,
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
	if (scan->trace != NULL)
		trace_verdict(scan, verdict_r);
}
