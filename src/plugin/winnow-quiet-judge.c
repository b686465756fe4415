#include "lib.h"
#include "array.h"
#include "mail-index-view-private.h"
#include "winnow-verdict.h"
#include "winnow-index.h"
#include "winnow-class.h"
#include "winnow-mailbox.h"
#include "winnow-memo.h"
#include "winnow-message.h"
#include "winnow-quiet-judge.h"

/* What happened to a mailbox since its session saw it last. */
enum quiet_change {
	QUIET_CHANGE_NONE,
	/* only appended messages: those from the session's next UID on */
	QUIET_CHANGE_APPENDED,
	QUIET_CHANGE_OTHER
};

enum quiet_answer {
	QUIET_ANSWER_ANNOUNCE,
	QUIET_ANSWER_HOLD,
	/* a message has no record: its header has to be read */
	QUIET_ANSWER_READ_MAIL
};

/* A private copy of a view of the session's, brought up to date. */
struct quiet_peek {
	struct mail_index_view *view;
	uint32_t next_uid;
	enum quiet_change change;
};

/* Tells what a synchronisation of the view passes on its way. */
static enum quiet_change
peek_sync(struct mail_index_view *view, uint32_t next_uid)
{
	const ARRAY_TYPE(seq_range) *expunges;
	struct mail_index_view_sync_ctx *sync_ctx;
	struct mail_index_view_sync_rec rec;
	enum quiet_change change = QUIET_CHANGE_NONE;
	bool delayed_expunges;

	sync_ctx = mail_index_view_sync_begin(view, 0);
	mail_index_view_sync_get_expunges(sync_ctx, &expunges);
	if (array_count(expunges) > 0)
		change = QUIET_CHANGE_OTHER;
	while (mail_index_view_sync_next(sync_ctx, &rec)) {
		if (!rec.hidden && rec.uid1 < next_uid)
			change = QUIET_CHANGE_OTHER;
	}
	if (mail_index_view_sync_commit(&sync_ctx, &delayed_expunges) < 0)
		return QUIET_CHANGE_OTHER;
	if (change == QUIET_CHANGE_NONE &&
	    mail_index_get_header(view)->next_uid > next_uid)
		change = QUIET_CHANGE_APPENDED;
	return change;
}

/* Returns FALSE if the index is not what it was any more. */
static bool peek_begin(struct quiet_peek *peek, struct mail_index_view *own,
		       uint32_t next_uid)
{
	if (mail_index_refresh(own->index) < 0 ||
	    mail_index_is_deleted(own->index) ||
	    mail_index_view_is_inconsistent(own))
		return FALSE;
	i_zero(peek);
	peek->next_uid = next_uid;
	peek->view = mail_index_view_dup_private(own);
	peek->change = peek_sync(peek->view, next_uid);
	if (mail_index_get_header(peek->view)->uid_validity !=
	    mail_index_get_header(own)->uid_validity)
		peek->change = QUIET_CHANGE_OTHER;
	return TRUE;
}

static void peek_end(struct quiet_peek *peek)
{
	mail_index_view_close(&peek->view);
}

/* Flags that a user has of their own in somebody else's mailbox. */
static bool quiet_private_flags_changed(struct mailbox *box, uint32_t next_uid)
{
	struct quiet_peek peek;
	bool changed;

	if (box->view_pvt == NULL)
		return FALSE;
	if (!peek_begin(&peek, box->view_pvt, next_uid))
		return TRUE;
	changed = peek.change == QUIET_CHANGE_OTHER;
	peek_end(&peek);
	return changed;
}

/* Returns 1 and the verdict, or 0 if it is not known yet. */
static int
quiet_lookup_verdict(struct winnow_mailbox *wbox,
		     const struct quiet_peek *peek, bool have_records,
		     uint32_t seq, struct winnow_verdict *verdict_r)
{
	uint32_t uid;

	if (have_records && winnow_index_lookup(peek->view, wbox->ext_id, seq,
						verdict_r) > 0)
		return 1;
	mail_index_lookup_uid(peek->view, seq, &uid);
	return winnow_memo_get(wbox->memo, uid, verdict_r);
}

static enum quiet_answer
quiet_judge_message(struct winnow_mailbox *wbox,
		    const struct winnow_classifier *classifier,
		    const struct quiet_peek *peek, bool have_records,
		    uint32_t seq)
{
	struct winnow_class_result result;
	struct winnow_verdict verdict;

	if (winnow_class_without_verdict(classifier, peek->view, seq,
					 &result) == 0) {
		if (quiet_lookup_verdict(wbox, peek, have_records, seq,
					 &verdict) == 0)
			return QUIET_ANSWER_READ_MAIL;
		winnow_class_by_verdict(classifier, &verdict, &result);
	}
	return result.class == WINNOW_CLASS_SPAM ?
		QUIET_ANSWER_HOLD : QUIET_ANSWER_ANNOUNCE;
}

