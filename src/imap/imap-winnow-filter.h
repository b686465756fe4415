#ifndef IMAP_WINNOW_FILTER_H
#define IMAP_WINNOW_FILTER_H

struct imap_arg;
struct client;
struct client_command_context;

/* FILTERS (RFC 5466): the search key FILTER, which stands for a search program
   that is kept under a name. */

#define IMAP_WINNOW_FILTERS "FILTERS"

/* Why a command with filters can't be run. */
struct imap_winnow_filter_failure {
	/* The command itself is wrong: it gets BAD, and has no effect at all.
	   Otherwise it gets NO, and with RETURN (SAVE), "$" becomes empty. */
	bool bad;
	/* What follows BAD or NO; may begin with a response code */
	const char *text;
};

/* Whether the client has named filters: where it has METADATA, as RFC 5466
   keeps them there. */
bool imap_winnow_filter_is_offered(struct client *client);

/* Puts in the place of each key FILTER of a search program what that filter
   says, verbatim. *program are the arguments of a command from its first
   search key on, ending with IMAP_ARG_EOL. charset is the one that the command
   names, NULL if none.

   Returns 0 if there was no such key: *program is as it was, and may be right
   or wrong. Returns 1 if there was: *program is another one, which lives as
   long as the pool and the arguments of the client, and must be read as UTF-8;
   it has no more filters. Returns -1 and the failure, allocated from the data
   stack. Nothing is sent.

   The values are those of this moment: a command that has to wait expands its
   program again. "$" in a value is as if the client had written it. */
int imap_winnow_filter_expand(struct client *client, pool_t pool,
			      const char *charset,
			      const struct imap_arg **program,
			      struct imap_winnow_filter_failure *failure_r);

/* Sends the tagged line. */
void imap_winnow_filter_answer(struct client_command_context *cmd,
			       const struct imap_winnow_filter_failure *failure);

#endif
