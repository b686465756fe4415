#include "lib.h"
#include "mail-storage-private.h"
#include "mail-search-build.h"
#include "doveadm-mail.h"
#include "doveadm-mailbox-list-iter.h"
#include "doveadm-winnow-mailboxes.h"

static int
mailbox_call(struct doveadm_mail_cmd_context *ctx, const char *vname,
	     doveadm_winnow_mailbox_func_t *func)
{
	struct mailbox *box = doveadm_mailbox_find(ctx->cur_mail_user, vname);
	int ret;

	if (mailbox_open(box) < 0 ||
	    mailbox_sync(box, MAILBOX_SYNC_FLAG_FULL_READ) < 0) {
		e_error(box->event, "winnow: Couldn't open: %s",
			mailbox_get_last_internal_error(box, NULL));
		doveadm_mail_failed_mailbox(ctx, box);
		ret = -1;
	} else {
		ret = func(ctx, box);
	}
	mailbox_free(&box);
	return ret;
}

int doveadm_winnow_mailboxes_foreach(struct doveadm_mail_cmd_context *ctx,
				     struct mail_user *user,
				     doveadm_winnow_mailbox_func_t *func)
{
	struct doveadm_mailbox_list_iter *iter;
	struct mail_search_args *search_args;
	const struct mailbox_info *info;
	const char *const *masks;
	int ret = 0;

	if (doveadm_cmd_param_array(ctx->cctx, "mailbox-mask", &masks)) {
		search_args = doveadm_mail_mailbox_search_args_build(masks);
		iter = doveadm_mailbox_list_iter_init(ctx, user, search_args,
			MAILBOX_LIST_ITER_NO_AUTO_BOXES);
	} else {
		search_args = mail_search_build_init();
		mail_search_build_add_all(search_args);
		iter = doveadm_mailbox_list_iter_full_init(ctx, user,
			search_args, MAILBOX_LIST_ITER_NO_AUTO_BOXES);
	}
	while ((info = doveadm_mailbox_list_iter_next(iter)) != NULL) {
		if ((info->flags & (MAILBOX_NOSELECT |
				    MAILBOX_NONEXISTENT)) != 0)
			continue;
		T_BEGIN {
			if (mailbox_call(ctx, info->vname, func) < 0)
				ret = -1;
		} T_END;
	}
	if (doveadm_mailbox_list_iter_deinit(&iter) < 0)
		ret = -1;
	mail_search_args_unref(&search_args);
	return ret;
}
