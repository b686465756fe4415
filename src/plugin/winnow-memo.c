#include "lib.h"
#include "array.h"
#include "bsearch-insert-pos.h"
#include "winnow-record.h"
#include "winnow-memo.h"

#define WINNOW_MEMO_MAX 100000

struct winnow_memo_entry {
	uint32_t uid;
	unsigned char record[WINNOW_RECORD_SIZE];
};

struct winnow_memo {
	/* ascending by UID */
	ARRAY(struct winnow_memo_entry) entries;
};

static int entry_cmp(const uint32_t *uid, const struct winnow_memo_entry *entry)
{
	return *uid < entry->uid ? -1 : (*uid > entry->uid ? 1 : 0);
}

void winnow_memo_set(struct winnow_memo **_memo, uint32_t uid,
		     const struct winnow_verdict *verdict)
{
	struct winnow_memo *memo = *_memo;
	struct winnow_memo_entry entry = { .uid = uid };
	unsigned int idx;

	if (memo == NULL) {
		memo = *_memo = i_new(struct winnow_memo, 1);
		i_array_init(&memo->entries, 64);
	}
	winnow_record_encode(verdict, entry.record);
	if (array_bsearch_insert_pos(&memo->entries, &uid, entry_cmp, &idx))
		array_idx_set(&memo->entries, idx, &entry);
	else if (array_count(&memo->entries) < WINNOW_MEMO_MAX)
		array_insert(&memo->entries, idx, &entry, 1);
}

int winnow_memo_get(struct winnow_memo *memo, uint32_t uid,
		    struct winnow_verdict *verdict_r)
{
	const struct winnow_memo_entry *entry;

	if (memo == NULL)
		return 0;
	entry = array_bsearch(&memo->entries, &uid, entry_cmp);
	return entry == NULL ? 0 :
		winnow_record_decode(entry->record, sizeof(entry->record),
				     verdict_r);
}

void winnow_memo_free(struct winnow_memo **_memo)
{
	struct winnow_memo *memo = *_memo;

	if (memo == NULL)
		return;
	*_memo = NULL;
	array_free(&memo->entries);
	i_free(memo);
}
