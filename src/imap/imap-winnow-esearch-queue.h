#ifndef IMAP_WINNOW_ESEARCH_QUEUE_H
#define IMAP_WINNOW_ESEARCH_QUEUE_H

struct client_command_context;

/* What an ESEARCH has to wait for among the commands before it. The functions
   return TRUE if it waits: it is called again once another one has gone on. */

/* RFC 7377 section 2.1: with SAVE or "$" all searches before come first, and
   those after wait. */
bool imap_winnow_esearch_waits_for_saved(struct client_command_context *cmd,
					 bool uses_saved);

/* Commands that may change the numbers of messages */
bool imap_winnow_esearch_waits_for_numbers(struct client_command_context *cmd);

#endif
