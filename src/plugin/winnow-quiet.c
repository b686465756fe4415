#include "lib.h"
#include "array.h"
#include "ioloop.h"
#include "mail-index-view-private.h"
#include "winnow-verdict.h"
#include "winnow-index.h"
#include "winnow-class.h"
#include "winnow-mailbox.h"
#include "winnow-message.h"
#include "winnow-quiet.h"

/* Elsewhere a watcher tells too little of what has changed. */
static const char *const quiet_storages[] = {
	"maildir", "sdbox", "mdbox", NULL
};

struct winnow_quiet {
	struct winnow_mailbox *wbox;
	unsigned int max_secs;

	/* Dovecot's watcher, as long as somebody watches */
	mailbox_notify_callback_t *callback;
	void *context;
	/* Runs from the first message that was put off. */
	struct timeout *to_max;
	unsigned int held;
};

/* What happened to a mailbox since its session saw it last. */
enum quiet_change {
	QUIET_CHANGE_NONE,
	/* only appended messages: those from first_seq of the peek view */
	QUIET_CHANGE_APPENDED,
	QUIET_CHANGE_OTHER
};

static void quiet_forget(struct winnow_quiet *quiet)
{
	timeout_remove(&quiet->to_max);
	quiet->held = 0;
}

static void quiet_announce(struct winnow_quiet *quiet)
{
	quiet_forget(quiet);
	/* may end the watch, and free the mailbox */
	quiet->callback(quiet->wbox->box, quiet->context);
}

static void
quiet_hold(struct winnow_quiet *quiet, unsigned int count)
{
	struct mailbox *box = quiet->wbox->box;
	struct event_passthrough *e;

	if (quiet->to_max == NULL) {
		quiet->to_max = timeout_add(quiet->max_secs * 1000,
					    quiet_announce, quiet);
	}
	e = event_create_passthrough(box->event)->
		set_name("winnow_idle_held")->
		add_int("messages", count);
	e_debug(e->event(), "winnow: %u spam messages are not announced yet",
		count);
	quiet->held = count;
}

/* Synchronizes the peek view and tells what happened on the way. */
static enum quiet_change
quiet_peek_sync(struct mail_index_view *peek, uint32_t next_uid)
{
	const ARRAY_TYPE(seq_range) *expunges;
	struct mail_index_view_sync_ctx *sync_ctx;
	struct mail_index_view_sync_rec rec;
	enum quiet_change change = QUIET_CHANGE_NONE;
	bool delayed_expunges;

	sync_ctx = mail_index_view_sync_begin(peek, 0);
	mail_index_view_sync_get_expunges(sync_ctx, &expunges);
	if (array_count(expunges) > 0)
		change = QUIET_CHANGE_OTHER;
	while (mail_index_view_sync_next(sync_ctx, &rec)) {
		if (!rec.hidden && rec.uid1 < next_uid)
			change = QUIET_CHANGE_OTHER;
	}
	if (mail_index_view_sync_commit(&sync_ctx, &delayed_expunges) < 0)
		return QUIET_CHANGE_OTHER;
	if (change == QUIET_CHANGE_NONE &&
	    mail_index_get_header(peek)->next_uid > next_uid)
		change = QUIET_CHANGE_APPENDED;
	return change;
}

/* Returns 1 if the record or the user's word makes the message spam, 0 if
   something else is known of it, -1 if its header has to be read. */
static int
quiet_class_from_index(struct winnow_quiet *quiet,
		       const struct winnow_classifier *classifier,
		       struct mail_index_view *peek, bool have_records,
		       uint32_t seq)
{
	struct winnow_class_result result;
	struct winnow_verdict verdict;

	if (winnow_class_without_verdict(classifier, peek, seq, &result) > 0)
		return result.class == WINNOW_CLASS_SPAM ? 1 : 0;
	if (!have_records ||
	    winnow_index_lookup(peek, quiet->wbox->ext_id, seq, &verdict) == 0)
		return -1;
	winnow_class_by_verdict(classifier, &verdict, &result);
	return result.class == WINNOW_CLASS_SPAM ? 1 : 0;
}

/* Returns as quiet_class_from_index(), for all messages of the peek view from
   seq on. */
static int
quiet_all_spam(struct winnow_quiet *quiet, struct mail_index_view *peek,
	       uint32_t seq)
{
	uint32_t last_seq = mail_index_view_get_messages_count(peek);
	struct winnow_record_header header;
	struct winnow_classifier classifier;
	bool have_records;
	int ret;

	winnow_classifier_init(&classifier, quiet->wbox);
	have_records = winnow_mailbox_get_records(quiet->wbox, peek, &header) !=
		WINNOW_RECORDS_STALE;
	for (; seq <= last_seq; seq++) {
		ret = quiet_class_from_index(quiet, &classifier, peek,
					     have_records, seq);
		if (ret <= 0)
			return ret;
	}
	return 1;
}

static int
quiet_judge_change(struct winnow_quiet *quiet, struct mail_index_view *peek,
		   enum quiet_change change, uint32_t next_uid,
		   unsigned int *count_r)
{
	uint32_t first_seq, last_seq;

	switch (change) {
	case QUIET_CHANGE_OTHER:
		return 0;
	case QUIET_CHANGE_NONE:
		return 1;
	case QUIET_CHANGE_APPENDED:
		if (!mail_index_lookup_seq_range(peek, next_uid, (uint32_t)-1,
						 &first_seq, &last_seq)) {
			/* all of them are gone again */
			return 1;
		}
		*count_r = last_seq - first_seq + 1;
		return quiet_all_spam(quiet, peek, first_seq);
	}
	i_unreached();
}

