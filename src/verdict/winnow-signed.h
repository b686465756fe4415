#ifndef WINNOW_SIGNED_H
#define WINNOW_SIGNED_H

#include "winnow-binding.h"
#include "winnow-policy.h"
#include "winnow-reading.h"

/* A verdict that only somebody who has a key can have written:

     X-Site-Verdict: v=1; k=KEY; t=TIME; q=QUEUE-ID; c=CLASS; s=SCORE; b=MAC

   in this order. TIME is seconds since 1970; CLASS is ham, suspect or spam;
   QUEUE-ID and SCORE may be empty; MAC is the base64 of the HMAC-SHA-256 of

     v=1;k=KEY;t=TIME;q=QUEUE-ID;c=CLASS;s=SCORE;m=NAME

   where NAME is that of winnow-binding.h. ../../doc/sources.md tells those who
   write such headers. */

/* It was signed at most so long before and after INTERNALDATE. Never held
   against now: what is judged anew must come out as before. */
#define WINNOW_SIGNED_SECS_BEFORE (7 * 24 * 60 * 60)
#define WINNOW_SIGNED_SECS_AFTER (10 * 60)

/* The longest text without its name */
#define WINNOW_SIGNED_TEXT_MAX 256

struct winnow_signed {
	struct winnow_reading reading;
	int64_t time;
	const unsigned char *key, *queue_id; /* in the value */
	size_t key_size, queue_id_size;
	uint8_t mac[32];
	unsigned char text[WINNOW_SIGNED_TEXT_MAX]; /* what is signed, but m= */
	size_t text_size;
};

/* value: as winnow_value_clean() left it. Returns 1, or 0 if it is of another
   grammar. Believes everything. */
int winnow_signed_parse(const unsigned char *value, size_t size,
			struct winnow_signed *signed_r);
/* Returns 1 if the verdict was signed for this message with one of the
   policy's keys. why_r says why or why not: English, static. */
int winnow_signed_check(const struct winnow_policy *policy,
			const struct winnow_binding *binding,
			const struct winnow_signed *verdict,
			const char **why_r);

#endif
