#ifndef IMAP_WINNOW_ESEARCH_WALK_H
#define IMAP_WINNOW_ESEARCH_WALK_H

#include "winnow-clean.h"
#include "imap-winnow-esearch-error.h"
#include "imap-winnow-esearch-mailboxes.h"
#include "imap-winnow-esearch-narrow.h"

struct imap_winnow_esearch_request;
struct imap_winnow_esearch_run;

/* The way of an ESEARCH from mailbox to mailbox. Each that has something is
   answered for as soon as it has been searched. */
struct imap_winnow_esearch_walk {
	struct client_command_context *cmd;
	struct imap_winnow_esearch_request *request;
	struct imap_winnow_narrow_plan plan;
	ARRAY_TYPE(imap_winnow_esearch_mailbox) mailboxes;

	/* the next mailbox, and the one before while it is searched */
	unsigned int idx;
	struct imap_winnow_esearch_run *run;
	/* First all mailboxes are searched without spam. If nothing is found,
	   those where some was left out are searched again for that. */
	enum winnow_clean_look look;
	bool found;

	/* the first one; the other mailboxes are searched anyway */
	struct imap_winnow_esearch_error error;
	/* messages were expunged meanwhile */
	bool lost_data;
};

enum imap_winnow_esearch_progress {
	IMAP_WINNOW_ESEARCH_GOES_ON,
	/* others first */
	IMAP_WINNOW_ESEARCH_PAUSES,
	/* the client has to read first */
	IMAP_WINNOW_ESEARCH_BLOCKED,
	IMAP_WINNOW_ESEARCH_ENDS
};

/* Lists the mailboxes. Returns as imap_winnow_esearch_request_read(). The
   request must outlive the walk, which needs no end. */
int imap_winnow_esearch_walk_begin(struct imap_winnow_esearch_walk *walk_r,
				   struct client_command_context *cmd,
				   pool_t pool,
				   struct imap_winnow_esearch_request *request);
/* Goes on for a while, within one mailbox. */
enum imap_winnow_esearch_progress
imap_winnow_esearch_walk_step(struct imap_winnow_esearch_walk *walk);
/* The command is cancelled. */
void imap_winnow_esearch_walk_break_off(struct imap_winnow_esearch_walk *walk);

/* Returns how many mailboxes have been searched, and of the one that is being
   searched 0..99 percent. */
unsigned int
imap_winnow_esearch_walk_done(const struct imap_winnow_esearch_walk *walk,
			      unsigned int *percent_r);
/* Whether it is about the selected mailbox and no other. */
bool imap_winnow_esearch_walk_stays(const struct imap_winnow_esearch_walk *walk);

#endif
