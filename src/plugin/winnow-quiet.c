#include "lib.h"
#include "ioloop.h"
#include "winnow-mailbox.h"
#include "winnow-quiet-judge.h"
#include "winnow-user.h"
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

/* The user may have changed their mind in another session. */
static bool quiet_is_wanted(struct winnow_quiet *quiet)
{
	return winnow_preferences_get(quiet->wbox->wuser)->quiet_idle;
}

static void quiet_wakeup(struct mailbox *box ATTR_UNUSED, void *context)
{
	struct winnow_quiet *quiet = context;
	int count;

	T_BEGIN {
		count = !quiet_is_wanted(quiet) ? -1 :
			winnow_quiet_judge(quiet->wbox);
	} T_END;
	if (count < 0)
		quiet_announce(quiet);
	else if (count > 0)
		quiet_hold(quiet, count);
	else
		quiet_forget(quiet);
}

/* Takes the place of a new callback, or gives it up. */
static void quiet_watch(struct winnow_quiet *quiet, struct mailbox *box)
{
	if (box->notify_callback == NULL) {
		/* what is held is owed still */
		timeout_remove(&quiet->to_max);
		quiet->callback = NULL;
	} else if (box->notify_callback != quiet_wakeup) {
		quiet->callback = box->notify_callback;
		quiet->context = box->notify_context;
		box->notify_callback = quiet_wakeup;
		box->notify_context = quiet;
	}
}

static void winnow_notify_changes(struct mailbox *box)
{
	struct winnow_mailbox *wbox = winnow_mailbox_get(box);

	if (wbox != NULL && wbox->quiet != NULL)
		quiet_watch(wbox->quiet, box);
	winnow_mailbox_super(box)->notify_changes(box);
}

void winnow_quiet_hook(struct mailbox_vfuncs *v)
{
	v->notify_changes = winnow_notify_changes;
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

bool winnow_quiet_is_on(struct mailbox *box)
{
	struct winnow_mailbox *wbox = winnow_mailbox_get(box);

	return wbox != NULL && wbox->quiet != NULL &&
		quiet_is_wanted(wbox->quiet);
}

bool winnow_quiet_is_pending(struct mailbox *box)
{
	struct winnow_mailbox *wbox = winnow_mailbox_get(box);
	bool pending;

	if (wbox == NULL || wbox->quiet == NULL)
		return FALSE;
	if (wbox->quiet->held > 0 || box->to_notify_delay != NULL)
		return TRUE;
	T_BEGIN {
		pending = winnow_quiet_judge(wbox) != 0;
	} T_END;
	return pending;
}

bool winnow_quiet_owes(struct mailbox *box)
{
	struct winnow_mailbox *wbox = winnow_mailbox_get(box);

	return wbox != NULL && wbox->quiet != NULL &&
		(wbox->quiet->held > 0 || quiet_is_wanted(wbox->quiet));
}

void winnow_quiet_end(struct mailbox *box)
{
	struct winnow_mailbox *wbox = winnow_mailbox_get(box);

	if (wbox != NULL)
		winnow_quiet_free(&wbox->quiet);
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
