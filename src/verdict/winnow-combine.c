#include <string.h>

#include "winnow-level.h"
#include "winnow-slot.h"

/* Where the worst counts, no header makes the score of another one better. */
static void slots_merge(struct winnow_scan *scan,
			const struct winnow_source *source, unsigned int first)
{
	struct winnow_reading *readings[WINNOW_SOURCE_FORMS_MAX];
	int64_t scores[WINNOW_SOURCE_FORMS_MAX];
	unsigned int i;

	if (source->merge == NULL)
		return;
	for (i = 0; i < source->form_count; i++) {
		readings[i] = &scan->slots[first + i].reading;
		scores[i] = readings[i]->score;
	}
	source->merge(readings);
	for (i = 0; i < source->form_count; i++) {
		scan->slots[first + i].said = readings[i]->word;
		if (scan->policy->trust == WINNOW_TRUST_WORST &&
		    winnow_level_score_is_worse(source->scale, scores[i],
						readings[i]->score))
			readings[i]->score = scores[i];
	}
}

/* Returns 1 if a score needs more to be spam than without this threshold. */
static int threshold_is_milder(const struct winnow_scan *scan,
			       const struct winnow_source *source,
			       int64_t threshold)
{
	const struct winnow_reading none = { .word = WINNOW_WORD_UNKNOWN };
	int64_t line = winnow_level_threshold(
		source, scan->policy->thresholds[source->id], &none);

	return line > 0 &&
	       winnow_level_score_is_worse(source->scale, threshold, line);
}

/* Some filters write the threshold into a header of its own. Where the worst
   counts, such a header makes nothing better. */
static void slots_lend_threshold(struct winnow_scan *scan,
				 const struct winnow_source *source,
				 unsigned int first, unsigned int end)
{
	struct winnow_scan_slot *slots = scan->slots;
	const struct winnow_reading *lender = NULL;
	unsigned int i;

	for (i = first; i < end && lender == NULL; i++) {
		if (slots[i].seen && slots[i].reading.has_threshold &&
		    !slots[i].reading.has_score)
			lender = &slots[i].reading;
	}
	if (lender != NULL && scan->policy->trust == WINNOW_TRUST_WORST &&
	    threshold_is_milder(scan, source, lender->threshold))
		return;
	for (i = first; i < end && lender != NULL; i++) {
		if (slots[i].seen && slots[i].reading.has_score &&
		    !slots[i].reading.has_threshold) {
			slots[i].reading.has_threshold = 1;
			slots[i].reading.threshold = lender->threshold;
		}
	}
}

/* The slot's word if the filter itself judged: a word that stands in any of the
   occurrences is not lost where a number alone was worse. */
static enum winnow_word strong_word(const struct winnow_scan *scan,
				    unsigned int idx)
{
	const struct winnow_scan_slot *slot = &scan->slots[idx];

	if (!slot->strong && (slot->said == WINNOW_WORD_UNKNOWN ||
			      scan->policy->forms[idx].form->hint))
		return WINNOW_WORD_UNKNOWN;
	return slot->said > slot->word ? slot->said : slot->word;
}

/* The worst word of the forms that the filter itself judged; of the others
   only if there is none. */
static void slots_judge(struct winnow_scan *scan, unsigned int first,
			unsigned int end, struct winnow_reading *result)
{
	struct winnow_scan_slot *slot;
	enum winnow_word weak = WINNOW_WORD_UNKNOWN, strong;
	unsigned int i;

	for (i = first; i < end; i++) {
		slot = &scan->slots[i];
		if (!slot->seen)
			continue;
		winnow_slot_judge(scan->policy, i, slot);
		strong = strong_word(scan, i);
		if (strong == WINNOW_WORD_UNKNOWN && slot->word > weak)
			weak = slot->word;
		if (strong > result->word)
			result->word = strong;
		if (slot->kind > result->kind)
			result->kind = slot->kind;
	}
	if (result->word == WINNOW_WORD_UNKNOWN)
		result->word = weak;
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
			   const struct winnow_reading *result, int level_min,
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
	if (verdict_r->level >= level_min)
		level_min = WINNOW_LEVEL_NONE;
	else
		verdict_r->level = level_min;
	if (scan->trace == NULL)
		return;
	trace.reading = *result;
	trace.threshold = threshold;
	trace.word = result->word;
	trace.level = verdict_r->level;
	trace.trusted = verdict_r->source != WINNOW_SOURCE_NONE;
	trace.why = !trace.trusted ? "its headers say nothing usable" :
		    level_min != WINNOW_LEVEL_NONE ?
				     "another of its headers says worse" :
				     "what its headers say";
	scan->trace(scan->trace_context, &trace);
}

/* What one listed source says: its forms are slots first..end-1. */
static void source_verdict(struct winnow_scan *scan,
			   const struct winnow_source *source,
			   unsigned int first, unsigned int end,
			   struct winnow_verdict *verdict_r)
{
	struct winnow_reading result = { .word = WINNOW_WORD_UNKNOWN };
	int level_min = WINNOW_LEVEL_NONE;

	if (scan->policy->trust == WINNOW_TRUST_SIGNED) {
		/* whoever signs has said it all in one header */
		result = scan->slots[first].reading;
	} else {
		slots_merge(scan, source, first);
		slots_lend_threshold(scan, source, first, end);
		slots_judge(scan, first, end, &result);
		level_min = winnow_slots_score(scan, source, first, end,
					       &result);
	}
	result_verdict(scan, source, &result, level_min, verdict_r);
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
	enum winnow_kind kind = WINNOW_KIND_NONE;
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
		if (verdict.kind > kind)
			kind = verdict.kind;
	}
	/* a higher score that somebody forged for one source must not hide
	   what another one has found */
	if (policy->trust == WINNOW_TRUST_WORST)
		verdict_r->kind = kind;
	if (scan->trace != NULL)
		trace_verdict(scan, verdict_r);
}
