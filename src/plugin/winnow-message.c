#include "lib.h"
#include "mail-namespace.h"
#include "winnow-verdict.h"
#include "winnow-index.h"
#include "winnow-user.h"
#include "winnow-header.h"
#include "winnow-memo.h"
#include "winnow-mailbox.h"
#include "winnow-transaction.h"
#include "winnow-message.h"

int winnow_message_lookup(struct winnow_mailbox *wbox,
			  struct mailbox_transaction_context *t, uint32_t seq,
			  struct winnow_verdict *verdict_r)
{
	struct winnow_transaction *wt = winnow_transaction_get(t);
	uint32_t uid;

	/* outdated records are gone once the transaction has begun anew: then
	   only those that it wrote itself are left */
	if ((winnow_transaction_has_records(wt) || wt->wrote) &&
	    winnow_index_lookup(t->view, wbox->ext_id, seq, verdict_r) > 0)
		return 1;
	if (wbox->memo == NULL)
		return 0;
	mail_index_lookup_uid(t->view, seq, &uid);
	/* a message that is being saved has no UID yet */
	return uid == 0 ? 0 : winnow_memo_get(wbox->memo, uid, verdict_r);
}

static bool
peek_begin(struct winnow_mailbox *wbox, struct winnow_transaction *wt,
	   struct mail_index_view *view)
{
	/* private flags are in another index */
	if (wbox->box->view_pvt != NULL ||
	    !winnow_transaction_has_records(wt))
		return FALSE;
	if (winnow_index_scan_is_current(&wt->scan, view))
		return TRUE;
	if (!winnow_index_scan_begin(&wt->scan, view, wbox->ext_id))
		return FALSE;
	winnow_opinion_scan_begin(&wt->opinion, &wt->scan);
	return TRUE;
}

int winnow_message_peek(struct winnow_mailbox *wbox,
			struct mailbox_transaction_context *t, uint32_t seq,
			struct winnow_verdict *verdict_r,
			struct winnow_class_result *result_r)
{
	const struct winnow_classifier *classifier =
		winnow_transaction_classifier(t);
	struct winnow_transaction *wt = winnow_transaction_get(t);
	struct winnow_index_message message;

	if (!peek_begin(wbox, wt, t->view))
		return 0;
	winnow_index_scan_message(&wt->scan, seq, &message);
	if (message.record == NULL ||
	    winnow_record_decode(message.record, WINNOW_RECORD_SIZE,
				 verdict_r) == 0)
		return 0;
	if (winnow_opinion_scan_class(&wt->opinion, classifier, &message,
				      result_r) == 0)
		winnow_class_by_verdict(classifier, verdict_r, result_r);
	return 1;
}

static void
message_begin_anew(struct winnow_mailbox *wbox,
		   struct mailbox_transaction_context *t)
{
	const struct winnow_user *wuser = wbox->wuser;
	struct winnow_record_header header = {
		.format = WINNOW_RECORD_FORMAT,
		.fingerprint = wuser->fingerprint,
		.set_usecs = winnow_user_now_usecs(),
	};
	const char *name;
	unsigned int i;

	for (i = 0; i < WINNOW_RECORD_NAMES_MAX; i++) {
		name = winnow_source_name(wuser->policy,
					  WINNOW_SOURCE_ADMIN_FIRST + i);
		if (name == NULL)
			break;
		i_strocpy(header.names[i], name, sizeof(header.names[i]));
	}
	header.names_count = i;
	winnow_index_begin(t->itrans, t->view, wbox->ext_id, &header);
}

static void
message_write(struct winnow_mailbox *wbox,
	      struct mailbox_transaction_context *t, uint32_t seq,
	      const struct winnow_verdict *verdict)
{
	struct winnow_transaction *wt = winnow_transaction_get(t);

	if (!wt->wrote && wt->records != WINNOW_RECORDS_CURRENT)
		message_begin_anew(wbox, t);
	else if (!wt->wrote)
		winnow_index_continue(t->itrans, wbox->ext_id, wt->reset_id);
	wt->wrote = TRUE;
	winnow_index_write(t->itrans, wbox->ext_id, seq, verdict);
}

