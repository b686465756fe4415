#include <string.h>

#include "winnow-verdict.h"
#include "winnow-record.h"

#define RECORD_KIND_MASK 0x03
#define RECORD_HAS_SCORE 0x04
#define RECORD_FLAGS_MASK (RECORD_KIND_MASK | RECORD_HAS_SCORE)
#define RECORD_LEVEL_NONE 255

struct winnow_record {
	uint8_t format;
	uint8_t source;
	uint8_t flags;
	uint8_t level;
	int32_t score_milli;
};

_Static_assert(sizeof(struct winnow_record) == WINNOW_RECORD_SIZE,
	       "the record is 8 bytes on disk");
_Static_assert(offsetof(struct winnow_record_header, names) == 24,
	       "the header without names is 24 bytes on disk");

void winnow_record_encode(const struct winnow_verdict *verdict, void *data_r)
{
	struct winnow_record rec = {
		.format = WINNOW_RECORD_FORMAT,
		.source = verdict->source,
		.flags = (uint8_t)verdict->kind,
		.level = verdict->level == WINNOW_LEVEL_NONE ?
			RECORD_LEVEL_NONE : (uint8_t)verdict->level,
	};

	if (verdict->has_score) {
		rec.flags |= RECORD_HAS_SCORE;
		rec.score_milli = verdict->score_milli;
	}
	memcpy(data_r, &rec, sizeof(rec));
}

static int record_is_sound(const struct winnow_record *rec)
{
	if (rec->format != WINNOW_RECORD_FORMAT ||
	    (rec->flags & ~RECORD_FLAGS_MASK) != 0 ||
	    (rec->flags & RECORD_KIND_MASK) > WINNOW_KIND_VIRUS)
		return 0;
	if (rec->source == WINNOW_SOURCE_NONE)
		return rec->level == RECORD_LEVEL_NONE && rec->flags == 0 &&
			rec->score_milli == 0;
	if (rec->level > WINNOW_LEVEL_MAX)
		return 0;
	if ((rec->flags & RECORD_HAS_SCORE) == 0)
		return rec->score_milli == 0;
	return rec->score_milli >= -WINNOW_SCORE_MILLI_MAX &&
		rec->score_milli <= WINNOW_SCORE_MILLI_MAX;
}

int winnow_record_decode(const void *data, size_t size,
			 struct winnow_verdict *verdict_r)
{
	struct winnow_record rec;

	if (size < sizeof(rec))
		return 0;
	memcpy(&rec, data, sizeof(rec));
	if (!record_is_sound(&rec))
		return 0;

	verdict_r->source = rec.source;
	verdict_r->kind = rec.flags & RECORD_KIND_MASK;
	verdict_r->has_score = (rec.flags & RECORD_HAS_SCORE) != 0;
	verdict_r->score_milli = rec.score_milli;
	verdict_r->level = rec.level == RECORD_LEVEL_NONE ?
		WINNOW_LEVEL_NONE : rec.level;
	return 1;
}

size_t winnow_record_header_size(unsigned int names_count)
{
	return offsetof(struct winnow_record_header, names) +
		names_count * WINNOW_RECORD_NAME_SIZE;
}

int winnow_record_header_decode(const void *data, size_t size,
				struct winnow_record_header *header_r)
{
	struct winnow_record_header header;
	unsigned int i;

	memset(header_r, 0, sizeof(*header_r));
	if (data == NULL || size < winnow_record_header_size(0))
		return 0;
	memset(&header, 0, sizeof(header));
	memcpy(&header, data, size < sizeof(header) ? size : sizeof(header));
	if (header.format != WINNOW_RECORD_FORMAT ||
	    header.names_count > WINNOW_RECORD_NAMES_MAX ||
	    size < winnow_record_header_size(header.names_count))
		return 0;
	for (i = 0; i < WINNOW_RECORD_NAMES_MAX; i++)
		header.names[i][WINNOW_RECORD_NAME_SIZE - 1] = '\0';
	*header_r = header;
	return 1;
}
