#include "imap-common.h"
#include "imap-winnow-plugin.h"

const char *imap_winnow_plugin_version = DOVECOT_ABI_VERSION;

void imap_winnow_plugin_init(struct module *module ATTR_UNUSED)
{
}

void imap_winnow_plugin_deinit(void)
{
}