bool winnow_message_may_fill(const struct winnow_mailbox *wbox)
{
	const struct mail_namespace *ns = mailbox_get_namespace(wbox->box);

	if (winnow_index_is_readonly(wbox->box->index))
		return FALSE;
	return winnow_user_owns(wbox->wuser, ns) ||
		(wbox->wuser->write_public &&
		 ns->type == MAIL_NAMESPACE_TYPE_PUBLIC);
}

int winnow_message_judge(struct winnow_mailbox *wbox, struct mail *mail,
			 struct winnow_verdict *verdict_r)
{
	if (winnow_message_lookup(wbox, mail->transaction, mail->seq,
				  verdict_r) > 0)
		return 0;
	return winnow_message_rejudge(wbox, mail, verdict_r);
}

int winnow_message_judge_for_search(struct winnow_mailbox *wbox,
				    struct mail *mail, unsigned int *judged,
				    struct winnow_verdict *verdict_r)
{
	int ret;

	if (winnow_message_lookup(wbox, mail->transaction, mail->seq,
				  verdict_r) > 0)
		return 0;
	*judged += 1;
	mail->access_type = MAIL_ACCESS_TYPE_SEARCH;
	ret = winnow_message_rejudge(wbox, mail, verdict_r);
	mail->access_type = MAIL_ACCESS_TYPE_DEFAULT;
	return ret;
}

int winnow_message_rejudge(struct winnow_mailbox *wbox, struct mail *mail,
			   struct winnow_verdict *verdict_r)
{
	struct mailbox_transaction_context *t = mail->transaction;

	if (winnow_header_judge(mail, mail, wbox->wuser->policy,
				verdict_r) < 0)
		return -1;
	if (winnow_transaction_get(t)->records != WINNOW_RECORDS_FOREIGN &&
	    winnow_message_may_fill(wbox))
		message_write(wbox, t, mail->seq, verdict_r);
	else if (mail->uid != 0)
		winnow_memo_set(&wbox->memo, mail->uid, verdict_r);
	return 0;
}

void winnow_message_store_saved(struct winnow_mailbox *wbox, struct mail *mail,
				const struct winnow_verdict *verdict)
{
	struct mailbox_transaction_context *t = mail->transaction;

	/* others' records stay consistent with the settings that shaped them:
	   the message gets its record from whoever may write it */
	if (winnow_transaction_get(t)->records != WINNOW_RECORDS_FOREIGN)
		message_write(wbox, t, mail->seq, verdict);
}

static const char *source_name(const struct winnow_policy *policy, uint8_t id)
{
	const char *name = winnow_source_name(policy, id);

	return name == NULL ? "" : name;
}

const char *
winnow_message_record_source_name(struct mailbox_transaction_context *t,
				  const struct winnow_verdict *verdict)
{
	const struct winnow_record_header *header =
		&winnow_transaction_get(t)->header;
	unsigned int idx;

	if (verdict->source < WINNOW_SOURCE_ADMIN_FIRST)
		return source_name(NULL, verdict->source);
	idx = verdict->source - WINNOW_SOURCE_ADMIN_FIRST;
	return idx < header->names_count ? header->names[idx] : "";
}

const char *
winnow_message_source_name(struct winnow_mailbox *wbox,
			   struct mailbox_transaction_context *t, uint32_t seq,
			   const struct winnow_verdict *verdict)
{
	struct winnow_verdict record;

	/* what has no record was judged by this session's own settings */
	if (verdict->source >= WINNOW_SOURCE_ADMIN_FIRST &&
	    winnow_transaction_get(t)->records == WINNOW_RECORDS_FOREIGN &&
	    winnow_index_lookup(t->view, wbox->ext_id, seq, &record) > 0)
		return winnow_message_record_source_name(t, verdict);
	return source_name(wbox->wuser->policy, verdict->source);
}
