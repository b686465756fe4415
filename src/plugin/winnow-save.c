#include "lib.h"
#include "array.h"
#include "mail-storage-private.h"
#include "raw-storage.h"
#include "winnow-verdict.h"
#include "winnow-user.h"
#include "winnow-settings.h"
#include "winnow-header.h"
#include "winnow-mailbox.h"
#include "winnow-transaction.h"
#include "winnow-class.h"
#include "winnow-message.h"
#include "winnow-save.h"

static void
save_event(struct winnow_mailbox *wbox, struct mail *mail,
	   const struct winnow_verdict *verdict)
{
	const char *source = winnow_message_source_name(
		wbox, mail->transaction, mail->seq, verdict);
	/* without a source there is no such field, by which metrics group */
	struct event_passthrough *e =
		event_create_passthrough(wbox->box->event)->
		set_name("winnow_verdict_saved")->
		add_str("source", *source == '\0' ? NULL : source)->
		add_int("level", verdict->level)->
		add_int("score", verdict->score_milli);

	e_debug(e->event(), "winnow: Saved verdict of level %d",
		verdict->level);
}

static void
save_store(struct mail *mail, const struct winnow_verdict *verdict)
{
	struct winnow_mailbox *wbox = winnow_mailbox_get(mail->box);

	winnow_message_store_saved(wbox, mail, verdict);
	save_event(wbox, mail, verdict);
}

/* The storage keeps the error of whoever came last, and a save that succeeded
   has none: report ours here, once for the message, and forget it. */
static void save_log_unreadable(struct mail *mail)
{
	struct winnow_mailbox *wbox = winnow_mailbox_get(mail->box);
	enum mail_error error;

	e_warning(wbox->box->event, "winnow: Couldn't read the header of a "
		  "saved message, so it has no record until a search meets "
		  "it: %s", mailbox_get_last_internal_error(mail->box, &error));
}

static void save_judge(struct mail *dest_mail, struct mail *header_mail)
{
	struct winnow_mailbox *wbox = winnow_mailbox_get(dest_mail->box);
	struct winnow_verdict verdict;

	mail_storage_last_error_push(header_mail->box->storage);
	if (winnow_header_judge(header_mail, dest_mail, wbox->wuser->policy,
				&verdict) < 0)
		save_log_unreadable(header_mail);
	else
		save_store(dest_mail, &verdict);
	mail_storage_last_error_pop(header_mail->box->storage);
}

static int winnow_save_finish(struct mail_save_context *ctx)
{
	struct mailbox *box = ctx->transaction->box;
	/* super forgets it; a copy that is done by saving comes back to
	   winnow_copy() */
	struct mail *dest_mail = ctx->copying_via_save ? NULL : ctx->dest_mail;

	if (winnow_mailbox_super(box)->save_finish(ctx) < 0)
		return -1;
	if (dest_mail != NULL && winnow_mailbox_get(box) != NULL)
		save_judge(dest_mail, dest_mail);
	return 0;
}

/* Not a delivery, not a replication, not a plugin that keeps what is expunged
   (it passes by the ACLs), not an import out of another account. */
static bool copy_is_by_user(struct mail_save_context *ctx, struct mail *src_mail)
{
	struct mailbox *dest_box = ctx->transaction->box;

	return !ctx->saving &&
		(ctx->transaction->flags & MAILBOX_TRANSACTION_FLAG_SYNC) == 0 &&
		(dest_box->flags & MAILBOX_FLAG_IGNORE_ACLS) == 0 &&
		src_mail->box->storage->user == dest_box->storage->user;
}

/* The acl plugin has looked at the copy's keywords already, and will not look
   at ours. */
static bool copy_may_set_keywords(struct mailbox *dest_box)
{
	struct mailbox_status status;

	mailbox_get_open_status(dest_box, STATUS_PERMANENT_FLAGS, &status);
	return status.allow_new_keywords;
}

/* Rescued mail stays rescued: what a user takes out of a \Junk mailbox, other
   than to throw it away, is not spam. */
