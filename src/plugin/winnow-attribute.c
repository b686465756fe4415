#include "lib.h"
#include "mail-storage-private.h"
#include "mail-namespace.h"
#include "mailbox-attribute.h"
#include "winnow-user.h"
#include "winnow-attribute.h"

struct mailbox *winnow_attributes_open(struct winnow_user *wuser)
{
	struct mail_namespace *ns =
		mail_namespace_find_inbox(wuser->user->namespaces);
	struct mailbox *box;

	box = mailbox_alloc(ns->list, "INBOX", MAILBOX_FLAG_READONLY |
			    MAILBOX_FLAG_IGNORE_ACLS |
			    MAILBOX_FLAG_ATTRIBUTE_SESSION);
	mail_storage_last_error_push(mailbox_get_storage(box));
	return box;
}

void winnow_attributes_close(struct mailbox **box)
{
	mail_storage_last_error_pop(mailbox_get_storage(*box));
	mailbox_free(box);
}

int winnow_attribute_refuse(struct mailbox_transaction_context *t,
			    const char *text)
{
	mail_storage_set_error(t->box->storage, MAIL_ERROR_NOTPOSSIBLE, text);
	return -1;
}

int winnow_attribute_iter_stored(struct mailbox *box ATTR_UNUSED,
				 const char *key_prefix ATTR_UNUSED,
				 pool_t pool ATTR_UNUSED,
				 ARRAY_TYPE(const_string) *keys ATTR_UNUSED)
{
	return 0;
}
