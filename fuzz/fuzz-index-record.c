#include <stdlib.h>
#include <string.h>

#include "winnow-record.h"
#include "winnow-verdict.h"

/* Input: a byte that chooses, then the bytes of a record or of the extension's
   header, of any size. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(condition) \
	do { \
		if (!(condition)) \
			abort(); \
	} while (0)

static void record_check(const uint8_t *data, size_t size)
{
	struct winnow_verdict verdict, again;
	uint8_t encoded[WINNOW_RECORD_SIZE];

	if (!winnow_record_decode(data, size, &verdict))
		return;
	CHECK(size >= WINNOW_RECORD_SIZE);
	CHECK(verdict.level >= WINNOW_LEVEL_NONE &&
	      verdict.level <= WINNOW_LEVEL_MAX);
	CHECK(verdict.kind >= WINNOW_KIND_NONE &&
	      verdict.kind <= WINNOW_KIND_VIRUS);
	CHECK(verdict.score_milli <= WINNOW_SCORE_MILLI_MAX &&
	      verdict.score_milli >= -WINNOW_SCORE_MILLI_MAX);
	CHECK((verdict.source == WINNOW_SOURCE_NONE) ==
	      (verdict.level == WINNOW_LEVEL_NONE));
	/* what was read is written again as the same */
	winnow_record_encode(&verdict, encoded);
	CHECK(winnow_record_decode(encoded, sizeof(encoded), &again));
	CHECK(again.source == verdict.source && again.kind == verdict.kind &&
	      again.level == verdict.level &&
	      again.has_score == verdict.has_score &&
	      again.score_milli == verdict.score_milli);
}

static void header_check(const uint8_t *data, size_t size)
{
	struct winnow_record_header header;
	unsigned int i;

	if (!winnow_record_header_decode(data, size, &header)) {
		CHECK(header.format == 0 && header.names_count == 0);
		return;
	}
	CHECK(header.format == WINNOW_RECORD_FORMAT);
	CHECK(header.names_count <= WINNOW_RECORD_NAMES_MAX);
	CHECK(winnow_record_header_size(header.names_count) <= size);
	for (i = 0; i < header.names_count; i++)
		CHECK(memchr(header.names[i], '\0', sizeof(header.names[i])) !=
		      NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *bytes;

	if (size == 0)
		return 0;
	/* records stand anywhere in an index, but aligned */
	bytes = malloc(size - 1);
	memcpy(bytes, data + 1, size - 1);
	if (data[0] & 1)
		record_check(bytes, size - 1);
	else
		header_check(bytes, size - 1);
	free(bytes);
	return 0;
}
