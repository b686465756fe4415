#include "lib.h"
#include "array.h"
#include "seq-range-array.h"
#include "mail-search.h"
#include "mail-search-build.h"
#include "winnow-verdict.h"
#include "winnow-mailbox.h"
#include "winnow-transaction.h"
#include "winnow-message.h"
#include "winnow-search-mailbox.h"
#include "winnow-clean.h"

/* A GUID that no message can have. The serial number after it tells each search
   from all others: what Dovecot remembers of one must not answer another. */
#define WINNOW_CLEAN_PREFIX "\001winnow-clean:"

#define NEVER_SKIPPED (MAIL_FLAGGED | MAIL_ANSWERED)

struct winnow_clean {
	struct winnow_clean_order order;
	struct winnow_mailbox *wbox;

	/* The argument, and the list in which it was found */
	struct mail_search_arg *arg;
	const struct mail_search_arg *args;

	/* sequences, in the order in which they were left out */
	ARRAY_TYPE(seq_range) skipped;
	/* The search goes on among them. */
	bool looks_again;
	struct seq_range_iter iter;
	unsigned int next;

	/* Sorted matches are returned at the end only. */
	bool sorted;
	unsigned int matches;
	/* messages whose header had to be read */
	unsigned int judged;
};

static struct winnow_clean_order clean_expected;
static unsigned int clean_serial;

void winnow_clean_expect(struct mailbox *box, enum winnow_clean_look look,
			 struct winnow_clean_report *report)
{
	clean_expected.box = box;
	clean_expected.look = look;
	clean_expected.report = report;
}

void winnow_clean_expect_nothing(void)
{
	i_zero(&clean_expected);
}

void winnow_clean_prepare(struct mailbox *box, struct mail_search_args *args,
			  struct winnow_clean_order *order_r)
{
	struct mail_search_arg *arg;

	i_zero(order_r);
	if (clean_expected.box != box)
		return;
	/* This one and no other: the searches that threads are made of must
	   see all messages. */
	*order_r = clean_expected;
	winnow_clean_expect_nothing();

	arg = mail_search_build_add(args, SEARCH_GUID);
	arg->value.str = p_strdup_printf(args->pool, WINNOW_CLEAN_PREFIX"%u",
					 ++clean_serial);
}

static struct mail_search_arg *clean_find_arg(struct mail_search_arg *args)
{
	for (; args != NULL; args = args->next) {
		if (args->type == SEARCH_GUID &&
		    strncmp(args->value.str, WINNOW_CLEAN_PREFIX,
			    strlen(WINNOW_CLEAN_PREFIX)) == 0)
			return args;
	}
	return NULL;
}

bool winnow_clean_in_args(struct mail_search_arg *args)
{
	return clean_find_arg(args) != NULL;
}

struct winnow_clean *
winnow_clean_init(pool_t pool, struct mail_search_context *ctx,
		  struct winnow_mailbox *wbox,
		  const struct winnow_clean_order *order)
{
	struct winnow_clean *clean;

	clean = p_new(pool, struct winnow_clean, 1);
	clean->order = *order;
	clean->wbox = wbox;
	clean->sorted = ctx->sort_program != NULL;
	p_array_init(&clean->skipped, pool, 16);
	/* With more than one, Dovecot returns mails before it knows whether
	   they match. */
	ctx->max_mails = 1;
	return clean;
}

static const struct mailbox_vfuncs *
clean_super(const struct winnow_clean *clean)
{
	return winnow_search_mailbox_super(clean->wbox->box);
}

/* Full text search replaces all arguments by others when it knows its words.
   Returns FALSE if it knows that none of them can match, and ours is gone. */
static bool clean_update_arg(struct winnow_clean *clean,
			     struct mail_search_context *ctx)
{
	if (clean->args != ctx->args->args) {
		clean->args = ctx->args->args;
		clean->arg = clean_find_arg(ctx->args->args);
	}
	return clean->arg != NULL;
}

/* Decides about a message, and remembers it if it was left out. */
static bool clean_admits(struct winnow_clean *clean, uint32_t seq, bool spam)
{
	if (clean->order.look == WINNOW_CLEAN_ONLY_SPAM || clean->looks_again)
		return spam;
	if (spam)
		seq_range_array_add(&clean->skipped, seq);
	return !spam;
}

static bool clean_next_skipped(struct winnow_clean *clean,
			       struct mail_search_context *ctx)
{
	uint32_t seq;

	while (seq_range_array_iter_nth(&clean->iter, clean->next++, &seq)) {
		ctx->seq = seq - 1;
		if (!clean_super(clean)->search_next_update_seq(ctx))
			break;
		if (ctx->seq == seq)
			return TRUE;
		mail_search_args_reset(ctx->args->args, FALSE);
	}
	return FALSE;
}

