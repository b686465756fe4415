#ifndef IMAP_WINNOW_ENABLE_H
#define IMAP_WINNOW_ENABLE_H

struct client;

/* ENABLE X-WINNOW (RFC 5161): the client knows winnow and asks for what it
   wants by itself. The state survives hibernation. */

/* Whether the client has enabled X-WINNOW in this session. */
bool imap_winnow_client_is_aware(struct client *client);

/* As if the client had. */
void imap_winnow_client_set_aware(struct client *client);

void imap_winnow_enable_init(void);

#endif
