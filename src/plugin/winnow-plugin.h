#ifndef WINNOW_PLUGIN_H
#define WINNOW_PLUGIN_H

struct module;

extern const char *winnow_plugin_version;

void winnow_plugin_init(struct module *module);
void winnow_plugin_deinit(void);

#endif
