#include "lib.h"
#include "array.h"
#include "time-util.h"
#include "mail-search.h"
#include "mailbox-search-result-private.h"
#include "winnow-clean.h"
#include "winnow-key.h"
#include "winnow-mailbox.h"
#include "winnow-search-keys.h"
#include "winnow-search-mailbox.h"
#include "winnow-search-program.h"
#include "winnow-sort.h"
#include "winnow-search.h"

#define WINNOW_SEARCH_CONTEXT(obj) \
	MODULE_CONTEXT(obj, winnow_search_module)

struct winnow_search {
	union mail_search_module_context module_ctx;
	pool_t pool;
	/* In a virtual mailbox the real messages are asked. */
	bool virtual;
	struct winnow_search_keys keys;
	/* NULL unless spam is left out; then there are no tests. */
	struct winnow_clean *clean;
	/* NULL if the index alone can't answer */
	struct winnow_search_program *program;

	/* for the event */
	struct timeval start_time;
	unsigned int matches;
	/* What the first half of this search had to read */
	unsigned int judged_before;
	/* The second half tells. */
	bool silent;
};

static MODULE_CONTEXT_DEFINE_INIT(winnow_search_module,
				  &mail_storage_module_register);

static const struct mailbox_vfuncs *
search_super(struct mail_search_context *ctx)
{
	return winnow_search_mailbox_super(ctx->transaction->box);
}

static struct winnow_search *search_alloc(void)
{
	struct winnow_search *search;
	pool_t pool = pool_alloconly_create("winnow search", 512);

	search = p_new(pool, struct winnow_search, 1);
	search->pool = pool;
	i_gettimeofday(&search->start_time);
	return search;
}

static struct winnow_search *
search_init_keys(struct mail_search_context *ctx, struct winnow_mailbox *wbox)
{
	struct winnow_search *search = search_alloc();

	winnow_search_keys_init(&search->keys, search->pool);
	winnow_search_keys_update(&search->keys, ctx->args->args);
	if (wbox == NULL)
		search->virtual = TRUE;
	else {
		winnow_search_keys_set_mailbox(&search->keys, wbox);
		search->program = winnow_search_program_init(
			search->pool, ctx, wbox, &search->keys.classifier);
	}
	return search;
}

static struct winnow_search *
search_init_clean(struct mail_search_context *ctx, struct winnow_mailbox *wbox,
		  const struct winnow_clean_order *order)
{
	struct winnow_search *search = search_alloc();

	search->clean = winnow_clean_init(search->pool, ctx, wbox, order);
	return search;
}

static void
search_arg_noop(struct mail_search_arg *arg ATTR_UNUSED,
		void *context ATTR_UNUSED)
{
}

static bool search_cannot_match(struct mail_search_context *ctx)
{
	return mail_search_args_foreach(ctx->args->args, search_arg_noop,
					(void *)NULL) == 0;
}

static bool search_next_seq(struct winnow_search *search,
			    struct mail_search_context *ctx)
{
	return search->clean != NULL ?
		winnow_clean_next_seq(search->clean, ctx) :
		search_super(ctx)->search_next_update_seq(ctx);
}

/* Returns FALSE if the message can't match, or is not to. Of a full text search
   the hits are known by now: winnow stands above it. */
static bool search_admits_seq(struct winnow_search *search,
			      struct mail_search_context *ctx)
{
	if (search->clean != NULL) {
		return !search_cannot_match(ctx) &&
			winnow_clean_admits_seq(search->clean, ctx);
	}
	winnow_search_keys_update(&search->keys, ctx->args->args);
	/* In the update of a saved result Dovecot presets what it believes
	   never to change, but a class does change. */
	if (ctx->update_result != NULL)
		winnow_search_keys_reopen(ctx->args->args);
	if (search->virtual)
		return TRUE;
	winnow_search_keys_answer(&search->keys, ctx->transaction, ctx->seq);
	return !search_cannot_match(ctx);
}

