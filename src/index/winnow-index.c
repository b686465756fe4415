#include "lib.h"
#include "array.h"
#include "mail-index-private.h"
#include "mail-index-view-private.h"
#include "mail-transaction-log-private.h"
#include "winnow-index.h"

#define WINNOW_INDEX_EXT_NAME "winnow"

uint32_t winnow_index_register(struct mail_index *index)
{
	uint32_t ext_id = mail_index_ext_register(index, WINNOW_INDEX_EXT_NAME,
		winnow_record_header_size(0),
		WINNOW_RECORD_SIZE, WINNOW_RECORD_ALIGN);

	/* Whatever sizes the index file has had it registered with before: what
	   is written has ours. Smaller records on disk grow with it, larger
	   ones are filled up with zeroes. */
	mail_index_ext_register_resize_defaults(index, ext_id,
		winnow_record_header_size(0),
		WINNOW_RECORD_SIZE, WINNOW_RECORD_ALIGN);
	return ext_id;
}

static uint16_t
index_record_size(struct mail_index_map *map, uint32_t ext_id,
		  uint16_t *align_r)
{
	uint32_t hdr_size;
	uint16_t size;

	mail_index_ext_get_size(map, ext_id, &hdr_size, &size, align_r);
	return size;
}

int winnow_index_lookup(struct mail_index_view *view, uint32_t ext_id,
			uint32_t seq, struct winnow_verdict *verdict_r)
{
	struct mail_index_map *map;
	const void *data;
	uint16_t size, align;
	bool expunged;

	/* Of records with a larger alignment, which are not ours, a
	   transaction's view copies as many bytes as the file claims, even of
	   those that the transaction holds itself. */
	(void)index_record_size(view->index->map, ext_id, &align);
	if (align > WINNOW_RECORD_ALIGN)
		return 0;
	mail_index_lookup_ext_full(view, seq, ext_id, &map, &data, &expunged);
	if (data == NULL)
		return 0;
	size = index_record_size(map, ext_id, &align);
	return winnow_record_decode(data, size, verdict_r);
}

int winnow_index_get_header(struct mail_index_view *view, uint32_t ext_id,
			    struct winnow_record_header *header_r)
{
	const void *data;
	size_t size;

	mail_index_get_header_ext(view, ext_id, &data, &size);
	return winnow_record_header_decode(data, size, header_r);
}

bool winnow_index_is_readonly(struct mail_index *index)
{
	return index->readonly;
}

bool winnow_index_get_reset_id(struct mail_index_view *view, uint32_t ext_id,
			       uint32_t *reset_id_r)
{
	return mail_index_ext_get_reset_id(view, view->index->map, ext_id,
					   reset_id_r);
}

void winnow_index_begin(struct mail_index_transaction *itrans,
			struct mail_index_view *view, uint32_t ext_id,
			const struct winnow_record_header *header)
{
	uint32_t reset_id;

	/* this forgets all that the transaction has written so far */
	if (winnow_index_get_reset_id(view, ext_id, &reset_id))
		mail_index_ext_reset_inc(itrans, ext_id, reset_id, TRUE);
	/* a header that outgrows the extension makes it larger */
	mail_index_update_header_ext(itrans, ext_id, 0, header,
		winnow_record_header_size(header->names_count));
}

void winnow_index_continue(struct mail_index_transaction *itrans,
			   uint32_t ext_id, uint32_t reset_id)
{
	/* to Dovecot, the 0 of those who were the first says nothing */
	if (reset_id != 0)
		mail_index_ext_set_reset_id(itrans, ext_id, reset_id);
}

void winnow_index_refresh(struct mail_index *index)
{
	(void)mail_index_refresh(index);
}

void winnow_index_forget(struct mail_index_transaction *itrans,
			 uint32_t ext_id)
{
	mail_index_ext_set_reset_id(itrans, ext_id, 0);
}

void winnow_index_write(struct mail_index_transaction *itrans, uint32_t ext_id,
			uint32_t seq, const struct winnow_verdict *verdict)
{
	unsigned char data[WINNOW_RECORD_SIZE];

	winnow_record_encode(verdict, data);
	mail_index_update_ext(itrans, seq, ext_id, data, NULL);
}

void winnow_index_remember_modseq(struct mail_index *index)
{
	struct mail_transaction_log_file *file = index->log->head;
	const struct mail_index_header *hdr = &index->map->hdr;
	struct modseq_cache *cache;

	if (file == NULL || hdr->log_file_seq != file->hdr.file_seq ||
	    hdr->log_file_tail_offset != file->sync_offset)
		return;
	cache = file->modseq_cache;
	if (cache[0].offset == file->sync_offset)
		return;
	memmove(cache + 1, cache, sizeof(file->modseq_cache) - sizeof(*cache));
	cache[0].offset = file->sync_offset;
	cache[0].highest_modseq = file->sync_highest_modseq;
}

static const struct mail_index_ext *
index_find_ext(struct mail_index_map *map, uint32_t ext_id)
{
	const struct mail_index_ext *ext;
	uint32_t idx;

	if (!mail_index_map_get_ext_idx(map, ext_id, &idx))
		return NULL;
	ext = array_idx(&map->extensions, idx);
	return ext->record_offset == 0 ? NULL : ext;
}

bool winnow_index_scan_begin(struct winnow_index_scan *scan,
			     struct mail_index_view *view, uint32_t ext_id)
{
	const struct mail_index_ext *ext;

	i_zero(scan);
	if (view->map != view->index->map)
		return FALSE;
	scan->map = view->map;

	ext = index_find_ext(scan->map, ext_id);
	if (ext != NULL && ext->record_size >= WINNOW_RECORD_SIZE)
		scan->record_offset = ext->record_offset;
	ext = index_find_ext(scan->map, view->index->keywords_ext_id);
	if (ext != NULL) {
		scan->keywords_offset = ext->record_offset;
		scan->keywords_size = ext->record_size;
	}
	return TRUE;
}

bool winnow_index_scan_is_current(const struct winnow_index_scan *scan,
				  struct mail_index_view *view)
{
	return scan->map == view->map && view->map == view->index->map;
}

bool winnow_index_scan_keyword(const struct winnow_index_scan *scan,
			       unsigned int index,
			       struct winnow_index_keyword *keyword_r)
{
	const unsigned int *indexes;
	unsigned int i, count;

	if (!array_is_created(&scan->map->keyword_idx_map))
		return FALSE;
	/* file position -> index of the name */
	indexes = array_get(&scan->map->keyword_idx_map, &count);
	for (i = 0; i < count; i++) {
		if (indexes[i] == index)
			break;
	}
	if (i == count || i / CHAR_BIT >= scan->keywords_size)
		return FALSE;
	keyword_r->byte = i / CHAR_BIT;
	keyword_r->bit = 1 << (i % CHAR_BIT);
	return TRUE;
}

void winnow_index_scan_message(const struct winnow_index_scan *scan,
			       uint32_t seq,
			       struct winnow_index_message *message_r)
{
	const struct mail_index_record *rec =
		MAIL_INDEX_REC_AT_SEQ(scan->map, seq);

	message_r->uid = rec->uid;
	message_r->flags = rec->flags & MAIL_FLAGS_NONRECENT;
	message_r->keywords = scan->keywords_offset == 0 ? NULL :
		CONST_PTR_OFFSET(rec, scan->keywords_offset);
	message_r->record = scan->record_offset == 0 ? NULL :
		CONST_PTR_OFFSET(rec, scan->record_offset);
}
