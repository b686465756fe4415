#ifndef IMAP_WINNOW_IDLE_H
#define IMAP_WINNOW_IDLE_H

struct client;

/* Quiet IDLE: spam alone is announced with the next thing that is, at DONE or
   after winnow_idle_max, whichever comes first. */

void imap_winnow_idle_init(void);
void imap_winnow_idle_deinit(void);

/* To be called for every new client whose user has winnow on. */
void imap_winnow_idle_client_created(struct client *client);

#endif