/* Compares what the session knows with what is in the index. Returns 1 and how
   many messages may be put off, 0 if the change has to be announced, or -1 if
   a record is missing. */
static int quiet_peek(struct winnow_quiet *quiet, unsigned int *count_r)
{
	struct mailbox *box = quiet->wbox->box;
	struct mail_index_view *peek;
	enum quiet_change change;
	uint32_t next_uid;
	int ret;

	*count_r = 0;
	if (mail_index_refresh(box->index) < 0 ||
	    mail_index_view_is_inconsistent(box->view))
		return 0;
	next_uid = mail_index_get_header(box->view)->next_uid;
	peek = mail_index_view_dup_private(box->view);
	change = quiet_peek_sync(peek, next_uid);
	ret = quiet_judge_change(quiet, peek, change, next_uid, count_r);
	mail_index_view_close(&peek);
	return ret;
}

static int quiet_fill_in(struct mailbox *box, uint32_t next_uid)
{
	struct winnow_mailbox *wbox = winnow_mailbox_get(box);
	struct mailbox_transaction_context *t;
	struct winnow_verdict verdict;
	uint32_t seq, last_seq;
	struct mail *mail;
	int ret = 0;

	mailbox_get_seq_range(box, next_uid, (uint32_t)-1, &seq, &last_seq);
	if (seq == 0)
		return 0;
	if (wbox == NULL)
		return -1;
	t = mailbox_transaction_begin(box, 0, "winnow idle");
	mail = mail_alloc(t, 0, NULL);
	for (; seq <= last_seq && ret == 0; seq++) {
		mail_set_seq(mail, seq);
		ret = winnow_message_judge(wbox, mail, &verdict);
	}
	mail_free(&mail);
	if (mailbox_transaction_commit(&t) < 0)
		ret = -1;
	return ret;
}

/* Brings the index up to date through a second handle, which leaves the
   session's own view alone: messages and changes that a program other than
   Dovecot has put there, and records that a delivery without winnow has left
   out. */
static int quiet_update_index(struct winnow_quiet *quiet)
{
	struct mailbox *own = quiet->wbox->box;
	uint32_t next_uid = mail_index_get_header(own->view)->next_uid;
	struct mailbox *box;
	int ret = -1;

	box = mailbox_alloc(own->list, own->vname, MAILBOX_FLAG_READONLY |
			    MAILBOX_FLAG_IGNORE_ACLS);
	if (mailbox_open(box) == 0 &&
	    mailbox_sync(box, MAILBOX_SYNC_FLAG_FULL_READ) == 0)
		ret = quiet_fill_in(box, next_uid);
	mailbox_free(&box);
	return ret;
}

/* Returns how many messages may be put off, or -1 if the change has to be
   announced, be it that it can't be judged. */
static int quiet_count(struct winnow_quiet *quiet)
{
	/* other programs may write into a maildir */
	bool updated = strcmp(quiet->wbox->box->storage->name, "maildir") == 0;
	unsigned int count;
	int ret;

	if (updated && quiet_update_index(quiet) < 0)
		return -1;
	ret = quiet_peek(quiet, &count);
	if (ret < 0 && !updated && quiet_update_index(quiet) == 0)
		ret = quiet_peek(quiet, &count);
	return ret > 0 ? (int)count : -1;
}

static void quiet_wakeup(struct mailbox *box ATTR_UNUSED, void *context)
{
	struct winnow_quiet *quiet = context;
	int count;

	T_BEGIN {
		count = quiet_count(quiet);
	} T_END;
	if (count < 0)
		quiet_announce(quiet);
	else if (count > 0)
		quiet_hold(quiet, count);
	else
		quiet_forget(quiet);
}

void winnow_quiet_notify_changes(struct winnow_quiet *quiet,
				 struct mailbox *box)
{
	if (box->notify_callback == NULL) {
		quiet->callback = NULL;
	} else if (box->notify_callback != quiet_wakeup) {
		quiet->callback = box->notify_callback;
		quiet->context = box->notify_context;
		box->notify_callback = quiet_wakeup;
		box->notify_context = quiet;
	}
}

void winnow_quiet_begin(struct mailbox *box, unsigned int max_secs)
{
	struct winnow_mailbox *wbox = winnow_mailbox_get(box);

	if (wbox == NULL || wbox->quiet != NULL ||
	    !str_array_find(quiet_storages, box->storage->name))
		return;
	wbox->quiet = i_new(struct winnow_quiet, 1);
	wbox->quiet->wbox = wbox;
	wbox->quiet->max_secs = max_secs;
}

bool winnow_quiet_end(struct mailbox *box)
{
	struct winnow_mailbox *wbox = winnow_mailbox_get(box);
	bool held;

	if (wbox == NULL || wbox->quiet == NULL)
		return FALSE;
	held = wbox->quiet->held > 0;
	winnow_quiet_free(&wbox->quiet);
	return held;
}

void winnow_quiet_free(struct winnow_quiet **_quiet)
{
	struct winnow_quiet *quiet = *_quiet;

	if (quiet == NULL)
		return;
	*_quiet = NULL;
	timeout_remove(&quiet->to_max);
	i_free(quiet);
}
