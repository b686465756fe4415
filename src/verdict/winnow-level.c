#include "winnow-level.h"

#define LEVEL_HAM_MAX 49
#define LEVEL_SUSPECT_MIN 25
#define LEVEL_KIND_MIN 80
/* Without a score. */
#define LEVEL_HAM 10
#define LEVEL_SUSPECT 40
#define LEVEL_SPAM 80

#define SCL_SPAM (5 * (int64_t)WINNOW_MICRO)
#define SCL_MAX (9 * (int64_t)WINNOW_MICRO)

static int clamp(int64_t value, int min, int max)
{
	return value < min ? min : value > max ? max : (int)value;
}

/* a / b rounded half up; a >= 0, b > 0. */
static int64_t ratio(int64_t a, int64_t b)
{
	return (2 * a + b) / (2 * b);
}

static int64_t additive(int64_t score, int64_t threshold)
{
	return score <= 0 || threshold <= 0 ? 0 : ratio(50 * score, threshold);
}

/* Two straight lines that meet at the threshold. */
static int64_t bounded(int64_t score, int64_t threshold, int64_t maximum)
{
	if (score < threshold)
		return additive(score, threshold);
	if (score >= maximum || threshold >= maximum)
		return WINNOW_LEVEL_MAX;
	return ratio(50 * (maximum + score - 2 * threshold),
		     maximum - threshold);
}

/* Microsoft's scale is already one of tenths, as long as 5 is the line. */
static int64_t scl(int64_t score, int64_t threshold)
{
	if (threshold != SCL_SPAM)
		return bounded(score, threshold, SCL_MAX);
	return score >= SCL_MAX ? WINNOW_LEVEL_MAX :
	       score <= 0 ? 0 : ratio(10 * score, WINNOW_MICRO);
}

/* +10 and above is as good, -10 and below as bad as it gets. */
static int64_t pr(int64_t score)
{
	const int64_t limit = 10 * (int64_t)WINNOW_MICRO;

	if (score > limit)
		return 0;
	if (score < -limit)
		return WINNOW_LEVEL_MAX;
	return ratio(5 * (limit - score), WINNOW_MICRO);
}

static int64_t score_level(const struct winnow_source *source,
			   int64_t score, int64_t threshold)
{
	switch (source->scale) {
	case WINNOW_SCALE_BOUNDED:
		return bounded(score, threshold, source->maximum);
	case WINNOW_SCALE_SCL:
		return scl(score, threshold);
	case WINNOW_SCALE_PR:
		return pr(score);
	case WINNOW_SCALE_INVERTED:
	case WINNOW_SCALE_ADDITIVE:
		break;
	}
	return additive(score, threshold);
}

int64_t winnow_level_threshold(const struct winnow_source *source, int64_t site,
			       const struct winnow_reading *reading)
{
	if (reading->has_threshold && reading->threshold > 0)
		return reading->threshold;
	return site > 0 ? site : source->threshold;
}

int winnow_level_is_spam(enum winnow_scale scale, int64_t score,
			 int64_t threshold)
{
	switch (scale) {
	case WINNOW_SCALE_PR:
		/* a threshold of 10 means -10 */
		return score <= -threshold;
	case WINNOW_SCALE_INVERTED:
		return score < threshold;
	case WINNOW_SCALE_ADDITIVE:
	case WINNOW_SCALE_BOUNDED:
	case WINNOW_SCALE_SCL:
		break;
	}
	return score >= threshold;
}

int winnow_level_score_is_worse(enum winnow_scale scale, int64_t a, int64_t b)
{
	return scale == WINNOW_SCALE_PR || scale == WINNOW_SCALE_INVERTED ?
	       a < b : a > b;
}

int winnow_level(const struct winnow_source *source, int64_t threshold,
		 enum winnow_word word, const struct winnow_reading *reading)
{
	/* A number without a line to hold it against tells no level. */
	int has_score = reading->has_score &&
			source->scale != WINNOW_SCALE_INVERTED &&
			(threshold > 0 || source->scale == WINNOW_SCALE_PR);
	int64_t level = 0;

	if (has_score)
		level = score_level(source, reading->score, threshold);
	if (reading->kind != WINNOW_KIND_NONE)
		return clamp(has_score ? level : LEVEL_SPAM, LEVEL_KIND_MIN,
			     WINNOW_LEVEL_MAX);
	switch (word) {
	case WINNOW_WORD_UNKNOWN:
		break;
	case WINNOW_WORD_HAM:
		return clamp(has_score ? level : LEVEL_HAM, 0, LEVEL_HAM_MAX);
	case WINNOW_WORD_SUSPECT:
		return clamp(has_score ? level : LEVEL_SUSPECT,
			     LEVEL_SUSPECT_MIN, LEVEL_HAM_MAX);
	case WINNOW_WORD_SPAM:
		return clamp(has_score ? level : LEVEL_SPAM, WINNOW_LEVEL_SPAM,
			     WINNOW_LEVEL_MAX);
	}
	return WINNOW_LEVEL_NONE;
}
