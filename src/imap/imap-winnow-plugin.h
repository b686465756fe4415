#ifndef IMAP_WINNOW_PLUGIN_H
#define IMAP_WINNOW_PLUGIN_H

struct module;

extern const char *imap_winnow_plugin_version;

void imap_winnow_plugin_init(struct module *module);
void imap_winnow_plugin_deinit(void);

#endif
