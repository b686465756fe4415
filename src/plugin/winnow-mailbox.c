#include "lib.h"
#include "mail-namespace.h"
#include "winnow-index.h"
#include "winnow-user.h"
#include "winnow-attribute-list.h"
#include "winnow-memo.h"
#include "winnow-quiet.h"
#include "winnow-save.h"
#include "winnow-search.h"
#include "winnow-search-guard.h"
#include "winnow-mailbox.h"

#define WINNOW_STORAGE_CONTEXT(obj) \
	MODULE_CONTEXT(obj, winnow_storage_module)
#define WINNOW_STORAGE_CONTEXT_REQUIRE(obj) \
	MODULE_CONTEXT_REQUIRE(obj, winnow_storage_module)

#define CLOCKS_DIFFER_USECS (24 * 60 * 60 * (uint64_t)1000000)

static MODULE_CONTEXT_DEFINE_INIT(winnow_storage_module,
				  &mail_storage_module_register);

struct winnow_mailbox *winnow_mailbox_get(struct mailbox *box)
{
	struct winnow_mailbox *wbox = WINNOW_STORAGE_CONTEXT(box);

	if (wbox == NULL || !wbox->opened || box->virtual_vfuncs != NULL)
		return NULL;
	return wbox;
}

struct mailbox_vfuncs *winnow_mailbox_super(struct mailbox *box)
{
	struct winnow_mailbox *wbox = WINNOW_STORAGE_CONTEXT_REQUIRE(box);

	return &wbox->module_ctx.super;
}

bool winnow_mailbox_is_junk(struct mailbox *box)
{
	return mailbox_has_special_use(box, "\\Junk");
}

/* A time that lies further in the future than clocks differ was not written by
   us: nobody's settings would ever be newer. */
static bool header_is_older(const struct winnow_record_header *header,
			    const struct winnow_user *wuser)
{
	return wuser->settings_usecs > header->set_usecs ||
		header->set_usecs - wuser->settings_usecs > CLOCKS_DIFFER_USECS;
}

enum winnow_records
winnow_mailbox_get_records(struct winnow_mailbox *wbox,
			   struct mail_index_view *view,
			   struct winnow_record_header *header_r)
{
	const struct winnow_user *wuser = wbox->wuser;
	const struct mail_namespace *ns = mailbox_get_namespace(wbox->box);

	if (winnow_index_get_header(view, wbox->ext_id, header_r) == 0)
		return WINNOW_RECORDS_NONE;
	if (header_r->fingerprint == wuser->fingerprint)
		return WINNOW_RECORDS_CURRENT;
	if (ns->type == MAIL_NAMESPACE_TYPE_PUBLIC && wuser->write_public)
		return WINNOW_RECORDS_STALE;
	return winnow_user_owns(wuser, ns) &&
		header_is_older(header_r, wuser) ?
		WINNOW_RECORDS_STALE : WINNOW_RECORDS_FOREIGN;
}

static struct mailbox_transaction_context *
winnow_transaction_begin(struct mailbox *box,
			 enum mailbox_transaction_flags flags,
			 const char *reason)
{
	struct winnow_mailbox *wbox = WINNOW_STORAGE_CONTEXT_REQUIRE(box);
	struct mailbox_transaction_context *t;
	struct winnow_transaction *wt;

	t = wbox->module_ctx.super.transaction_begin(box, flags, reason);
	if (winnow_mailbox_get(box) == NULL)
		return t;
	wt = i_new(struct winnow_transaction, 1);
	MODULE_CONTEXT_SET(t, winnow_storage_module, wt);
	return t;
}

struct winnow_transaction *
winnow_transaction_get(struct mailbox_transaction_context *t)
{
	struct winnow_transaction *wt = WINNOW_STORAGE_CONTEXT_REQUIRE(t);
	struct winnow_mailbox *wbox = winnow_mailbox_get(t->box);

	if (!wt->looked) {
		wt->looked = TRUE;
		wt->records = winnow_mailbox_get_records(wbox, t->view,
							 &wt->header);
		wt->have_reset_id = winnow_index_get_reset_id(
			t->view, wbox->ext_id, &wt->reset_id);
	}
	return wt;
}

/* Did somebody begin anew with other settings while the transaction wrote
   records? Dovecot ignores those only as long as the process has not learned
   of it, and it does learn when it saves. */
static void transaction_forget_outdated(struct mailbox_transaction_context *t)
{
	struct winnow_mailbox *wbox = WINNOW_STORAGE_CONTEXT_REQUIRE(t->box);
	struct winnow_transaction *wt = WINNOW_STORAGE_CONTEXT(t);
	struct winnow_record_header header;
	uint32_t reset_id = 0;
	bool have_reset_id;

	if (wt == NULL || !wt->wrote)
		return;
	have_reset_id = winnow_index_get_reset_id(t->view, wbox->ext_id,
						  &reset_id);
	if ((have_reset_id != wt->have_reset_id || reset_id != wt->reset_id) &&
	    winnow_mailbox_get_records(wbox, t->view, &header) !=
	    WINNOW_RECORDS_CURRENT)
		winnow_index_forget(t->itrans, wbox->ext_id);
}

