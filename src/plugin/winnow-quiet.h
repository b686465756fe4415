#ifndef WINNOW_QUIET_H
#define WINNOW_QUIET_H

struct mailbox;
struct mailbox_vfuncs;
struct winnow_quiet;

/* Keeps a mailbox's watcher from being woken by spam alone. What Dovecot's
   notification would start, a synchronisation of the session, is put off as
   long as the only change since the session's last one is appended messages
   that are all spam; whatever else happened, or if that can't be told, it goes
   ahead. The session's own view is never touched, so nothing it knows can be
   out of step. Whether the user wants that at all is asked each time. */

/* Stands guard over the notifications that mailbox_notify_changes() asks for
   from now on, until winnow_quiet_end() or the mailbox is closed. max_secs is
   how long the first put-off message may wait. Does nothing if winnow has
   nothing to do with the mailbox, or if it is neither maildir, sdbox nor
   mdbox. */
void winnow_quiet_begin(struct mailbox *box, unsigned int max_secs);

/* Whether there is a guard and the user wants it now. */
bool winnow_quiet_is_on(struct mailbox *box);

/* Whether something is put off, or has happened that Dovecot has yet to hear of
   or to look at. A new watcher would tell of none of it. */
bool winnow_quiet_is_pending(struct mailbox *box);

/* Whether the caller owes the client a synchronisation before the guard ends:
   something is put off, or Dovecot may have yet to look at a change. */
bool winnow_quiet_owes(struct mailbox *box);

/* Does nothing if there is no guard. */
void winnow_quiet_end(struct mailbox *box);

void winnow_quiet_free(struct winnow_quiet **quiet);

/* Overrides the mailbox's function that watches it. */
void winnow_quiet_hook(struct mailbox_vfuncs *v);

#endif
