#include "lib.h"
#include "array.h"
#include "time-util.h"
#include "mail-search.h"
#include "mailbox-search-result-private.h"
#include "winnow-verdict.h"
#include "winnow-clean.h"
#include "winnow-mailbox.h"
#include "winnow-message.h"
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
	/* The mailbox that is searched or, in a virtual one, that of the last
	   message; NULL if there is none yet */
	struct winnow_mailbox *wbox;
	struct winnow_classifier classifier;
	/* The tests, and the arguments in which they were found */
	ARRAY_TYPE(winnow_search_key) keys;
	const struct mail_search_arg *args;
	/* NULL unless spam is left out; then there are no tests. */
	struct winnow_clean *clean;
	/* NULL if the index alone can't answer */
	struct winnow_search_program *program;

	/* for the event */
	struct timeval start_time;
	unsigned int matches, judged;
};

/* A message that is asked. A verdict found once serves all tests. */
struct search_message {
	struct winnow_search *search;
	struct mailbox_transaction_context *t;
	uint32_t seq;
	/* NULL: not to be opened */
	struct mail *mail;

	bool have_verdict;
	/* The message is gone: it matches nothing. */
	bool lost;
	struct winnow_verdict verdict;
};

static MODULE_CONTEXT_DEFINE_INIT(winnow_search_module,
				  &mail_storage_module_register);

static const struct mailbox_vfuncs *
search_super(struct mail_search_context *ctx)
{
	return winnow_search_mailbox_super(ctx->transaction->box);
}

static void
search_find_keys(struct winnow_search *search, struct mail_search_arg *arg,
		 const struct mail_search_arg *top)
{
	struct winnow_search_key key;

	for (; arg != NULL; arg = arg->next) {
		key.arg = arg;
		key.top = top != NULL ? top : arg;
		if (arg->type == SEARCH_OR || arg->type == SEARCH_SUB)
			search_find_keys(search, arg->value.subargs, key.top);
		else if (winnow_key_from_arg(arg, &key.key))
			array_push_back(&search->keys, &key);
	}
}