static bool
copy_teaches(struct mail_save_context *ctx, struct mail *src_mail)
{
	struct mailbox *dest_box = ctx->transaction->box;
	struct winnow_mailbox *wbox = winnow_mailbox_get(dest_box);

	return wbox->wuser->set->move_teaches &&
		copy_is_by_user(ctx, src_mail) &&
		winnow_mailbox_is_junk(src_mail->box) &&
		!winnow_mailbox_is_junk(dest_box) &&
		!mailbox_has_special_use(dest_box, "\\Trash") &&
		copy_may_set_keywords(dest_box);
}

/* The copy gets $NotJunk instead of $Junk: with both it would have neither. */
static void copy_teach(struct mail_save_context *ctx)
{
	const ARRAY_TYPE(keywords) *names;
	ARRAY_TYPE(const_string) keywords;
	struct mail_keywords *old = ctx->data.keywords;
	const char *name;

	t_array_init(&keywords, 8);
	names = mail_index_get_keywords(ctx->transaction->box->index);
	for (unsigned int i = 0; old != NULL && i < old->count; i++) {
		name = array_idx_elem(names, old->idx[i]);
		if (!winnow_class_keyword_is_spam(name))
			array_push_back(&keywords, &name);
	}
	name = "$NotJunk";
	array_push_back(&keywords, &name);
	array_append_zero(&keywords);
	if (old != NULL)
		mailbox_keywords_unref(&ctx->data.keywords);
	ctx->data.keywords = mailbox_keywords_create_valid(
		ctx->transaction->box, array_front(&keywords));
}

/* Returns 1 if the record of the mail says what the settings of the other
   mailbox would say, too. */
static int
copy_lookup(struct winnow_mailbox *dest, struct mail *src_mail,
	    struct winnow_verdict *verdict_r)
{
	struct winnow_mailbox *src = winnow_mailbox_get(src_mail->box);

	if (src == NULL ||
	    src->wuser->fingerprint != dest->wuser->fingerprint ||
	    winnow_transaction_get(src_mail->transaction)->records !=
	    WINNOW_RECORDS_CURRENT)
		return 0;
	return winnow_message_lookup(src, src_mail->transaction,
				     src_mail->seq, verdict_r);
}

/* Sieve's editheader stands before a delivered message. Its stream panics when
   a reader asks for more than its buffer holds, and whoever looks for fields
   does so at one that is larger than that. */
static bool mail_is_edited(const struct mail *src_mail)
{
	const struct mail_private *mail = (const struct mail_private *)src_mail;

	return strcmp(src_mail->box->storage->name, RAW_STORAGE_NAME) == 0 &&
		mail->v.get_stream != src_mail->box->mail_vfuncs->get_stream;
}

static void copy_judge(struct mail_save_context *ctx, struct mail *src_mail)
{
	struct mail *dest_mail = ctx->dest_mail;
	struct winnow_verdict verdict;

	/* a delivery to several users copies from the first one's mailbox:
	   what that says is for that user to decide */
	if (!ctx->saving &&
	    copy_lookup(winnow_mailbox_get(dest_mail->box), src_mail,
			&verdict) > 0)
		save_store(dest_mail, &verdict);
	else
		save_judge(dest_mail, mail_is_edited(src_mail) ?
			   dest_mail : src_mail);
}

static int winnow_copy(struct mail_save_context *ctx, struct mail *mail)
{
	struct mailbox *box = ctx->transaction->box;
	int ret;

	if (winnow_mailbox_get(box) == NULL)
		return winnow_mailbox_super(box)->copy(ctx, mail);
	if (copy_teaches(ctx, mail)) T_BEGIN {
		copy_teach(ctx);
	} T_END;
	ret = winnow_mailbox_super(box)->copy(ctx, mail);
	if (ret == 0)
		copy_judge(ctx, mail);
	return ret;
}

void winnow_save_hook(struct mailbox_vfuncs *v)
{
	v->save_finish = winnow_save_finish;
	v->copy = winnow_copy;
}
