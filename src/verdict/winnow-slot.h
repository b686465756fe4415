#ifndef WINNOW_SLOT_H
#define WINNOW_SLOT_H

#include "winnow-scan.h"

/* What one form of a listed source says, and how bad that is. Slots have the
   indices of the policy's forms. */

const struct winnow_source *
winnow_slot_source(const struct winnow_policy *policy, unsigned int idx);

/* Read a value as winnow_value_clean() left it, and judge it. */
void winnow_slot_read(const struct winnow_policy *policy, unsigned int idx,
		      const unsigned char *value, size_t size,
		      struct winnow_scan_slot *slot_r);
/* What a source says with a word of its own, wherever that stood. */
void winnow_slot_set(const struct winnow_policy *policy,
		     const struct winnow_source *source,
		     const struct winnow_reading *reading,
		     struct winnow_scan_slot *slot_r);
/* Find the word and the level of what the slot's reading says by itself. It is
   strong if the filter drew the line; it is not if the line is a default or the
   administrator's, if the word is only a hint, or if there is none at all. */
void winnow_slot_judge(const struct winnow_policy *policy, unsigned int idx,
		       struct winnow_scan_slot *slot);
/* Of two occurrences of a form the worse will be kept, if there are two: note in
   both what the other one says all the same. */
void winnow_slot_mix(struct winnow_scan_slot *a, struct winnow_scan_slot *b);
/* Returns 1 if a is worse than b: first what a user sees, then the word, then
   what only helps another form. */
int winnow_slot_is_worse(const struct winnow_source *source,
			 const struct winnow_scan_slot *a,
			 const struct winnow_scan_slot *b);

/* Find the score that goes with the word and kind that a source's slots
   first..end-1 say, and put it into result. Returns the level that they mean
   at least. */
int winnow_slots_score(const struct winnow_scan *scan,
		       const struct winnow_source *source, unsigned int first,
		       unsigned int end, struct winnow_reading *result);

/* The verdict of slots that are complete; they are used up. */
void winnow_slots_combine(struct winnow_scan *scan,
			  struct winnow_verdict *verdict_r);

#endif