static void
search_set_mailbox(struct winnow_search *search, struct winnow_mailbox *wbox)
{
	if (search->wbox == wbox)
		return;
	search->wbox = wbox;
	winnow_classifier_init(&search->classifier, wbox);
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

/* Full text search replaces all arguments by others when it knows its words. */
static void
search_update_keys(struct winnow_search *search, struct mail_search_arg *args)
{
	if (search->args == args)
		return;
	search->args = args;
	array_clear(&search->keys);
	search_find_keys(search, args, NULL);
}

static struct winnow_search *
search_init_keys(struct mail_search_context *ctx, struct winnow_mailbox *wbox)
{
	struct winnow_search *search = search_alloc();

	p_array_init(&search->keys, search->pool, 4);
	search_update_keys(search, ctx->args->args);
	if (wbox == NULL)
		search->virtual = TRUE;
	else {
		search_set_mailbox(search, wbox);
		search->program = winnow_search_program_init(
			search->pool, ctx, wbox, &search->classifier);
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

/* A mail that can't be read is unknown. */
static void message_judge(struct search_message *msg)
{
	struct mail *mail = msg->mail;

	msg->search->judged++;
	msg->have_verdict = TRUE;
	mail->access_type = MAIL_ACCESS_TYPE_SEARCH;
	if (winnow_message_judge(msg->search->wbox, mail, &msg->verdict) < 0) {
		msg->lost = mailbox_get_last_mail_error(mail->box) ==
			MAIL_ERROR_EXPUNGED;
		i_zero(&msg->verdict);
		msg->verdict.level = WINNOW_LEVEL_NONE;
	}
	mail->access_type = MAIL_ACCESS_TYPE_DEFAULT;
}

static bool message_get_verdict(struct search_message *msg)
{
	if (msg->have_verdict)
		return TRUE;
	if (winnow_message_lookup(msg->search->wbox, msg->t, msg->seq,
				  &msg->verdict) > 0)
		msg->have_verdict = TRUE;
	else if (msg->mail != NULL)
		message_judge(msg);
	return msg->have_verdict;
}

static bool
message_match_class(struct search_message *msg, const struct winnow_key *key,
		    const struct winnow_class_result *result)
{
	const char *source = "";

	if (result->by == WINNOW_BY_SOURCE) {
		source = winnow_message_source_name(msg->search->wbox, msg->t,
						    msg->seq, &msg->verdict);
	}
	return winnow_key_match_class(key, result, source);
}

/* Returns 1 or 0, or -1 as long as the mail would have to be opened. */
static int
message_match(struct search_message *msg, const struct winnow_key *key)
{
	const struct winnow_classifier *classifier = &msg->search->classifier;
	struct winnow_class_result result;

	if (winnow_key_asks_class(key) &&
	    winnow_class_without_verdict(classifier, msg->t->view, msg->seq,
					 &result) > 0)
		return message_match_class(msg, key, &result) ? 1 : 0;
	if (!message_get_verdict(msg))
		return -1;
	if (!winnow_key_asks_class(key))
		return winnow_key_match_verdict(key, &msg->verdict) ? 1 : 0;
	winnow_class_by_verdict(classifier, &msg->verdict, &result);
	return message_match_class(msg, key, &result) ? 1 : 0;
}

/* Answers the tests for one message as far as they can be answered and their
   answers are asked for. */
static void search_set_results(struct search_message *msg)
{
	const struct winnow_search_key *key;
	int ret;

	array_foreach(&msg->search->keys, key) {
		if (key->arg->result != -1 || key->top->result != -1)
			continue;
		ret = message_match(msg, &key->key);
		if (ret >= 0)
			ARG_SET_RESULT(key->arg, ret);
	}
}

/* Forgets the results of arguments that are, or hold, a test of winnow's;
   returns TRUE if there are any. */
static bool search_reopen(struct mail_search_arg *arg)
{
	struct winnow_key key;
	bool ours, found = FALSE;

	for (; arg != NULL; arg = arg->next) {
		if (arg->type == SEARCH_OR || arg->type == SEARCH_SUB)
			ours = search_reopen(arg->value.subargs);
		else
			ours = winnow_key_from_arg(arg, &key);
		if (ours) {
			arg->result = -1;
			found = TRUE;
		}
	}
	return found;
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
	struct search_message msg = {
		.search = search,
		.t = ctx->transaction,
		.seq = ctx->seq,
	};

	if (search->clean != NULL) {
		return !search_cannot_match(ctx) &&
			winnow_clean_admits_seq(search->clean, ctx);
	}
	search_update_keys(search, ctx->args->args);
	/* In the update of a saved result Dovecot presets what it believes
	   never to change, but a class does change. */
	if (ctx->update_result != NULL)
		(void)search_reopen(ctx->args->args);
	if (search->virtual)
		return TRUE;
	search_set_results(&msg);
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
	struct search_message msg;
	struct winnow_mailbox *wbox;

	if (search->virtual) {
		if (mail_get_backend_mail(mail, &mail) < 0)
			return FALSE;
		wbox = winnow_mailbox_get(mail->box);
		if (wbox == NULL)
			return FALSE;
		search_set_mailbox(search, wbox);
	}
	i_zero(&msg);
	msg.search = search;
	msg.t = mail->transaction;
	msg.seq = mail->seq;
	msg.mail = mail;
	search_set_results(&msg);
	return !msg.lost;
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

bool winnow_search_next_message(struct mail_search_context *ctx,
				uint32_t *seq_r, uint32_t *uid_r)
{
	struct winnow_search *search = WINNOW_SEARCH_CONTEXT(ctx);

	if (search == NULL || search->program == NULL ||
	    !winnow_search_program_next(search->program, uid_r))
		return FALSE;
	search->matches++;
	*seq_r = ctx->seq;
	return TRUE;
}

static bool
winnow_search_next_nonblock(struct mail_search_context *ctx,
			    struct mail **mail_r, bool *tryagain_r)
{
	struct winnow_search *search = WINNOW_SEARCH_CONTEXT(ctx);
	uint32_t seq, uid;

	if (winnow_search_next_message(ctx, &seq, &uid)) {
		*tryagain_r = FALSE;
		*mail_r = winnow_search_program_mail(search->program);
		return TRUE;
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
search_finished_event(struct mail_search_context *ctx,
		      struct winnow_search *search)
{
	struct timeval now;
	struct event_passthrough *e;

	i_gettimeofday(&now);
	e = event_create_passthrough(ctx->transaction->box->event)->
		set_name("winnow_search_finished")->
		add_int("matches", search->matches)->
		add_int("judged", search->judged)->
		add_int("usecs", timeval_diff_usecs(&now,
						    &search->start_time))->
		add_str("from_index", search->program != NULL ? "yes" : "no");
	e_debug(e->event(), "winnow: Search finished with %u matches, "
		"%u messages were judged", search->matches, search->judged);
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
		search_finished_event(ctx, search);
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
