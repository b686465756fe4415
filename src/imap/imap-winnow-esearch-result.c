#include "imap-common.h"
#include "str.h"
#include "imap-quote.h"
#include "imap-utf7.h"
#include "imap-winnow-esearch-result.h"
#include "imap-winnow-weak.h"

void imap_winnow_esearch_result_init(struct imap_winnow_esearch_result *result_r,
				     const struct imap_search_context *options,
				     ARRAY_TYPE(seq_range) *saved_uids)
{
	i_zero(result_r);
	result_r->options = options->return_options;
	result_r->partial1 = options->partial1;
	result_r->partial2 = options->partial2;
	result_r->saved_uids = saved_uids;
	i_array_init(&result_r->uids, 16);
	if ((result_r->options & SEARCH_RETURN_RELEVANCY) != 0)
		i_array_init(&result_r->scores, 16);
}

void imap_winnow_esearch_result_deinit(struct imap_winnow_esearch_result *result)
{
	array_free(&result->uids);
	if (array_is_created(&result->scores))
		array_free(&result->scores);
}

static void
result_note_score(struct imap_winnow_esearch_result *result, struct mail *mail)
{
	const char *str;
	float score = 0;

	if (mail_get_special(mail, MAIL_FETCH_SEARCH_RELEVANCY, &str) == 0)
		score = strtod(str, NULL);
	array_push_back(&result->scores, &score);
}

bool imap_winnow_esearch_result_wants_mails(
	const struct imap_winnow_esearch_result *result)
{
	return (result->options & (SEARCH_RETURN_MODSEQ |
				   SEARCH_RETURN_RELEVANCY)) != 0;
}

/* The message is one of those that MODSEQ, SAVE and RELEVANCY are about. */
static void
result_note(struct imap_winnow_esearch_result *result, uint32_t seq,
	    uint32_t uid, struct mail *mail)
{
	uint64_t modseq;

	if (result->noted_seq == seq)
		return;
	result->noted_seq = seq;

	if ((result->options & SEARCH_RETURN_MODSEQ) != 0) {
		modseq = mail_get_modseq(mail);
		result->highest_modseq = I_MAX(result->highest_modseq, modseq);
	}
	if (result->saved_uids != NULL)
		seq_range_array_add(result->saved_uids, uid);
	if ((result->options & SEARCH_RETURN_RELEVANCY) != 0) T_BEGIN {
		result_note_score(result, mail);
	} T_END;
}

/* PARTIAL alone is about the messages in its range; with COUNT, SAVE is about
   all of them. */
static void
result_add_partial(struct imap_winnow_esearch_result *result, uint32_t seq,
		   uint32_t uid, struct mail *mail)
{
	if (result->partial1 <= result->count &&
	    result->partial2 >= result->count) {
		seq_range_array_add(&result->uids, uid);
		result_note(result, seq, uid, mail);
	} else if ((result->options & SEARCH_RETURN_COUNT) != 0 &&
		   result->saved_uids != NULL) {
		seq_range_array_add(result->saved_uids, uid);
	}
}

void imap_winnow_esearch_result_add(struct imap_winnow_esearch_result *result,
				    uint32_t seq, uint32_t uid,
				    struct mail *mail)
{
	const enum search_return_options opts = result->options;

	result->count++;
	result->max_uid = uid;
	result->max_seq = seq;
	if (result->count == 1) {
		result->min_uid = uid;
		if ((opts & SEARCH_RETURN_MIN) != 0)
			result_note(result, seq, uid, mail);
	}
	if ((opts & SEARCH_RETURN_ALL) != 0) {
		seq_range_array_add(&result->uids, uid);
		result_note(result, seq, uid, mail);
	} else if ((opts & SEARCH_RETURN_PARTIAL) != 0) {
		result_add_partial(result, seq, uid, mail);
	} else if ((opts & SEARCH_RETURN_COUNT) != 0 ||
		   (opts & (SEARCH_RETURN_MIN | SEARCH_RETURN_MAX)) == 0) {
		result_note(result, seq, uid, mail);
	}
}

void imap_winnow_esearch_result_finish(struct imap_winnow_esearch_result *result,
				       struct mailbox_transaction_context *t)
{
	struct mail *mail;

