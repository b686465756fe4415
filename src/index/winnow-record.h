#ifndef WINNOW_RECORD_H
#define WINNOW_RECORD_H

#include <stddef.h>
#include <stdint.h>

struct winnow_verdict;

/* The bytes of one message in the index extension. The layout is a promise:
   a changed one gets another format number, and unknown formats count as "no
   record".

   0  format   WINNOW_RECORD_FORMAT; 0 is a message without a record
   1  source   id of the source, 0: the message has no verdict
   2  flags    bits 0-1 kind, bit 2 has score, others 0
   3  level    0..100, 255: none
   4  score    thousandths, signed, host byte order as all of the index */
#define WINNOW_RECORD_FORMAT 1
#define WINNOW_RECORD_SIZE 8
#define WINNOW_RECORD_ALIGN 4

/* Writes WINNOW_RECORD_SIZE bytes. */
void winnow_record_encode(const struct winnow_verdict *verdict, void *data_r);

/* Returns 1 and the verdict, or 0 if the bytes are no record: too short,
   another format, damaged or never written. */
int winnow_record_decode(const void *data, size_t size,
			 struct winnow_verdict *verdict_r);

/* The extension's header: which settings shaped the records, and the names of
   admin-defined sources, whose ids mean nothing elsewhere. */
#define WINNOW_RECORD_NAME_SIZE 32
#define WINNOW_RECORD_NAMES_MAX 16

struct winnow_record_header {
	/* WINNOW_RECORD_FORMAT; 0 as long as nobody wrote a header */
	uint8_t format;
	uint8_t names_count;
	uint8_t unused[6];
	/* winnow_policy_fingerprint() of the session that set it */
	uint64_t fingerprint;
	/* When it was set, microseconds since 1970 */
	uint64_t set_usecs;
	/* NUL-padded names of the sources WINNOW_SOURCE_ADMIN_FIRST + n */
	char names[WINNOW_RECORD_NAMES_MAX][WINNOW_RECORD_NAME_SIZE];
};

/* How many bytes of the struct a header with that many names takes. */
size_t winnow_record_header_size(unsigned int names_count);

/* Copies what stands in an index into the struct. Returns 1, or 0 if it is no
   header of this format; *header_r is then all zero. */
int winnow_record_header_decode(const void *data, size_t size,
				struct winnow_record_header *header_r);

#endif