static bool winnow_search_next_update_seq(struct mail_search_context *ctx)
{
	struct winnow_search *search = WINNOW_SEARCH_CONTEXT(ctx);

	if (search == NULL)
		return search_super(ctx)->search_next_update_seq(ctx);

	while (search_next_seq(search, ctx)) {
		if (search_admits_seq(search, ctx))
			return TRUE;
		mail_search_args_reset(ctx->args->args, FALSE);
	}
	return FALSE;
}

/* Returns FALSE if the message is gone, or nobody knows about it. */
static bool search_ask_mail(struct winnow_search *search, struct mail *mail)
{
	struct winnow_mailbox *wbox;

	if (search->virtual) {
		if (mail_get_backend_mail(mail, &mail) < 0)
			return FALSE;
		wbox = winnow_mailbox_get(mail->box);
		if (wbox == NULL)
			return FALSE;
		winnow_search_keys_set_mailbox(&search->keys, wbox);
	}
	return winnow_search_keys_answer_mail(&search->keys, mail);
}

static int
winnow_search_next_match_mail(struct mail_search_context *ctx,
			      struct mail *mail)
{
	struct winnow_search *search = WINNOW_SEARCH_CONTEXT(ctx);

	if (search == NULL)
		return search_super(ctx)->search_next_match_mail(ctx, mail);
	if (search->clean != NULL)
		return winnow_clean_next_match_mail(search->clean, ctx, mail);

	if (!search_ask_mail(search, mail))
		ctx->seen_lost_data = TRUE;
	else if (!search_cannot_match(ctx))
		return search_super(ctx)->search_next_match_mail(ctx, mail);
	mail_search_args_reset(ctx->args->args, FALSE);
	return ctx->args->stop_on_nonmatch ? -1 : 0;
}

int winnow_search_next_message(struct mail_search_context *ctx,
			       uint32_t *seq_r, uint32_t *uid_r)
{
	struct winnow_search *search = WINNOW_SEARCH_CONTEXT(ctx);
	int ret;

	if (search == NULL || search->program == NULL)
		return -1;
	ret = winnow_search_program_next(search->program, uid_r);
	if (ret > 0) {
		search->matches++;
		*seq_r = ctx->seq;
	}
	return ret;
}

static bool
winnow_search_next_nonblock(struct mail_search_context *ctx,
			    struct mail **mail_r, bool *tryagain_r)
{
	struct winnow_search *search = WINNOW_SEARCH_CONTEXT(ctx);
	uint32_t seq, uid;
	int ret;

	ret = winnow_search_next_message(ctx, &seq, &uid);
	if (ret >= 0) {
		*tryagain_r = FALSE;
		if (ret > 0)
			*mail_r = winnow_search_program_mail(search->program);
		return ret > 0;
	}
	if (!search_super(ctx)->search_next_nonblock(ctx, mail_r, tryagain_r))
		return FALSE;
	if (search != NULL)
		search->matches++;
	if (search != NULL && search->clean != NULL)
		winnow_clean_matched(search->clean);
	return TRUE;
}

static void
search_finished_event(struct mailbox *box, const struct timeval *start_time,
		      unsigned int matches, unsigned int judged,
		      bool from_index)
{
	struct timeval now;
	struct event_passthrough *e;

	i_gettimeofday(&now);
	e = event_create_passthrough(box->event)->
		set_name("winnow_search_finished")->
		add_int("matches", matches)->
		add_int("judged", judged)->
		add_int("usecs", timeval_diff_usecs(&now, start_time))->
		add_str("from_index", from_index ? "yes" : "no");
	e_debug(e->event(), "winnow: Search finished with %u matches, "
		"%u messages were judged", matches, judged);
}

static unsigned int search_judged(const struct winnow_search *search)
{
	return search->judged_before + (search->clean != NULL ?
		winnow_clean_judged(search->clean) : search->keys.judged);
}

