#include "imap-common.h"
#include "str.h"
#include "imap-fetch.h"
#include "winnow-key.h"
#include "winnow-user.h"
#include "winnow-mailbox.h"
#include "winnow-transaction.h"
#include "winnow-message.h"
#include "imap-winnow-client.h"
#include "imap-winnow-reply.h"
#include "imap-winnow-fetch.h"
#include "imap-winnow-weak.h"

static void
reply_init_unknown(struct imap_winnow_reply *reply_r, struct client *client)
{
	i_zero(reply_r);
	reply_r->verdict.level = WINNOW_LEVEL_NONE;
	reply_r->threshold =
		winnow_preferences_get(winnow_user_get(client->user))->threshold;
}

static int
reply_judge(struct imap_winnow_reply *reply, struct winnow_mailbox *wbox,
	    struct mail *real_mail, const struct winnow_classifier *classifier)
{
	if (winnow_message_judge(wbox, real_mail, &reply->verdict) < 0)
		return -1;
	if (winnow_class_without_verdict(classifier,
					 real_mail->transaction->view,
					 real_mail->seq, &reply->result) == 0) {
		winnow_class_by_verdict(classifier, &reply->verdict,
					&reply->result);
	}
	return 0;
}

/* Returns -1 if the real mail can't be read. */
static int
reply_fill(struct imap_winnow_reply *reply, struct winnow_mailbox *wbox,
	   struct mail *real_mail)
{
	struct mailbox_transaction_context *t = real_mail->transaction;
	const struct winnow_classifier *classifier =
		winnow_transaction_classifier(t);

	if (winnow_message_peek(wbox, t, real_mail->seq, &reply->verdict,
				&reply->result) == 0 &&
	    reply_judge(reply, wbox, real_mail, classifier) < 0)
		return -1;
	reply->threshold = classifier->threshold;
	if (reply->result.by == WINNOW_BY_SOURCE) {
		reply->source = winnow_message_source_name(wbox, t,
							   real_mail->seq,
							   &reply->verdict);
	}
	return 0;
}

/* Returns -1 if the message is gone. One that can't be read for another reason
   is unknown: the session goes on. */
static int
reply_get(struct imap_winnow_reply *reply_r, struct client *client,
	  struct mail *mail)
{
	struct winnow_mailbox *wbox;
	struct mail *real_mail;

	if (mail_get_backend_mail(mail, &real_mail) < 0) {
		if (mail->expunged)
			return -1;
	} else if ((wbox = winnow_mailbox_get(real_mail->box)) != NULL) {
		if (reply_fill(reply_r, wbox, real_mail) == 0)
			return 0;
		if (real_mail->expunged) {
			mail->expunged = TRUE;
			return -1;
		}
	}
	reply_init_unknown(reply_r, client);
	return 0;
}

static int
fetch_winnow(struct imap_fetch_context *ctx, struct mail *mail,
	     void *context ATTR_UNUSED)
{
	struct imap_winnow_reply reply;

	if (reply_get(&reply, ctx->client, mail) < 0)
		return -1;
	imap_winnow_reply_append_item(ctx->state.cur_str, &reply);
	return 1;
}

static bool fetch_winnow_init(struct imap_fetch_init_context *ctx)
{
	struct client *client = ctx->fetch_ctx->client;
	struct imap_winnow_reply gone;
	string_t *str;

	/* Dovecot takes "X-WINNOW[1]" for the item with an argument */
	if (strcmp(ctx->name, WINNOW_KEY_NAME) != 0 ||
	    !imap_winnow_client_offers(client, WINNOW_KEY_NAME)) {
		ctx->error = t_strdup_printf("Unknown parameter: %s",
					     ctx->name);
		return FALSE;
	}
	/* sent for a message that vanished meanwhile */
	reply_init_unknown(&gone, client);
	str = t_str_new(128);
	imap_winnow_reply_append(str, &gone);
	imap_fetch_add_handler(ctx, IMAP_FETCH_HANDLER_FLAG_BUFFERED,
			       str_c(str), fetch_winnow, (void *)NULL);
	return TRUE;
}

static const struct imap_fetch_handler imap_winnow_fetch_handler = {
	WINNOW_KEY_NAME, fetch_winnow_init
};

void imap_winnow_fetch_init(void)
{
	imap_fetch_handlers_register(&imap_winnow_fetch_handler, 1);
}

void imap_winnow_fetch_deinit(void)
{
	imap_fetch_handler_unregister(WINNOW_KEY_NAME);
}
