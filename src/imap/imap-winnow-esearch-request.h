#ifndef IMAP_WINNOW_ESEARCH_REQUEST_H
#define IMAP_WINNOW_ESEARCH_REQUEST_H

#include "imap-search.h"
#include "imap-winnow-esearch-program.h"
#include "imap-winnow-esearch-source.h"

/* What a client asks for with an ESEARCH. */
struct imap_winnow_esearch_request {
	ARRAY_TYPE(imap_winnow_source) sources;
	/* only what RETURN says is used of it */
	struct imap_search_context options;
	struct imap_winnow_esearch_program program;
};

/* Reads the command's arguments. Returns 1 to go on, 0 if the command waits for
   others and is called again, -1 if it has been answered. The pool must live as
   long as the request, which is to be freed in any case. */
int imap_winnow_esearch_request_read(
	struct imap_winnow_esearch_request *request_r,
	struct client_command_context *cmd, pool_t pool,
	const struct imap_arg *args);
void imap_winnow_esearch_request_free(
	struct imap_winnow_esearch_request *request);

#endif
