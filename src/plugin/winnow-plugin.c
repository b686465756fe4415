#include "lib.h"
#include "mail-storage-hooks.h"
#include "winnow-plugin.h"

const char *winnow_plugin_version = DOVECOT_ABI_VERSION;

static struct mail_storage_hooks winnow_mail_storage_hooks;

void winnow_plugin_init(struct module *module)
{
	mail_storage_hooks_add(module, &winnow_mail_storage_hooks);
}

void winnow_plugin_deinit(void)
{
	mail_storage_hooks_remove(&winnow_mail_storage_hooks);
}
