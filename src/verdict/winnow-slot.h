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
/* Find the word and the level of what the slot's reading says by itself.
   Returns 1 if the filter drew the line, 0 if the line is a default or the
   administrator's, if the word is only a hint, or if there is none at all. */
int winnow_slot_judge(const struct winnow_policy *policy, unsigned int idx,
		      struct winnow_scan_slot *slot);
/* Returns 1 if a is worse than b: first what a user sees, then the word, then
   what only helps another form. */
int winnow_slot_is_worse(const struct winnow_source *source,
			 const struct winnow_scan_slot *a,
			 const struct winnow_scan_slot *b);

/* The verdict of slots that are complete; they are used up. */
void winnow_slots_combine(struct winnow_scan *scan,
			  struct winnow_verdict *verdict_r);

#endif
