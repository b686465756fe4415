#include "lib.h"
#include "winnow-index.h"
#include "winnow-user.h"
#include "winnow-transaction.h"

#define WINNOW_TRANSACTION_CONTEXT(obj) \
	MODULE_CONTEXT(obj, winnow_transaction_module)
#define WINNOW_TRANSACTION_CONTEXT_REQUIRE(obj) \
	MODULE_CONTEXT_REQUIRE(obj, winnow_transaction_module)

static MODULE_CONTEXT_DEFINE_INIT(winnow_transaction_module,
				  &mail_storage_module_register);

static struct mailbox_transaction_context *
winnow_transaction_begin(struct mailbox *box,
			 enum mailbox_transaction_flags flags,
			 const char *reason)
{
	struct mailbox_transaction_context *t;
	struct winnow_transaction *wt;

	t = winnow_mailbox_super(box)->transaction_begin(box, flags, reason);
	if (winnow_mailbox_get(box) == NULL)
		return t;
	wt = i_new(struct winnow_transaction, 1);
	MODULE_CONTEXT_SET(t, winnow_transaction_module, wt);
	return t;
}

static void transaction_look(struct mailbox_transaction_context *t,
			     struct winnow_transaction *wt)
{
	struct winnow_mailbox *wbox = winnow_mailbox_get(t->box);

	wt->looked = TRUE;
	wt->records = winnow_mailbox_get_records(wbox, t->view, &wt->header);
	wt->have_reset_id = winnow_index_get_reset_id(t->view, wbox->ext_id,
						      &wt->reset_id);
}

struct winnow_transaction *
winnow_transaction_get(struct mailbox_transaction_context *t)
{
	struct winnow_transaction *wt = WINNOW_TRANSACTION_CONTEXT_REQUIRE(t);

	if (!wt->looked)
		transaction_look(t, wt);
	return wt;
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
	struct winnow_transaction *wt = WINNOW_TRANSACTION_CONTEXT(t);

	if (wt != NULL)
		wt->sets_preferences = TRUE;
}

/* Did somebody begin anew with other settings while the transaction wrote
   records? Dovecot does not ignore all of them by itself: it writes them into
   what the process knows of at the commit, which it has just brought up to
   date. */
static void transaction_forget_outdated(struct mailbox_transaction_context *t,
					const struct winnow_transaction *wt)
{
	struct winnow_mailbox *wbox = winnow_mailbox_get(t->box);
	struct winnow_record_header header;
	uint32_t reset_id = 0;
	bool have_reset_id;

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
	struct winnow_transaction *wt = WINNOW_TRANSACTION_CONTEXT(t);

	if (winnow_mailbox_super(t->box)->transaction_save_commit_pre(ctx) < 0)
		return -1;
	if (wt != NULL && wt->wrote) {
		transaction_forget_outdated(t, wt);
		winnow_index_remember_modseq(t->box->index);
	}
	return 0;
}

static int
winnow_transaction_commit(struct mailbox_transaction_context *t,
			  struct mail_transaction_commit_changes *changes_r)
{
	struct mailbox *box = t->box;
	struct winnow_transaction *wt = WINNOW_TRANSACTION_CONTEXT(t);
	int ret;

	if (wt != NULL && wt->wrote) {
		/* what saves looks once more when it has the index locked */
		if (t->save_ctx == NULL)
			winnow_index_refresh(box->index);
		transaction_forget_outdated(t, wt);
	}
	ret = winnow_mailbox_super(box)->transaction_commit(t, changes_r);
	if (wt != NULL && wt->sets_preferences)
		winnow_preferences_forget(winnow_user_get(box->storage->user));
	i_free(wt);
	return ret;
}

static void winnow_transaction_rollback(struct mailbox_transaction_context *t)
{
	struct winnow_transaction *wt = WINNOW_TRANSACTION_CONTEXT(t);

	winnow_mailbox_super(t->box)->transaction_rollback(t);
	i_free(wt);
}

void winnow_transaction_hook(struct mailbox_vfuncs *v)
{
	v->transaction_begin = winnow_transaction_begin;
	v->transaction_commit = winnow_transaction_commit;
	v->transaction_rollback = winnow_transaction_rollback;
	v->transaction_save_commit_pre = winnow_transaction_save_commit_pre;
}
