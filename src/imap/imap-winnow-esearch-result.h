#ifndef IMAP_WINNOW_ESEARCH_RESULT_H
#define IMAP_WINNOW_ESEARCH_RESULT_H

#include "seq-range-array.h"
#include "imap-search.h"

struct mail;

/* What one mailbox has that was asked for (RFC 4731, 5182, 5267, 6203). */

struct imap_winnow_esearch_result {
	enum search_return_options options;
	uint32_t partial1, partial2;

	unsigned int count;
	uint32_t min_uid, max_uid, max_seq;
	/* of ALL, or of PARTIAL */
	ARRAY_TYPE(seq_range) uids;
	/* of those messages that the options ask for */
	uint64_t highest_modseq;
	ARRAY(float) scores;
	/* Where SAVE puts UIDs; NULL: nowhere */
	ARRAY_TYPE(seq_range) *saved_uids;

	/* The last message that counted for MODSEQ, SAVE and RELEVANCY */
	uint32_t noted_seq;
};

/* saved_uids is NULL, or exists as long as the result is filled. */
void imap_winnow_esearch_result_init(struct imap_winnow_esearch_result *result_r,
				     const struct imap_search_context *options,
				     ARRAY_TYPE(seq_range) *saved_uids);
void imap_winnow_esearch_result_deinit(struct imap_winnow_esearch_result *result);

/* Whether the matches' mails are needed, and not only their numbers. */
bool imap_winnow_esearch_result_wants_mails(
	const struct imap_winnow_esearch_result *result);

/* To be called for each match, in the mailbox's order; mail may be NULL if none
   is wanted, */
void imap_winnow_esearch_result_add(struct imap_winnow_esearch_result *result,
				    uint32_t seq, uint32_t uid,
				    struct mail *mail);
/* and when there are no more. */
void imap_winnow_esearch_result_finish(struct imap_winnow_esearch_result *result,
				       struct mailbox_transaction_context *t);

/* Whether the client wants to be told anything of it. */
bool imap_winnow_esearch_result_is_told(
	const struct imap_winnow_esearch_result *result);

/* Appends the response, without CRLF. ALL stands first: there are clients that
   look for it at that place only. */
void imap_winnow_esearch_result_write(
	string_t *dest, const struct imap_winnow_esearch_result *result,
	const char *tag, const char *vname, uint32_t uidvalidity);

#endif
