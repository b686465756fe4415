#ifndef WINNOW_RECEIVED_H
#define WINNOW_RECEIVED_H

#include "winnow-policy.h"

/* The walk over the Received header fields (RFC 5321 section 4.4) from the top
   of a message. Everybody can write them, but nobody above the one that our
   own server added. */

/* So many bytes of a field are looked at: a client may call itself by a name of
   some two thousand. */
#define WINNOW_RECEIVED_MAX 4096

enum winnow_received {
	/* Not by a trusted host: it proves nothing, and ends the walk. */
	WINNOW_RECEIVED_FOREIGN = 0,
	/* By a trusted host, from one of the trusted: the walk goes on. */
	WINNOW_RECEIVED_INTERNAL,
	/* By a trusted host, from elsewhere: the border, and the end. */
	WINNOW_RECEIVED_BORDER
};

/* value: as winnow_value_clean() left it. */
enum winnow_received winnow_received_judge(const struct winnow_policy *policy,
					   const unsigned char *value,
					   size_t size);

/* The id that the server which wrote the field gave the message. Returns 1, or
   0 if there is none, or more than one: one of them came with the sender's
   address then. */
int winnow_received_id(const unsigned char *value, size_t size,
		       const unsigned char **id_r, size_t *size_r);

#endif
