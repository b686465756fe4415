#include "winnow-form.h"
#include "winnow-level.h"
#include "winnow-slot.h"

/* A probability of 7.5 is none, and no score reaches a threshold of 0. */
static void drop_impossible(const struct winnow_source *source,
			    struct winnow_reading *reading)
{
	if (reading->has_threshold && reading->threshold <= 0) {
		reading->has_threshold = 0;
		reading->threshold = 0;
	}
	if (source->scale != WINNOW_SCALE_BOUNDED ||
	    (reading->score >= 0 && reading->score <= source->maximum))
		return;
	reading->has_score = 0;
	reading->score = 0;
}

static enum winnow_word score_word(const struct winnow_source *source,
				     int64_t score, int64_t threshold)
{
	if (winnow_level_is_spam(source->scale, score, threshold))
		return WINNOW_WORD_SPAM;
	return source->scale == WINNOW_SCALE_INVERTED ? WINNOW_WORD_UNKNOWN :
							WINNOW_WORD_HAM;
}

void winnow_slot_judge(const struct winnow_policy *policy, unsigned int idx,
		       struct winnow_scan_slot *slot)
{
	const struct winnow_source *source = winnow_slot_source(policy, idx);
	const struct winnow_reading *reading = &slot->reading;
	int64_t site = policy->thresholds[source->id], threshold;
	int own = reading->has_threshold && reading->threshold > 0;
	int has_word = reading->word != WINNOW_WORD_UNKNOWN;
	const struct winnow_form *form = policy->forms[idx].form;

	threshold = winnow_level_threshold(source, site, reading);
	slot->word = reading->word;
	if (!has_word && reading->has_score && threshold > 0 &&
	    (own || site > 0 || form->judged != WINNOW_JUDGED_NEVER))
		slot->word = score_word(source, reading->score, threshold);
	slot->level = winnow_level(source, threshold, slot->word, reading);
	slot->strong = has_word ? !form->hint :
				  reading->has_score &&
				  (own || form->judged == WINNOW_JUDGED_ALWAYS);
}

void winnow_slot_set(const struct winnow_policy *policy,
		     const struct winnow_source *source,
		     const struct winnow_reading *reading,
		     struct winnow_scan_slot *slot_r)
{
	slot_r->reading = *reading;
	drop_impossible(source, &slot_r->reading);
	slot_r->seen = 1;
	slot_r->strong = 1;
	slot_r->mixed = 0;
	slot_r->said = reading->word;
	slot_r->kind = reading->kind;
	slot_r->word = reading->word;
	slot_r->level = winnow_level(
		source,
		winnow_level_threshold(source, policy->thresholds[source->id],
				       &slot_r->reading),
		reading->word, &slot_r->reading);
}

int winnow_slot_is_worse(const struct winnow_source *source,
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

void winnow_slot_mix(struct winnow_scan_slot *a, struct winnow_scan_slot *b)
{
	if (!a->seen || !b->seen)
		return;
	if (a->mixed || b->mixed ||
	    (a->word == b->word &&
	     (a->reading.has_score != b->reading.has_score ||
	      a->reading.score != b->reading.score)))
		a->mixed = b->mixed = 1;
	if (a->said > b->said)
		b->said = a->said;
	else
		a->said = b->said;
	if (a->kind > b->kind)
		b->kind = a->kind;
	else
		a->kind = b->kind;
}

const struct winnow_source *
winnow_slot_source(const struct winnow_policy *policy, unsigned int idx)
{
	return policy->sources[policy->forms[idx].source_idx];
}

void winnow_slot_read(const struct winnow_policy *policy, unsigned int idx,
		      const unsigned char *value, size_t size,
		      struct winnow_scan_slot *slot_r)
{
	winnow_form_read(policy->forms[idx].form, value, size,
			 &slot_r->reading);
	drop_impossible(winnow_slot_source(policy, idx), &slot_r->reading);
	slot_r->seen = 1;
	slot_r->mixed = 0;
	slot_r->said = slot_r->reading.word;
	slot_r->kind = slot_r->reading.kind;
	winnow_slot_judge(policy, idx, slot_r);
}
