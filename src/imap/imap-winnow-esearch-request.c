#include "imap-common.h"
#include "imap-resp-code.h"
#include "imap-commands.h"
#include "imap-winnow-esearch-queue.h"
#include "imap-winnow-esearch-request.h"
#include "imap-winnow-search-args.h"
#include "imap-winnow-weak.h"

/* What else RFC 7377 section 2.2 wants of SAVE and UPDATE. */
static bool
request_check_return(const struct imap_winnow_esearch_request *request,
		     struct client_command_context *cmd)
{
	const enum search_return_options opts = request->options.return_options;

	if ((opts & SEARCH_RETURN_SAVE) != 0 &&
	    !imap_winnow_sources_are_selected(&request->sources)) {
		client_send_command_error(cmd,
			"SAVE is possible in the selected mailbox only");
		return FALSE;
	}
	return (opts & SEARCH_RETURN_UPDATE) == 0 ||
		client_verify_open_mailbox(cmd);
}

/* Returns -1 if the command has been answered. */
static int
request_read_sources(struct imap_winnow_esearch_request *request,
		     struct client_command_context *cmd, pool_t pool,
		     const struct imap_arg **args)
{
	const char *error;

	if (!imap_winnow_sources_parse(pool, args, &request->sources, &error)) {
		client_send_command_error(cmd, error);
		return -1;
	}
	return !imap_winnow_sources_have(&request->sources,
					 IMAP_WINNOW_SOURCE_SELECTED) ||
		client_verify_open_mailbox(cmd) ? 0 : -1;
}

int imap_winnow_esearch_request_read(
	struct imap_winnow_esearch_request *request_r,
	struct client_command_context *cmd, pool_t pool,
	const struct imap_arg *args)
{
	const struct imap_arg *options;
	bool uses_saved;
	int ret;

	i_zero(request_r);
	request_r->options.cmd = cmd;
	if (request_read_sources(request_r, cmd, pool, &args) < 0)
		return -1;
	options = imap_winnow_search_args_options(args);
	ret = cmd_search_parse_return_if_found(&request_r->options, &args);
	if (ret <= 0)
		return ret;
	if (!request_check_return(request_r, cmd) ||
	    imap_winnow_esearch_program_init(&request_r->program, cmd, pool,
					     options, args) < 0)
		return -1;
	if (request_r->program.have_saved &&
	    !imap_winnow_sources_are_selected(&request_r->sources)) {
		client_send_tagline(cmd, "NO ["IMAP_RESP_CODE_CANNOT"] "
			"$ has messages of the selected mailbox only");
		return -1;
	}
	uses_saved = request_r->program.have_saved ||
		(request_r->options.return_options & SEARCH_RETURN_SAVE) != 0;
	return imap_winnow_esearch_waits_for_saved(cmd, uses_saved) ? 0 : 1;
}

void imap_winnow_esearch_request_free(
	struct imap_winnow_esearch_request *request)
{
	imap_winnow_esearch_program_deinit(&request->program);
	imap_search_context_free(&request->options);
}
