#ifndef IMAP_WINNOW_ESEARCH_MAILBOXES_H
#define IMAP_WINNOW_ESEARCH_MAILBOXES_H

#include "imap-winnow-esearch-source.h"

struct client;
struct mailbox_list;

/* From sources to the mailboxes that they mean, each once. */

/* RFC 7377 section 2.4: more than these are not searched at once. */
#define IMAP_WINNOW_ESEARCH_MAILBOXES_MAX 100000

struct imap_winnow_esearch_mailbox {
	/* as Dovecot knows it, in UTF-8 */
	const char *vname;
	/* The client named it, by "mailboxes" or "selected": it need not be
	   listable, and may be virtual. */
	bool named;
	/* It is the one that the client has selected. */
	bool selected;
	/* Spam was left out there. */
	bool skipped;
};
ARRAY_DEFINE_TYPE(imap_winnow_esearch_mailbox,
		  struct imap_winnow_esearch_mailbox);

enum imap_winnow_esearch_mailboxes_result {
	IMAP_WINNOW_ESEARCH_MAILBOXES_OK,
	IMAP_WINNOW_ESEARCH_MAILBOXES_TOO_MANY,
	/* *failed_r has the error */
	IMAP_WINNOW_ESEARCH_MAILBOXES_FAILED
};

/* Lists the mailboxes, the selected one first. Those that don't exist or may
   not be read are among them if they are named; of the others only what the
   user may list is. Virtual mailboxes can be among them. Everything lives in
   the pool. */
enum imap_winnow_esearch_mailboxes_result
imap_winnow_esearch_mailboxes_list(
	pool_t pool, struct client *client,
	const ARRAY_TYPE(imap_winnow_source) *sources,
	ARRAY_TYPE(imap_winnow_esearch_mailbox) *mailboxes_r,
	struct mailbox_list **failed_r);

#endif
