#ifndef WINNOW_INDEX_H
#define WINNOW_INDEX_H

#include "winnow-record.h"

struct mail_index;
struct mail_index_view;
struct mail_index_map;
struct mail_index_transaction;
struct winnow_verdict;

/* Registers the extension, or finds it registered. The id is good as long as
   the index is allocated. */
uint32_t winnow_index_register(struct mail_index *index);

/* Returns 1 if the message has a record, 0 if it has none that can be read.
   A transaction's view sees what the transaction wrote. */
int winnow_index_lookup(struct mail_index_view *view, uint32_t ext_id,
			uint32_t seq, struct winnow_verdict *verdict_r);

/* Returns 1 if somebody has written the header, 0 (and zeroes) if not. */
int winnow_index_get_header(struct mail_index_view *view, uint32_t ext_id,
			    struct winnow_record_header *header_r);

/* Whether this process may write to the index at all. */
bool winnow_index_is_readonly(struct mail_index *index);

/* A number that changes with every winnow_index_begin(). Returns FALSE if the
   index, as it is known now, has no such extension. */
bool winnow_index_get_reset_id(struct mail_index_view *view, uint32_t ext_id,
			       uint32_t *reset_id_r);

/* Begins anew with this header: records that the transaction does not write
   afterwards are gone when it is committed. If somebody else began anew after
   the view was looked at, none of the transaction's records is written. */
void winnow_index_begin(struct mail_index_transaction *itrans,
			struct mail_index_view *view, uint32_t ext_id,
			const struct winnow_record_header *header);

/* The same without beginning anew; reset_id: what was looked at. */
void winnow_index_continue(struct mail_index_transaction *itrans,
			   uint32_t ext_id, uint32_t reset_id);

/* Reads what others have written to the index; views stay what they are. */
void winnow_index_refresh(struct mail_index *index);

/* Has the transaction write no header and no records after all. */
void winnow_index_forget(struct mail_index_transaction *itrans,
			 uint32_t ext_id);

void winnow_index_write(struct mail_index_transaction *itrans, uint32_t ext_id,
			uint32_t seq, const struct winnow_verdict *verdict);

/* To be called in a transaction that saved messages, once the index is synced
   and locked. After the commit Dovecot syncs from here on and asks which modseq
   it was here: it has the number now, but will not look back for it and counts
   all changes since the log's beginning instead. That takes longer with records
   in the log; if the number is in the log's cache it takes no time at all. */
void winnow_index_remember_modseq(struct mail_index *index);

/* Where a keyword stands in the messages' records of one map. */
struct winnow_index_keyword {
	unsigned int byte;
	unsigned char bit;
};

/* Reads flags, keywords and records of many messages in a row. The places are
   found once; after anything that may refresh the index (opening a mail, for
   one) ask whether the scan is still current. */
struct winnow_index_scan {
	struct mail_index_map *map;
	/* offsets from the message's index record; 0: not in this index */
	unsigned int record_offset;
	unsigned int keywords_offset, keywords_size;
};

/* Returns FALSE if the view has to be read message by message, with
   winnow_index_lookup() and Dovecot's own lookups, as it is older than what is
   known of the index. Of a transaction's view, the changes that are not
   committed yet are not seen. */
bool winnow_index_scan_begin(struct winnow_index_scan *scan,
			     struct mail_index_view *view, uint32_t ext_id);

/* Whether the scan, which may be all zero, still shows what the view shows. The
   view holds its map, so a scan that was begun on the view stays readable. */
bool winnow_index_scan_is_current(const struct winnow_index_scan *scan,
				  struct mail_index_view *view);

/* Finds the keyword (index: as mail_index_keyword_lookup() gives it). Returns
   FALSE if no message of the map has it. */
bool winnow_index_scan_keyword(const struct winnow_index_scan *scan,
			       unsigned int index,
			       struct winnow_index_keyword *keyword_r);

/* One message, valid as long as the scan. */
struct winnow_index_message {
	uint32_t uid;
	/* enum mail_flags without MAIL_RECENT */
	uint8_t flags;
	/* keywords_size bytes, or NULL */
	const unsigned char *keywords;
	/* WINNOW_RECORD_SIZE bytes, or NULL */
	const void *record;
};

void winnow_index_scan_message(const struct winnow_index_scan *scan,
			       uint32_t seq,
			       struct winnow_index_message *message_r);

static inline bool
winnow_index_message_has(const struct winnow_index_message *message,
			 const struct winnow_index_keyword *keyword)
{
	return message->keywords != NULL &&
		(message->keywords[keyword->byte] & keyword->bit) != 0;
}

#endif
