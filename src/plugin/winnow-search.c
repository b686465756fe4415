#include "lib.h"
#include "array.h"
#include "time-util.h"
#include "mail-search.h"
#include "mailbox-search-result-private.h"
#include "winnow-verdict.h"
#include "winnow-mailbox.h"
#include "winnow-message.h"
#include "winnow-search-program.h"
#include "winnow-sort.h"
#include "winnow-search.h"

#define WINNOW_SEARCH_CONTEXT(obj) \
	MODULE_CONTEXT(obj, winnow_search_module)

struct winnow_search {
	union mail_search_module_context module_ctx;
	pool_t pool;
	struct winnow_mailbox *wbox;
	struct winnow_classifier classifier;
	ARRAY_TYPE(winnow_search_key) keys;
	/* NULL if the index alone can't answer */
	struct winnow_search_program *program;

	/* for the event */
	struct timeval start_time;
	unsigned int matches, judged;
};

static MODULE_CONTEXT_DEFINE_INIT(winnow_search_module,
				  &mail_storage_module_register);

static struct mailbox_vfuncs *search_super(struct mail_search_context *ctx)
{
	return winnow_mailbox_super(ctx->transaction->box);
}

static void
search_find_keys(struct winnow_search *search, struct mail_search_arg *arg)
{
	struct winnow_search_key key;

	for (; arg != NULL; arg = arg->next) {
		if (arg->type == SEARCH_OR || arg->type == SEARCH_SUB)
			search_find_keys(search, arg->value.subargs);
		else if (winnow_key_from_arg(arg, &key.key)) {
			key.arg = arg;
			array_push_back(&search->keys, &key);
		}
	}
}

static struct mail_search_context *
winnow_search_init(struct mailbox_transaction_context *t,
		   struct mail_search_args *args,
		   const enum mail_sort_type *sort_program,
		   enum mail_fetch_field wanted_fields,
		   struct mailbox_header_lookup_ctx *wanted_headers)
{
	struct winnow_mailbox *wbox = winnow_mailbox_get(t->box);
	struct mail_search_context *ctx;
	struct winnow_search *search;
	pool_t pool;

	sort_program = winnow_sort_program(t, sort_program);
	ctx = winnow_mailbox_super(t->box)->search_init(t, args, sort_program,
		wanted_fields, wanted_headers);
	if (wbox == NULL)
		return ctx;

	pool = pool_alloconly_create("winnow search", 512);
	search = p_new(pool, struct winnow_search, 1);
	search->pool = pool;
	search->wbox = wbox;
	p_array_init(&search->keys, pool, 4);
	search_find_keys(search, args->args);
	if (array_count(&search->keys) == 0) {
		pool_unref(&pool);
		return ctx;
	}
	winnow_classifier_init(&search->classifier, wbox);
	search->program = winnow_search_program_init(pool, ctx, wbox,
						     &search->classifier);
	i_gettimeofday(&search->start_time);
	MODULE_CONTEXT_SET(ctx, winnow_search_module, search);
	return ctx;
}

/* A verdict found once serves all tests of a message. */
struct search_message {
	struct winnow_search *search;
	struct mailbox_transaction_context *t;
	uint32_t seq;
	/* NULL: not to be opened */
	struct mail *mail;

	struct winnow_verdict verdict;
	/* 1 known, 0 not known without the mail, -1 can't be known, -2 not
	   asked yet */
	int have_verdict;
};

static int message_get_verdict(struct search_message *msg)
{
	if (msg->have_verdict != -2)
		return msg->have_verdict;
	msg->have_verdict = winnow_message_lookup(msg->search->wbox, msg->t,
						  msg->seq, &msg->verdict);
	if (msg->have_verdict == 0 && msg->mail != NULL) {
		msg->search->judged++;
		msg->have_verdict = winnow_message_judge(
			msg->search->wbox, msg->mail, &msg->verdict) < 0 ?
			-1 : 1;
	}
	return msg->have_verdict;
}

static bool
message_match_class(struct search_message *msg, const struct winnow_key *key,
		    const struct winnow_class_result *result)
{
	const char *source = "";

	if (result->by == WINNOW_BY_SOURCE) {
		source = winnow_message_source_name(msg->search->wbox, msg->t,
						    &msg->verdict);
	}
	return winnow_key_match_class(key, result, source);
}

/* Returns 1 or 0, or -1 as long as the mail would have to be opened. A mail
   that can't be read is unknown. */
