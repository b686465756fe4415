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

/* Makes room for records in an index whose extension is too small. To be
   called once in a transaction, before winnow_index_write(). */
void winnow_index_prepare(struct mail_index_transaction *itrans,
			  struct mail_index_view *view, uint32_t ext_id);

/* Writes the header. With clear, all records that the transaction does not
   write itself are gone when it is committed. */
void winnow_index_set_header(struct mail_index_transaction *itrans,
			     uint32_t ext_id,
			     const struct winnow_record_header *header,
			     bool clear);

void winnow_index_write(struct mail_index_transaction *itrans, uint32_t ext_id,
			uint32_t seq, const struct winnow_verdict *verdict);

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
