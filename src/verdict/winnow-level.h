#ifndef WINNOW_LEVEL_H
#define WINNOW_LEVEL_H

#include "winnow-source.h"

/* The level of a message: 0..100, 50 is the filter's own spam line. */

/* The spam line of a reading in millionths: its own, if that is positive,
   otherwise site (0: the administrator set none), otherwise the source's
   documented one. 0 if there is none at all. */
int64_t winnow_level_threshold(const struct winnow_source *source, int64_t site,
			       const struct winnow_reading *reading);
/* Returns 1 if a score is on the spam side of the threshold. */
int winnow_level_is_spam(enum winnow_scale scale, int64_t score,
			 int64_t threshold);
/* Returns 1 if score a is worse than score b. */
int winnow_level_score_is_worse(enum winnow_scale scale, int64_t a, int64_t b);
/* The level of a message of this word, with the reading's score if it has one;
   bounded so that the word is never contradicted. WINNOW_LEVEL_NONE for an
   unknown word. */
int winnow_level(const struct winnow_source *source, int64_t threshold,
		 enum winnow_word word, const struct winnow_reading *reading);

#endif