/* One message that is known to be no spam is enough: then no mail is read. */
static enum quiet_answer
quiet_judge_messages(struct winnow_mailbox *wbox,
		     const struct winnow_classifier *classifier,
		     const struct quiet_peek *peek, uint32_t seq1,
		     uint32_t seq2)
{
	enum quiet_answer one, answer = QUIET_ANSWER_HOLD;
	struct winnow_record_header header;
	bool have_records;

	have_records = winnow_records_hold(
		winnow_mailbox_get_records(wbox, peek->view, &header));
	for (uint32_t seq = seq1; seq <= seq2; seq++) {
		one = quiet_judge_message(wbox, classifier, peek, have_records,
					  seq);
		if (one == QUIET_ANSWER_ANNOUNCE)
			return one;
		if (one == QUIET_ANSWER_READ_MAIL)
			answer = one;
	}
	return answer;
}

static enum quiet_answer
quiet_judge_change(struct winnow_mailbox *wbox,
		   const struct winnow_classifier *classifier,
		   const struct quiet_peek *peek, unsigned int *count_r)
{
	uint32_t seq1, seq2;

	switch (peek->change) {
	case QUIET_CHANGE_OTHER:
		return QUIET_ANSWER_ANNOUNCE;
	case QUIET_CHANGE_NONE:
		return QUIET_ANSWER_HOLD;
	case QUIET_CHANGE_APPENDED:
		if (!mail_index_lookup_seq_range(peek->view, peek->next_uid,
						 (uint32_t)-1, &seq1, &seq2)) {
			/* all of them are gone again */
			return QUIET_ANSWER_HOLD;
		}
		*count_r = seq2 - seq1 + 1;
		return quiet_judge_messages(wbox, classifier, peek, seq1, seq2);
	}
	i_unreached();
}

static enum quiet_answer
quiet_judge_index(struct winnow_mailbox *wbox,
		  const struct winnow_classifier *classifier,
		  unsigned int *count_r)
{
	struct mail_index_view *own = wbox->box->view;
	uint32_t next_uid = mail_index_get_header(own)->next_uid;
	struct quiet_peek peek;
	enum quiet_answer answer;

	*count_r = 0;
	if (quiet_private_flags_changed(wbox->box, next_uid) ||
	    !peek_begin(&peek, own, next_uid))
		return QUIET_ANSWER_ANNOUNCE;
	answer = quiet_judge_change(wbox, classifier, &peek, count_r);
	peek_end(&peek);
	return answer;
}

/* Verdicts that may not be written would be gone with the other handle. */
static int
quiet_read_message(struct winnow_mailbox *own, struct winnow_mailbox *other,
		   struct mail *mail)
{
	struct winnow_verdict verdict;

	if (winnow_memo_get(own->memo, mail->uid, &verdict) > 0)
		return 0;
	if (winnow_message_judge(other, mail, &verdict) < 0)
		return -1;
	if (winnow_memo_get(other->memo, mail->uid, &verdict) > 0)
		winnow_memo_set(&own->memo, mail->uid, &verdict);
	return 0;
}

static int
quiet_read_messages(struct winnow_mailbox *own, struct mailbox *box,
		    uint32_t next_uid)
{
	struct winnow_mailbox *other = winnow_mailbox_get(box);
	struct mailbox_transaction_context *t;
	uint32_t seq, last_seq;
	struct mail *mail;
	int ret = 0;

	mailbox_get_seq_range(box, next_uid, (uint32_t)-1, &seq, &last_seq);
	if (seq == 0)
		return 0;
	if (other == NULL)
		return -1;
	t = mailbox_transaction_begin(box, 0, "winnow idle");
	mail = mail_alloc(t, 0, NULL);
	for (; seq <= last_seq && ret == 0; seq++) {
		mail_set_seq(mail, seq);
		ret = quiet_read_message(own, other, mail);
	}
	mail_free(&mail);
	if (mailbox_transaction_commit(&t) < 0)
		ret = -1;
	return ret;
}

/* Brings the index up to date through a second handle, which leaves the
   session's own view alone: messages and changes that a program other than
   Dovecot has put there, and records that a delivery without winnow has left
   out. */
static int quiet_update_index(struct winnow_mailbox *wbox)
{
	struct mailbox *own = wbox->box;
	uint32_t next_uid = mail_index_get_header(own->view)->next_uid;
	struct mailbox *box;
	int ret = -1;

	box = mailbox_alloc(own->list, own->vname, MAILBOX_FLAG_READONLY |
			    MAILBOX_FLAG_IGNORE_ACLS);
	/* by this name there may be another mailbox now */
	if (mailbox_open(box) == 0 && box->index == own->index &&
	    mailbox_sync(box, MAILBOX_SYNC_FLAG_FULL_READ) == 0)
		ret = quiet_read_messages(wbox, box, next_uid);
	mailbox_free(&box);
	return ret;
}

int winnow_quiet_judge(struct winnow_mailbox *wbox)
{
	/* other programs may write into a maildir */
	bool updated = strcmp(wbox->box->storage->name, "maildir") == 0;
	struct winnow_classifier classifier;
	enum quiet_answer answer;
	unsigned int count;

	winnow_classifier_init(&classifier, wbox);
	if (updated && quiet_update_index(wbox) < 0)
		return -1;
	answer = quiet_judge_index(wbox, &classifier, &count);
	if (answer == QUIET_ANSWER_READ_MAIL && !updated &&
	    quiet_update_index(wbox) == 0)
		answer = quiet_judge_index(wbox, &classifier, &count);
	return answer == QUIET_ANSWER_HOLD ? (int)count : -1;
}
