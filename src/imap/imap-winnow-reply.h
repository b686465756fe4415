#ifndef IMAP_WINNOW_REPLY_H
#define IMAP_WINNOW_REPLY_H

#include "winnow-class.h"
#include "winnow-verdict.h"

/* What is told about one message; see doc/protocol.md. */
struct imap_winnow_reply {
	struct winnow_class_result result;
	/* as recorded; level WINNOW_LEVEL_NONE if there is no verdict */
	struct winnow_verdict verdict;
	/* 1..100 on the scale of levels */
	unsigned int threshold;
	/* name of the verdict's source; needed with WINNOW_BY_SOURCE only */
	const char *source;
};

/* Appends the part of msg-att in parentheses:
   (CLASS c LEVEL n THRESHOLD n SCORE s KIND k BY b) */
void imap_winnow_reply_append(string_t *dest,
			      const struct imap_winnow_reply *reply);
/* As a buffered handler of FETCH writes it: with the item's name before it and
   a space after it. */
void imap_winnow_reply_append_item(string_t *dest,
				   const struct imap_winnow_reply *reply);

#endif