void winnow_search_end_half(struct mail_search_context *ctx,
			    struct winnow_search_half *half_r)
{
	struct winnow_search *search = WINNOW_SEARCH_CONTEXT(ctx);

	i_zero(half_r);
	if (search == NULL)
		return;
	search->silent = TRUE;
	half_r->told = TRUE;
	half_r->start_time = search->start_time;
	half_r->judged = search_judged(search);
	half_r->from_index = search->program != NULL;
}

void winnow_search_begin_half(struct mail_search_context *ctx,
			      const struct winnow_search_half *half)
{
	struct winnow_search *search = WINNOW_SEARCH_CONTEXT(ctx);

	if (search == NULL || !half->told)
		return;
	search->start_time = half->start_time;
	search->judged_before = half->judged;
}

void winnow_search_skip_half(struct mailbox *box,
			     const struct winnow_search_half *half)
{
	if (half->told) {
		search_finished_event(box, &half->start_time, 0, half->judged,
				      half->from_index);
	}
}

static const struct mailbox_vfuncs search_functions = {
	.search_next_nonblock = winnow_search_next_nonblock,
	.search_next_update_seq = winnow_search_next_update_seq,
	.search_next_match_mail = winnow_search_next_match_mail,
};

static struct mail_search_context *
winnow_search_init(struct mailbox_transaction_context *t,
		   struct mail_search_args *args,
		   const enum mail_sort_type *sort_program,
		   enum mail_fetch_field wanted_fields,
		   struct mailbox_header_lookup_ctx *wanted_headers)
{
	struct winnow_mailbox *wbox = winnow_mailbox_get(t->box);
	struct winnow_clean_order order;
	struct mail_search_context *ctx;
	struct winnow_search *search;

	sort_program = winnow_sort_program(t, sort_program);
	winnow_clean_prepare(t->box, args, &order);
	ctx = winnow_mailbox_super(t->box)->search_init(t, args, sort_program,
		wanted_fields, wanted_headers);
	if (wbox != NULL && winnow_clean_in_args(args->args))
		search = search_init_clean(ctx, wbox, &order);
	else if (winnow_key_in_args(args->args))
		search = search_init_keys(ctx, wbox);
	else
		return ctx;
	MODULE_CONTEXT_SET(ctx, winnow_search_module, search);
	winnow_search_mailbox_enter(t->box, &search_functions);
	return ctx;
}

static int winnow_search_deinit(struct mail_search_context *ctx)
{
	struct winnow_search *search = WINNOW_SEARCH_CONTEXT(ctx);
	struct mailbox *box = ctx->transaction->box;

	if (search != NULL) {
		if (search->clean != NULL)
			winnow_clean_deinit(search->clean);
		if (!search->silent) {
			search_finished_event(box, &search->start_time,
				search->matches, search_judged(search),
				search->program != NULL);
		}
		winnow_search_mailbox_leave(box);
		pool_unref(&search->pool);
	}
	return winnow_mailbox_super(box)->search_deinit(ctx);
}

/* Saved results that ask for a class are to be looked at again when a keyword
   changes, and no message is out of the question for ever. */
static struct mailbox_sync_context *
winnow_search_sync_init(struct mailbox *box, enum mailbox_sync_flags flags)
{
	struct mail_search_result *result;

	array_foreach_elem(&box->search_results, result) {
		if (result->search_args == NULL ||
		    !winnow_key_in_args(result->search_args->args))
			continue;
		result->args_have_keywords = TRUE;
		array_clear(&result->never_uids);
	}
	return winnow_mailbox_super(box)->sync_init(box, flags);
}

void winnow_search_hook(struct mailbox_vfuncs *v)
{
	v->sync_init = winnow_search_sync_init;
	v->search_init = winnow_search_init;
	v->search_deinit = winnow_search_deinit;
}
