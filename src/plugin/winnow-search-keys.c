#include "lib.h"
#include "array.h"
#include "mail-storage-private.h"
#include "mail-search.h"
#include "winnow-verdict.h"
#include "winnow-key.h"
#include "winnow-message.h"
#include "winnow-search-keys.h"

/* A test that stands at one place of the arguments. */
struct winnow_search_key {
	struct mail_search_arg *arg;
	/* the outermost argument around it, or the same */
	const struct mail_search_arg *top;
	struct winnow_key key;
};

/* A message that is asked. A verdict found once serves all tests. */
struct search_message {
	struct winnow_search_keys *keys;
	struct mailbox_transaction_context *t;
	uint32_t seq;
	/* NULL: not to be opened */
	struct mail *mail;

	bool have_verdict;
	/* The message is gone: it matches nothing. */
	bool lost;
	struct winnow_verdict verdict;
};

void winnow_search_keys_init(struct winnow_search_keys *keys_r, pool_t pool)
{
	i_zero(keys_r);
	p_array_init(&keys_r->keys, pool, 4);
}

static void
keys_find(struct winnow_search_keys *keys, struct mail_search_arg *arg,
	  const struct mail_search_arg *top)
{
	struct winnow_search_key key;

	for (; arg != NULL; arg = arg->next) {
		key.arg = arg;
		key.top = top != NULL ? top : arg;
		if (arg->type == SEARCH_OR || arg->type == SEARCH_SUB)
			keys_find(keys, arg->value.subargs, key.top);
		else if (winnow_key_from_arg(arg, &key.key))
			array_push_back(&keys->keys, &key);
	}
}

void winnow_search_keys_update(struct winnow_search_keys *keys,
			       struct mail_search_arg *args)
{
	if (keys->args == args)
		return;
	keys->args = args;
	array_clear(&keys->keys);
	keys_find(keys, args, NULL);
}

void winnow_search_keys_set_mailbox(struct winnow_search_keys *keys,
				    struct winnow_mailbox *wbox)
{
	if (keys->wbox == wbox)
		return;
	keys->wbox = wbox;
	winnow_classifier_init(&keys->classifier, wbox);
}

/* A mail that can't be read is unknown. */
static void message_judge(struct search_message *msg)
{
	struct winnow_search_keys *keys = msg->keys;

	msg->have_verdict = TRUE;
	if (winnow_message_judge_for_search(keys->wbox, msg->mail,
					    &keys->judged, &msg->verdict) < 0) {
		msg->lost = mailbox_get_last_mail_error(msg->mail->box) ==
			MAIL_ERROR_EXPUNGED;
		i_zero(&msg->verdict);
		msg->verdict.level = WINNOW_LEVEL_NONE;
	}
}

static bool message_get_verdict(struct search_message *msg)
{
	if (msg->have_verdict)
		return TRUE;
	if (msg->mail != NULL)
		message_judge(msg);
	else if (winnow_message_lookup(msg->keys->wbox, msg->t, msg->seq,
				       &msg->verdict) > 0)
		msg->have_verdict = TRUE;
	return msg->have_verdict;
}

static bool
message_match_class(struct search_message *msg, const struct winnow_key *key,
		    const struct winnow_class_result *result)
{
	const char *source = "";

	if (result->by == WINNOW_BY_SOURCE) {
		source = winnow_message_source_name(msg->keys->wbox, msg->t,
						    msg->seq, &msg->verdict);
	}
	return winnow_key_match_class(key, result, source);
}

/* Returns 1 or 0, or -1 as long as the mail would have to be opened. */
static int
message_match(struct search_message *msg, const struct winnow_key *key)
{
	const struct winnow_classifier *classifier = &msg->keys->classifier;
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

static void message_set_results(struct search_message *msg)
{
	const struct winnow_search_key *key;
	int ret;

	array_foreach(&msg->keys->keys, key) {
		if (key->arg->result != -1 || key->top->result != -1)
			continue;
		ret = message_match(msg, &key->key);
		if (ret >= 0)
			ARG_SET_RESULT(key->arg, ret);
	}
}

void winnow_search_keys_answer(struct winnow_search_keys *keys,
			       struct mailbox_transaction_context *t,
			       uint32_t seq)
{
	struct search_message msg = { .keys = keys, .t = t, .seq = seq };

	message_set_results(&msg);
}

bool winnow_search_keys_answer_mail(struct winnow_search_keys *keys,
				    struct mail *mail)
{
	struct search_message msg = {
		.keys = keys,
		.t = mail->transaction,
		.seq = mail->seq,
		.mail = mail,
	};

	message_set_results(&msg);
	return !msg.lost;
}

/* Returns TRUE if there are any. */
static bool args_reopen(struct mail_search_arg *arg)
{
	struct winnow_key key;
	bool ours, found = FALSE;

	for (; arg != NULL; arg = arg->next) {
		if (arg->type == SEARCH_OR || arg->type == SEARCH_SUB)
			ours = args_reopen(arg->value.subargs);
		else
			ours = winnow_key_from_arg(arg, &key);
		if (ours) {
			arg->result = -1;
			found = TRUE;
		}
	}
	return found;
}

void winnow_search_keys_reopen(struct mail_search_arg *args)
{
	(void)args_reopen(args);
}