bool winnow_clean_next_seq(struct winnow_clean *clean,
			   struct mail_search_context *ctx)
{
	if (clean->order.report == NULL) {
		/* Dovecot goes on with the arguments of a search that is over,
		   to keep its result up to date: nobody will ask for it. */
		return FALSE;
	}
	if (!clean->looks_again) {
		if (clean_super(clean)->search_next_update_seq(ctx))
			return TRUE;
		if (clean->order.look != WINNOW_CLEAN_LOOK_TWICE ||
		    clean->matches > 0 || array_count(&clean->skipped) == 0)
			return FALSE;
		clean->looks_again = TRUE;
		seq_range_array_iter_init(&clean->iter, &clean->skipped);
	}
	return clean_next_skipped(clean, ctx);
}

/* Returns 1 if the message is spam that may be left out, 0 if not, -1 if it
   takes the mail. */
static int clean_seq_is_spam(const struct winnow_clean *clean,
			     struct mailbox_transaction_context *t,
			     uint32_t seq)
{
	struct winnow_class_result result;
	struct winnow_verdict verdict;

	if (winnow_message_peek(clean->wbox, t, seq, &verdict, &result) == 0)
		return -1;
	return result.class == WINNOW_CLASS_SPAM &&
		(mail_index_lookup(t->view, seq)->flags & NEVER_SKIPPED) == 0;
}

bool winnow_clean_admits_seq(struct winnow_clean *clean,
			     struct mail_search_context *ctx)
{
	int spam;

	if (!clean_update_arg(clean, ctx))
		return TRUE;
	spam = clean->looks_again ? 1 :
		clean_seq_is_spam(clean, ctx->transaction, ctx->seq);
	if (spam < 0)
		return TRUE;
	if (!clean_admits(clean, ctx->seq, spam > 0))
		return FALSE;
	ARG_SET_RESULT(clean->arg, 1);
	return TRUE;
}

/* As clean_seq_is_spam(), but -1 means that the mail is gone. A mail that can't
   be read is unknown. */
static int clean_mail_is_spam(struct winnow_clean *clean, struct mail *mail)
{
	const struct winnow_classifier *classifier =
		winnow_transaction_classifier(mail->transaction);
	struct winnow_class_result result;
	struct winnow_verdict verdict;

	if ((mail_get_flags(mail) & NEVER_SKIPPED) != 0)
		return 0;
	if (winnow_class_without_verdict(classifier, mail->transaction->view,
					 mail->seq, &result) > 0)
		return result.class == WINNOW_CLASS_SPAM ? 1 : 0;
	if (winnow_message_judge_for_search(clean->wbox, mail, &clean->judged,
					    &verdict) < 0) {
		return mailbox_get_last_mail_error(mail->box) ==
			MAIL_ERROR_EXPUNGED ? -1 : 0;
	}
	winnow_class_by_verdict(classifier, &verdict, &result);
	return result.class == WINNOW_CLASS_SPAM ? 1 : 0;
}

static bool clean_admits_mail(struct winnow_clean *clean,
			      struct mail_search_context *ctx,
			      struct mail *mail)
{
	int spam = clean_mail_is_spam(clean, mail);

	if (spam < 0)
		ctx->seen_lost_data = TRUE;
	if (spam < 0 || !clean_admits(clean, mail->seq, spam > 0))
		return FALSE;
	ARG_SET_RESULT(clean->arg, 1);
	return TRUE;
}

int winnow_clean_next_match_mail(struct winnow_clean *clean,
				 struct mail_search_context *ctx,
				 struct mail *mail)
{
	int ret;

	if (clean->arg != NULL && clean->arg->result == -1 &&
	    !clean_admits_mail(clean, ctx, mail)) {
		mail_search_args_reset(ctx->args->args, FALSE);
		return 0;
	}
	ret = clean_super(clean)->search_next_match_mail(ctx, mail);
	if (ret > 0 && clean->sorted)
		clean->matches++;
	return ret;
}

void winnow_clean_matched(struct winnow_clean *clean)
{
	if (!clean->sorted)
		clean->matches++;
}

unsigned int winnow_clean_judged(const struct winnow_clean *clean)
{
	return clean->judged;
}

void winnow_clean_deinit(struct winnow_clean *clean)
{
	struct winnow_clean_report *report = clean->order.report;

	if (report == NULL)
		return;
	if (clean->looks_again || clean->order.look == WINNOW_CLEAN_ONLY_SPAM)
		report->shown += clean->matches;
	else
		report->skipped += seq_range_count(&clean->skipped);
}
