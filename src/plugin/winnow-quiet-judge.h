#ifndef WINNOW_QUIET_JUDGE_H
#define WINNOW_QUIET_JUDGE_H

struct winnow_mailbox;

/* Compares what the session that has the mailbox open knows of it with what is
   in it now, and leaves the session's view alone. Returns how many messages
   have been appended if nothing else happened and all of them are spam, or -1
   if there is anything else, or it can't be told. May open the user's INBOX,
   and fill in records that are missing. */
int winnow_quiet_judge(struct winnow_mailbox *wbox);

#endif
