#ifndef IMAP_WINNOW_ESEARCH_H
#define IMAP_WINNOW_ESEARCH_H

/* MULTISEARCH (RFC 7377): the command ESEARCH, one search through many
   mailboxes. Its steps are a file each: which mailboxes (-source, -loop,
   -mailboxes), what to look for (-program), which of them can't have it
   (-skip), one mailbox (-run), and what it has (-result). */

#define IMAP_WINNOW_MULTISEARCH "MULTISEARCH"

struct client;

void imap_winnow_esearch_init(void);
void imap_winnow_esearch_deinit(void);

/* To be called for every new client. */
void imap_winnow_esearch_client_created(struct client *client);

#endif
