#include "lib.h"
#include "mail-index-private.h"
#include "winnow-verdict.h"
#include "winnow-index.h"
#include "winnow-class.h"
#include "winnow-mailbox.h"
#include "winnow-transaction.h"
#include "winnow-message.h"
#include "winnow-count.h"

static void
counts_add(struct winnow_counts *counts, enum winnow_class class, bool seen)
{
	counts->messages++;
	switch (class) {
	case WINNOW_CLASS_SPAM:
		counts->spam++;
		return;
	case WINNOW_CLASS_HAM:
		counts->ham++;
		break;
	case WINNOW_CLASS_UNKNOWN:
		counts->unknown++;
		break;
	}
	if (!seen)
		counts->unseen++;
}

/* The class as far as the index knows it. */
static void
counts_add_known(struct winnow_counts *counts,
		 const struct winnow_classifier *classifier,
		 bool have_class, struct winnow_class_result *result,
		 bool have_verdict, const struct winnow_verdict *verdict,
		 bool seen)
{
	if (have_verdict) {
		counts->records++;
		if (verdict->level != WINNOW_LEVEL_NONE)
			counts->levels[verdict->level]++;
	}
	if (!have_class) {
		if (have_verdict)
			winnow_class_by_verdict(classifier, verdict, result);
		else
			result->class = WINNOW_CLASS_UNKNOWN;
	}
	counts_add(counts, result->class, seen);
}

/* The mail is a real one. */
static void
count_mail(struct winnow_counts *counts, struct winnow_mailbox *wbox,
	   const struct winnow_classifier *classifier, struct mail *mail,
	   bool seen)
{
	struct mailbox_transaction_context *t = mail->transaction;
	struct winnow_class_result result;
	struct winnow_verdict verdict;
	bool have_class, have_verdict;

	have_class = winnow_class_without_verdict(classifier, t->view,
						  mail->seq, &result) > 0;
	have_verdict = winnow_message_lookup(wbox, t, mail->seq, &verdict) > 0;
	counts_add_known(counts, classifier, have_class, &result, have_verdict,
			 &verdict, seen);
}

/* Dovecot's own lookups know of private flags and of newer maps. */
static void
count_mails(struct winnow_counts *counts, struct winnow_mailbox *wbox,
	    const struct winnow_classifier *classifier,
	    struct mailbox_transaction_context *t, uint32_t messages_count)
{
	struct mail *mail = mail_alloc(t, 0, NULL);

	for (uint32_t seq = 1; seq <= messages_count; seq++) {
		mail_set_seq(mail, seq);
		count_mail(counts, wbox, classifier, mail,
			   (mail_get_flags(mail) & MAIL_SEEN) != 0);
	}
	mail_free(&mail);
}

static void
count_scanned(struct winnow_counts *counts,
	      const struct winnow_classifier *classifier,
	      const struct winnow_index_scan *scan, bool have_records,
	      uint32_t messages_count)
{
	struct winnow_opinion_scan opinion;
	struct winnow_index_message msg;
	struct winnow_class_result result;
	struct winnow_verdict verdict;
	bool have_class, have_verdict;
	uint32_t seq;

	winnow_opinion_scan_begin(&opinion, scan);
	for (seq = 1; seq <= messages_count; seq++) {
		winnow_index_scan_message(scan, seq, &msg);
		have_class = winnow_opinion_scan_class(&opinion, classifier,
						       &msg, &result) > 0;
		have_verdict = have_records && msg.record != NULL &&
			winnow_record_decode(msg.record, WINNOW_RECORD_SIZE,
					     &verdict) > 0;
		counts_add_known(counts, classifier, have_class, &result,
				 have_verdict, &verdict,
				 (msg.flags & MAIL_SEEN) != 0);
	}
}

static void
count_real(struct winnow_counts *counts, struct winnow_mailbox *wbox,
	   struct mailbox_transaction_context *t)
{
	uint32_t messages_count = mail_index_view_get_messages_count(t->view);
	bool have_records =
		winnow_transaction_has_records(winnow_transaction_get(t));
	struct winnow_classifier classifier;
	struct winnow_index_scan scan;

	winnow_classifier_init(&classifier, wbox);
	if (wbox->memo == NULL && wbox->box->view_pvt == NULL &&
	    winnow_index_scan_begin(&scan, t->view, wbox->ext_id)) {
		count_scanned(counts, &classifier, &scan, have_records,
			      messages_count);
	} else {
		count_mails(counts, wbox, &classifier, t, messages_count);
	}
}

static void
count_virtual_mail(struct winnow_counts *counts, struct mail *mail)
{
	bool seen = (mail_get_flags(mail) & MAIL_SEEN) != 0;
	struct winnow_classifier classifier;
	struct winnow_mailbox *wbox;
	struct mail *real_mail;

	if (mail_get_backend_mail(mail, &real_mail) < 0 ||
	    (wbox = winnow_mailbox_get(real_mail->box)) == NULL) {
		counts_add(counts, WINNOW_CLASS_UNKNOWN, seen);
		return;
	}
	winnow_classifier_init(&classifier, wbox);
	count_mail(counts, wbox, &classifier, real_mail, seen);
}

static void
count_virtual(struct winnow_counts *counts,
	      struct mailbox_transaction_context *t)
{
	uint32_t messages_count = mail_index_view_get_messages_count(t->view);
	struct mail *mail = mail_alloc(t, 0, NULL);

	for (uint32_t seq = 1; seq <= messages_count; seq++) {
		mail_set_seq(mail, seq);
		count_virtual_mail(counts, mail);
	}
	mail_free(&mail);
}

void winnow_mailbox_count(struct mailbox *box, struct winnow_counts *counts_r)
{
	struct winnow_mailbox *wbox = winnow_mailbox_get(box);
	struct mailbox_transaction_context *t;

	i_zero(counts_r);
	t = mailbox_transaction_begin(box, 0, "winnow count");
	if (wbox != NULL)
		count_real(counts_r, wbox, t);
	else
		count_virtual(counts_r, t);
	mailbox_transaction_rollback(&t);
}
