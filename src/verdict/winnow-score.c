#include "winnow-level.h"
#include "winnow-slot.h"

/* Which score goes with what a source says. The word may stand in one header
   and the score in another, and anybody may have written a third. */

/* How well a slot's score goes with the result; the highest counts. */
enum fit {
	FIT_NONE = 0,	 /* it has no score */
	FIT_CONTRADICTS, /* another word stands there */
	FIT_BESIDE,	 /* a number that stands beside the word */
	FIT_SAYS	 /* it says so itself */
};

/* Lesser headers round: a score that differs by less is the same one. */
#define ROUNDING WINNOW_MICRO

/* The slots of one source, and what they are to say. */
struct scored {
	const struct winnow_scan *scan;
	const struct winnow_source *source;
	const struct winnow_scan_slot *begin, *end;
	const struct winnow_reading *result;
	int bare; /* a header says spam, and has no score */
};

static int has_own_threshold(const struct winnow_scan_slot *slot)
{
	return slot->seen && slot->reading.has_score &&
	       slot->reading.has_threshold;
}

static enum fit slot_fit(const struct scored *scored,
			 const struct winnow_scan_slot *slot)
{
	if (!slot->seen || !slot->reading.has_score)
		return FIT_NONE;
	if (slot->word == scored->result->word)
		return FIT_SAYS;
	/* with a bare "spam" a number says as much as with a number there: a
	   forged "Yes, score=0.1" must not hide it */
	if (slot->word == WINNOW_WORD_UNKNOWN)
		return scored->bare ? FIT_SAYS : FIT_BESIDE;
	return slot->strong && slot->reading.word != WINNOW_WORD_UNKNOWN ?
		       FIT_CONTRADICTS :
		       FIT_BESIDE;
}

static int slot_level(const struct scored *scored,
		      const struct winnow_scan_slot *slot)
{
	const struct winnow_source *source = scored->source;
	struct winnow_reading reading = slot->reading;
	int64_t site = scored->scan->policy->thresholds[source->id];

	reading.kind = scored->result->kind;
	return winnow_level(source,
			    winnow_level_threshold(source, site, &reading),
			    scored->result->word, &reading);
}

/* Returns 1 if the slot's word is what its score and threshold say. */
static int is_consistent(const struct scored *scored,
			 const struct winnow_scan_slot *slot)
{
	int spam = winnow_level_is_spam(scored->source->scale,
					slot->reading.score,
					slot->reading.threshold);

	return spam == (slot->word == WINNOW_WORD_SPAM);
}

/* Returns 1 if a score that has no threshold is that of a header which has
   one: then it tells nothing new, and held against another threshold it would
   tell something wrong. */
static int score_is_repeated(const struct scored *scored,
			     const struct winnow_scan_slot *slot)
{
	const struct winnow_scan_slot *other;
	int64_t difference;

	/* of several that differ only the worst is at hand */
	if (has_own_threshold(slot) || slot->mixed)
		return 0;
	for (other = scored->begin; other < scored->end; other++) {
		difference = other->reading.score - slot->reading.score;
		if (has_own_threshold(other) &&
		    other->word == scored->result->word &&
		    is_consistent(scored, other) &&
		    difference < ROUNDING && difference > -ROUNDING)
			return 1;
	}
	return 0;
}

/* The worst of those that fit best; of equals the first. */
static const struct winnow_scan_slot *
worst_find(const struct scored *scored, enum fit *fit_r)
{
	const struct winnow_scan_slot *slot, *best = NULL;
	enum fit fit, best_fit = FIT_NONE;

	for (slot = scored->begin; slot < scored->end; slot++) {
		fit = slot_fit(scored, slot);
		if (fit < best_fit || fit == FIT_NONE ||
		    score_is_repeated(scored, slot))
			continue;
		if (fit == best_fit &&
		    slot_level(scored, slot) <= slot_level(scored, best))
			continue;
		best = slot;
		best_fit = fit;
	}
	*fit_r = best_fit;
	return best;
}

/* Of a form that was met with a score and without one only one was kept; and a
   score that contradicts the word says nothing of how bad it is: then the
   level is at least that of the word alone. And a "suspect" is as bad as a "ham"
   that stands beside it. */
static int worst_level_min(const struct scored *scored, enum fit fit)
{
	const struct winnow_scan_slot *slot;
	int level = WINNOW_LEVEL_NONE;

	for (slot = scored->begin; slot < scored->end; slot++) {
		if (!slot->seen || slot->word > scored->result->word ||
		    slot->word == WINNOW_WORD_UNKNOWN ||
		    (slot->word == scored->result->word && !slot->mixed &&
		     fit != FIT_CONTRADICTS))
			continue;
		if (slot->level > level)
			level = slot->level;
	}
	return level;
}

/* Of the first header that says what the result says, otherwise of the first
   one that has a score. */
static const struct winnow_scan_slot *first_find(const struct scored *scored)
{
	const struct winnow_scan_slot *slot, *best = NULL;

	for (slot = scored->begin; slot < scored->end; slot++) {
		if (!slot->seen || !slot->reading.has_score)
			continue;
		if (best == NULL || (best->word != scored->result->word &&
				     slot->word == scored->result->word))
			best = slot;
	}
	return best;
}

static int says_bare_spam(const struct scored *scored)
{
	const struct winnow_scan_slot *slot;

	for (slot = scored->begin; slot < scored->end; slot++) {
		if (slot->seen && slot->strong && !slot->reading.has_score &&
		    slot->word == WINNOW_WORD_SPAM)
			return 1;
	}
	return 0;
}

int winnow_slots_score(const struct winnow_scan *scan,
		       const struct winnow_source *source, unsigned int first,
		       unsigned int end, struct winnow_reading *result)
{
	struct scored scored = {
		.scan = scan,
		.source = source,
		.begin = &scan->slots[first],
		.end = &scan->slots[end],
		.result = result,
	};
	const struct winnow_scan_slot *best;
	enum fit fit = FIT_NONE;
	int level_min = WINNOW_LEVEL_NONE;

	if (scan->policy->trust == WINNOW_TRUST_WORST ||
	    scan->policy->trust == WINNOW_TRUST_ZONE) {
		scored.bare = says_bare_spam(&scored);
		best = worst_find(&scored, &fit);
		level_min = worst_level_min(&scored, fit);
	} else {
		best = first_find(&scored);
	}
	if (best != NULL) {
		result->has_score = 1;
		result->score = best->reading.score;
		result->has_threshold = best->reading.has_threshold;
		result->threshold = best->reading.threshold;
	}
	return level_min;
}