static int
message_match(struct search_message *msg, const struct winnow_key *key)
{
	struct winnow_class_result result;
	int ret;

	if (winnow_key_asks_class(key) &&
	    winnow_class_without_verdict(&msg->search->classifier,
					 msg->t->view, msg->seq, &result) > 0)
		return message_match_class(msg, key, &result) ? 1 : 0;
	ret = message_get_verdict(msg);
	if (ret == 0)
		return -1;
	if (ret < 0) {
		i_zero(&msg->verdict);
		msg->verdict.level = WINNOW_LEVEL_NONE;
	}
	if (!winnow_key_asks_class(key))
		return winnow_key_match_verdict(key, &msg->verdict) ? 1 : 0;
	winnow_class_by_verdict(&msg->search->classifier, &msg->verdict,
				&result);
	return message_match_class(msg, key, &result) ? 1 : 0;
}

/* Answers the tests for one message as far as they can be answered. In the
   update of a saved result Dovecot presets what it believes never to change,
   but a class does change, with the keywords. */
static void
search_set_results(struct mail_search_context *ctx,
		   struct winnow_search *search, uint32_t seq,
		   struct mail *mail)
{
	struct search_message msg = {
		.search = search,
		.t = ctx->transaction,
		.seq = seq,
		.mail = mail,
		.have_verdict = -2,
	};
	const struct winnow_search_key *key;
	int ret;

	array_foreach(&search->keys, key) {
		if (key->arg->result != -1 && ctx->update_result == NULL)
			continue;
		ret = message_match(&msg, &key->key);
		if (ret >= 0)
			ARG_SET_RESULT(key->arg, ret);
	}
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

static bool winnow_search_next_update_seq(struct mail_search_context *ctx)
{
	struct winnow_search *search = WINNOW_SEARCH_CONTEXT(ctx);

	if (search == NULL)
		return search_super(ctx)->search_next_update_seq(ctx);

	while (search_super(ctx)->search_next_update_seq(ctx)) {
		search_set_results(ctx, search, ctx->seq, NULL);
		if (!search_cannot_match(ctx))
			return TRUE;
		mail_search_args_reset(ctx->args->args, FALSE);
	}
	return FALSE;
}

static int
winnow_search_next_match_mail(struct mail_search_context *ctx,
			      struct mail *mail)
{
	struct winnow_search *search = WINNOW_SEARCH_CONTEXT(ctx);

	if (search == NULL)
		return search_super(ctx)->search_next_match_mail(ctx, mail);

	mail->access_type = MAIL_ACCESS_TYPE_SEARCH;
	search_set_results(ctx, search, mail->seq, mail);
	mail->access_type = MAIL_ACCESS_TYPE_DEFAULT;
	if (search_cannot_match(ctx)) {
		/* Dovecot would remember that the message never matches */
		mail_search_args_reset(ctx->args->args, FALSE);
		return ctx->args->stop_on_nonmatch ? -1 : 0;
	}
	return search_super(ctx)->search_next_match_mail(ctx, mail);
}

/* Has saved results followed by keyword, too: a class hangs on them. */
static void search_follow_keywords(struct mail_search_context *ctx)
{
	struct mail_search_result *result;

	array_foreach_elem(&ctx->results, result)
		result->args_have_keywords = TRUE;
}

static bool
winnow_search_next_nonblock(struct mail_search_context *ctx,
			    struct mail **mail_r, bool *tryagain_r)
{
	struct winnow_search *search = WINNOW_SEARCH_CONTEXT(ctx);
	bool ret;

	if (search == NULL) {
		return search_super(ctx)->search_next_nonblock(ctx, mail_r,
							       tryagain_r);
	}
	search_follow_keywords(ctx);
	if (search->program != NULL &&
	    winnow_search_program_next(search->program, mail_r)) {
		*tryagain_r = FALSE;
		ret = TRUE;
	} else {
		ret = search_super(ctx)->search_next_nonblock(ctx, mail_r,
							      tryagain_r);
	}
	if (ret)
		search->matches++;
	return ret;
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

static int winnow_search_deinit(struct mail_search_context *ctx)
{
	struct winnow_search *search = WINNOW_SEARCH_CONTEXT(ctx);
	struct mailbox_vfuncs *super = search_super(ctx);

	if (search != NULL) {
		search_finished_event(ctx, search);
		pool_unref(&search->pool);
	}
	return super->search_deinit(ctx);
}

void winnow_search_hook(struct mailbox_vfuncs *v)
{
	v->search_init = winnow_search_init;
	v->search_next_nonblock = winnow_search_next_nonblock;
	v->search_next_update_seq = winnow_search_next_update_seq;
	v->search_next_match_mail = winnow_search_next_match_mail;
	v->search_deinit = winnow_search_deinit;
}
