#ifndef IMAP_WINNOW_ESEARCH_H
#define IMAP_WINNOW_ESEARCH_H

/* MULTISEARCH (RFC 7377): the command ESEARCH, one search through many
   mailboxes. Its steps are a file each: what is asked for (-request), which is
   where (-source) and what (-program), after which other commands (-queue);
   which mailboxes those are (-mailboxes, -loop), and the way through them
   (-walk); each of them opened (-open), unless it can't have anything (-skip),
   and searched (-run), with a look at bytes (-bytes) before words (-narrow); what
   it has (-result), or what is to be told of what went wrong (-error). */

#define IMAP_WINNOW_MULTISEARCH "MULTISEARCH"

struct client;

void imap_winnow_esearch_init(void);
void imap_winnow_esearch_deinit(void);

/* To be called for every new client. */
void imap_winnow_esearch_client_created(struct client *client);

#endif