	if ((result->options & SEARCH_RETURN_MAX) == 0 ||
	    result->max_seq == result->noted_seq)
		return;
	mail = mail_alloc(t, 0, NULL);
	mail_set_seq(mail, result->max_seq);
	result_note(result, mail->seq, mail->uid, mail);
	mail_free(&mail);
}

bool imap_winnow_esearch_result_is_told(
	const struct imap_winnow_esearch_result *result)
{
	return result->count > 0 &&
		(result->options & ENUM_NEGATE(SEARCH_RETURN_ESEARCH)) !=
		SEARCH_RETURN_SAVE;
}

/* RFC 6203: numbers 1..100, as Dovecot's SEARCH has them */
static void
result_write_scores(string_t *dest,
		    const struct imap_winnow_esearch_result *result)
{
	float min = 0, max = 0, score;
	const char *separator = "";

	array_foreach_elem(&result->scores, score) {
		min = I_MIN(min, score);
		max = I_MAX(max, score);
	}
	str_append(dest, " RELEVANCY (");
	array_foreach_elem(&result->scores, score) {
		score = (score - min) / (max > min ? max - min : 1) * 100;
		str_printfa(dest, "%s%u", separator,
			    score < 1 ? 1 : (unsigned int)score);
		separator = " ";
	}
	str_append_c(dest, ')');
}

/* As imap_write_seq_range(), which formats as printf() does: that took a tenth
   of all the time of a search in many mailboxes. */
static void
result_write_uids(string_t *dest, const ARRAY_TYPE(seq_range) *uids)
{
	const struct seq_range *range;
	char number[MAX_INT_STRLEN];

	array_foreach(uids, range) {
		if (range != array_front(uids))
			str_append_c(dest, ',');
		str_append(dest, dec2str_buf(number, range->seq1));
		if (range->seq1 == range->seq2)
			continue;
		str_append_c(dest, ':');
		str_append(dest, dec2str_buf(number, range->seq2));
	}
}

static void
result_write_partial(string_t *dest,
		     const struct imap_winnow_esearch_result *result)
{
	str_printfa(dest, " PARTIAL (%u:%u ", result->partial1,
		    result->partial2);
	if (array_count(&result->uids) == 0)
		str_append(dest, "NIL");
	else
		result_write_uids(dest, &result->uids);
	str_append_c(dest, ')');
}

static void
result_write_correlator(string_t *dest, const char *tag, const char *vname,
			uint32_t uidvalidity)
{
	string_t *mailbox = t_str_new(128);

	str_append(dest, "* ESEARCH (TAG ");
	imap_append_string(dest, tag);
	str_append(dest, " MAILBOX ");
	if (imap_utf8_to_utf7(vname, mailbox) < 0)
		str_append(mailbox, vname);
	imap_append_astring(dest, str_c(mailbox));
	str_printfa(dest, " UIDVALIDITY %u) UID", uidvalidity);
}

void imap_winnow_esearch_result_write(
	string_t *dest, const struct imap_winnow_esearch_result *result,
	const char *tag, const char *vname, uint32_t uidvalidity)
{
	const enum search_return_options opts = result->options;

	result_write_correlator(dest, tag, vname, uidvalidity);
	if ((opts & SEARCH_RETURN_ALL) != 0) {
		str_append(dest, " ALL ");
		result_write_uids(dest, &result->uids);
	}
	if ((opts & SEARCH_RETURN_MIN) != 0)
		str_printfa(dest, " MIN %u", result->min_uid);
	if ((opts & SEARCH_RETURN_MAX) != 0)
		str_printfa(dest, " MAX %u", result->max_uid);
	if ((opts & SEARCH_RETURN_COUNT) != 0)
		str_printfa(dest, " COUNT %u", result->count);
	if ((opts & SEARCH_RETURN_PARTIAL) != 0)
		result_write_partial(dest, result);
	if ((opts & SEARCH_RETURN_RELEVANCY) != 0)
		result_write_scores(dest, result);
	if (result->highest_modseq != 0)
		str_printfa(dest, " MODSEQ %"PRIu64, result->highest_modseq);
}
