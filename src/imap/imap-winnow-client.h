#ifndef IMAP_WINNOW_CLIENT_H
#define IMAP_WINNOW_CLIENT_H

struct client;

/* Whether the capability is offered to the client's user. */
bool imap_winnow_client_offers(struct client *client, const char *capability);

#endif
