#include "lib.h"
#include "mail-storage-hooks.h"
#include "winnow-key.h"
#include "winnow-mailbox.h"
#include "winnow-sort.h"
#include "winnow-user.h"
#include "winnow-plugin.h"

const char *winnow_plugin_version = DOVECOT_ABI_VERSION;

static struct mail_storage_hooks winnow_mail_storage_hooks = {
	.mail_user_created = winnow_user_created,
	.mailbox_allocated = winnow_mailbox_allocated,
	.mailbox_opened = winnow_mailbox_opened,
	.mail_allocated = winnow_sort_mail_allocated,
};

void winnow_plugin_init(struct module *module)
{
	winnow_search_keys_register();
	mail_storage_hooks_add(module, &winnow_mail_storage_hooks);
}

void winnow_plugin_deinit(void)
{
	mail_storage_hooks_remove(&winnow_mail_storage_hooks);
}
