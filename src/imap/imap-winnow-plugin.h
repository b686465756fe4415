#ifndef IMAP_WINNOW_PLUGIN_H
#define IMAP_WINNOW_PLUGIN_H

struct module;
struct client;

extern const char *imap_winnow_plugin_version;

void imap_winnow_plugin_init(struct module *module);
void imap_winnow_plugin_deinit(void);

/* Whether the capability is offered to the client's user. */
bool imap_winnow_client_offers(struct client *client, const char *capability);

#endif
