#include "lib.h"
#include "mail-storage-private.h"
#include "mail-search.h"
#include "winnow-key.h"
#include "winnow-search-guard.h"

#define WINNOW_GUARD_CONTEXT(obj) \
	MODULE_CONTEXT(obj, winnow_guard_module)
#define WINNOW_GUARD_CONTEXT_REQUIRE(obj) \
	MODULE_CONTEXT_REQUIRE(obj, winnow_guard_module)

struct winnow_guard_mailbox {
	union mailbox_module_context module_ctx;
};

/* Of a search that is to fail. */
struct winnow_guard_search {
	union mail_search_module_context module_ctx;
};

static MODULE_CONTEXT_DEFINE_INIT(winnow_guard_module,
				  &mail_storage_module_register);

static struct mailbox_vfuncs *guard_super(struct mailbox *box)
{
	struct winnow_guard_mailbox *gbox = WINNOW_GUARD_CONTEXT_REQUIRE(box);

	return &gbox->module_ctx.super;
}

static struct mail_search_context *
guard_search_init(struct mailbox_transaction_context *t,
		  struct mail_search_args *args,
		  const enum mail_sort_type *sort_program,
		  enum mail_fetch_field wanted_fields,
		  struct mailbox_header_lookup_ctx *wanted_headers)
{
	struct mail_search_context *ctx;
	struct winnow_guard_search *search;

	ctx = guard_super(t->box)->search_init(t, args, sort_program,
					       wanted_fields, wanted_headers);
	if (winnow_key_in_args(args->args)) {
		search = i_new(struct winnow_guard_search, 1);
		MODULE_CONTEXT_SET(ctx, winnow_guard_module, search);
	}
	return ctx;
}

static bool
guard_search_next_nonblock(struct mail_search_context *ctx,
			   struct mail **mail_r, bool *tryagain_r)
{
	if (WINNOW_GUARD_CONTEXT(ctx) == NULL) {
		return guard_super(ctx->transaction->box)->
			search_next_nonblock(ctx, mail_r, tryagain_r);
	}
	*tryagain_r = FALSE;
	return FALSE;
}

static int guard_search_deinit(struct mail_search_context *ctx)
{
	struct winnow_guard_search *search = WINNOW_GUARD_CONTEXT(ctx);
	struct mailbox *box = ctx->transaction->box;
	int ret;

	ret = guard_super(box)->search_deinit(ctx);
	if (search == NULL)
		return ret;
	i_free(search);
	mail_storage_set_error(box->storage, MAIL_ERROR_NOTPOSSIBLE,
			       WINNOW_KEY_NAME": Winnow is off for this user");
	return -1;
}

void winnow_search_guard_hook(struct mailbox *box)
{
	struct mailbox_vfuncs *v = box->vlast;
	struct winnow_guard_mailbox *gbox;

	gbox = p_new(box->pool, struct winnow_guard_mailbox, 1);
	gbox->module_ctx.super = *v;
	box->vlast = &gbox->module_ctx.super;
	v->search_init = guard_search_init;
	v->search_next_nonblock = guard_search_next_nonblock;
	v->search_deinit = guard_search_deinit;
	MODULE_CONTEXT_SET(box, winnow_guard_module, gbox);
}