static int winnow_transaction_save_commit_pre(struct mail_save_context *ctx)
{
	struct mailbox_transaction_context *t = ctx->transaction;
	struct winnow_mailbox *wbox = WINNOW_STORAGE_CONTEXT_REQUIRE(t->box);
	struct winnow_transaction *wt = WINNOW_STORAGE_CONTEXT(t);

	if (wbox->module_ctx.super.transaction_save_commit_pre(ctx) < 0)
		return -1;
	transaction_forget_outdated(t);
	if (wt != NULL && wt->wrote)
		winnow_index_remember_modseq(wbox->box->index);
	return 0;
}

const struct winnow_classifier *
winnow_transaction_classifier(struct mailbox_transaction_context *t)
{
	struct winnow_transaction *wt = winnow_transaction_get(t);

	if (!wt->have_classifier) {
		wt->have_classifier = TRUE;
		winnow_classifier_init(&wt->classifier,
				       winnow_mailbox_get(t->box));
	}
	return &wt->classifier;
}

void winnow_transaction_sets_preferences(struct mailbox_transaction_context *t)
{
	struct winnow_transaction *wt = WINNOW_STORAGE_CONTEXT(t);

	if (wt != NULL)
		wt->sets_preferences = TRUE;
}

static int
winnow_transaction_commit(struct mailbox_transaction_context *t,
			  struct mail_transaction_commit_changes *changes_r)
{
	struct winnow_mailbox *wbox = WINNOW_STORAGE_CONTEXT_REQUIRE(t->box);
	struct winnow_transaction *wt = WINNOW_STORAGE_CONTEXT(t);
	int ret;

	transaction_forget_outdated(t);
	ret = wbox->module_ctx.super.transaction_commit(t, changes_r);
	if (wt != NULL && wt->sets_preferences)
		winnow_preferences_forget(wbox->wuser);
	i_free(wt);
	return ret;
}

static void winnow_transaction_rollback(struct mailbox_transaction_context *t)
{
	struct winnow_mailbox *wbox = WINNOW_STORAGE_CONTEXT_REQUIRE(t->box);
	struct winnow_transaction *wt = WINNOW_STORAGE_CONTEXT(t);

	wbox->module_ctx.super.transaction_rollback(t);
	i_free(wt);
}

static int winnow_save_finish(struct mail_save_context *ctx)
{
	struct winnow_mailbox *wbox =
		WINNOW_STORAGE_CONTEXT_REQUIRE(ctx->transaction->box);
	/* super forgets it; a copy that is done by saving comes back to
	   winnow_copy() */
	struct mail *dest_mail = ctx->copying_via_save ? NULL : ctx->dest_mail;

	if (wbox->module_ctx.super.save_finish(ctx) < 0)
		return -1;
	if (dest_mail != NULL && winnow_mailbox_get(wbox->box) != NULL)
		winnow_mail_saved(dest_mail);
	return 0;
}

static int winnow_copy(struct mail_save_context *ctx, struct mail *mail)
{
	struct winnow_mailbox *wbox =
		WINNOW_STORAGE_CONTEXT_REQUIRE(ctx->transaction->box);
	int ret;

	if (winnow_mailbox_get(wbox->box) == NULL)
		return wbox->module_ctx.super.copy(ctx, mail);
	winnow_mail_copying(ctx, mail);
	ret = wbox->module_ctx.super.copy(ctx, mail);
	if (ret == 0)
		winnow_mail_copied(ctx, mail);
	return ret;
}

static void winnow_notify_changes(struct mailbox *box)
{
	struct winnow_mailbox *wbox = WINNOW_STORAGE_CONTEXT_REQUIRE(box);

	if (wbox->quiet != NULL)
		winnow_quiet_notify_changes(wbox->quiet, box);
	wbox->module_ctx.super.notify_changes(box);
}

static void winnow_mailbox_close(struct mailbox *box)
{
	struct winnow_mailbox *wbox = WINNOW_STORAGE_CONTEXT_REQUIRE(box);

	winnow_memo_free(&wbox->memo);
	winnow_quiet_free(&wbox->quiet);
	wbox->opened = FALSE;
	wbox->module_ctx.super.close(box);
}

void winnow_mailbox_allocated(struct mailbox *box)
{
	struct winnow_user *wuser = winnow_user_get(box->storage->user);
	struct mailbox_vfuncs *v = box->vlast;
	struct winnow_mailbox *wbox;

	if (wuser == NULL) {
		winnow_search_guard_hook(box);
		return;
	}
	wbox = p_new(box->pool, struct winnow_mailbox, 1);
	wbox->box = box;
	wbox->wuser = wuser;
	wbox->module_ctx.super = *v;
	box->vlast = &wbox->module_ctx.super;
	v->close = winnow_mailbox_close;
	v->notify_changes = winnow_notify_changes;
	v->transaction_begin = winnow_transaction_begin;
	v->transaction_commit = winnow_transaction_commit;
	v->transaction_rollback = winnow_transaction_rollback;
	v->transaction_save_commit_pre = winnow_transaction_save_commit_pre;
	v->save_finish = winnow_save_finish;
	v->copy = winnow_copy;
	winnow_attribute_list_hook(v);
	winnow_search_hook(v);
	MODULE_CONTEXT_SET(box, winnow_storage_module, wbox);
}

void winnow_mailbox_opened(struct mailbox *box)
{
	struct winnow_mailbox *wbox = WINNOW_STORAGE_CONTEXT(box);

	if (wbox == NULL || box->virtual_vfuncs != NULL)
		return;
	wbox->ext_id = winnow_index_register(box->index);
	wbox->opened = TRUE;
}
