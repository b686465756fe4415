#ifndef DOVEADM_WINNOW_MAILBOXES_H
#define DOVEADM_WINNOW_MAILBOXES_H

struct mailbox;
struct mail_user;
struct doveadm_mail_cmd_context;

typedef int doveadm_winnow_mailbox_func_t(struct doveadm_mail_cmd_context *ctx,
					  struct mailbox *box);

/* Calls the function for every selectable mailbox of the user that the
   command's mailbox-mask parameter names (all without one), opened and
   synchronized. A mailbox that can't be opened is logged, and the next one
   tried. Returns 0, or -1 if a mailbox or the function failed. */
int doveadm_winnow_mailboxes_foreach(struct doveadm_mail_cmd_context *ctx,
				     struct mail_user *user,
				     doveadm_winnow_mailbox_func_t *func);

#endif
