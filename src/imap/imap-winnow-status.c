#include "imap-common.h"
#include "array.h"
#include "ostream.h"
#include "str.h"
#include "imap-resp-code.h"
#include "imap-commands.h"
#include "imap-status.h"
#include "winnow-key.h"
#include "winnow-count.h"
#include "imap-winnow-args.h"
#include "imap-winnow-client.h"
#include "imap-winnow-status.h"
#include "imap-winnow-weak.h"

struct status_item {
	const char *name;
	/* of struct winnow_counts */
	size_t offset;
};

static const struct status_item status_items[] = {
	{ "X-WINNOW-SPAM", offsetof(struct winnow_counts, spam) },
	{ "X-WINNOW-UNSEEN", offsetof(struct winnow_counts, unseen) },
};

struct status_request {
	struct client_command_context *cmd;
	/* as the client wrote it */
	const char *client_mailbox;
	struct mail_namespace *ns;
	const char *mailbox;
	bool selected;

	/* Dovecot's items, then ours as bits by their place in the table */
	struct imap_status_items stock_items;
	unsigned int items;
};

static bool
status_item_find(const struct imap_arg *arg, unsigned int *idx_r)
{
	for (unsigned int i = 0; i < N_ELEMENTS(status_items); i++) {
		if (imap_arg_atom_equals(arg, status_items[i].name)) {
			*idx_r = i;
			return TRUE;
		}
	}
	return FALSE;
}

/* Returns the bits of our items, and all other arguments. */
static unsigned int
status_items_split(const struct imap_arg *list,
		   ARRAY_TYPE(imap_arg_list) *stock)
{
	unsigned int idx, items = 0;

	t_array_init(stock, 8);
	for (; !IMAP_ARG_IS_EOL(list); list++) {
		if (status_item_find(list, &idx))
			items |= 1U << idx;
		else
			array_push_back(stock, list);
	}
	array_push_back(stock, list);
	return items;
}

static struct mailbox *status_mailbox_alloc(struct status_request *request)
{
	struct client *client = request->cmd->client;
	struct mailbox *box;

	if (request->selected)
		return client->mailbox;
	box = mailbox_alloc(request->ns->list, request->mailbox,
			    MAILBOX_FLAG_READONLY);
	(void)mailbox_enable(box, client_enabled_mailbox_features(client));
	return box;
}

/* The selected mailbox is counted as the client knows it, another one is
   synchronized first: Dovecot does so for what its list index does not have. */
static int
status_get(const struct status_request *request, struct mailbox *box,
	   struct imap_status_result *result_r, struct winnow_counts *counts_r)
{
	if (!request->selected &&
	    (mailbox_open(box) < 0 ||
	     mailbox_sync(box, MAILBOX_SYNC_FLAG_FAST) < 0))
		return -1;
	if (imap_status_get_result(request->cmd->client, box,
				   &request->stock_items, result_r) < 0)
		return -1;
	winnow_mailbox_count(box, counts_r);
	return 0;
}

/* Has Dovecot write its line for its items. */
static void
status_line_stock(const struct status_request *request,
		  const struct imap_status_result *result, string_t *line)
{
	struct client *client = request->cmd->client;
	struct ostream *client_output = client->output;

	client->output = o_stream_create_buffer(line);
	imap_status_send(client, request->client_mailbox,
			 &request->stock_items, result);
	o_stream_destroy(&client->output);
	client->output = client_output;
}

static void
status_send(const struct status_request *request,
	    const struct imap_status_result *result,
	    const struct winnow_counts *counts)
{
	string_t *line = t_str_new(256);
	const char *separator;

	status_line_stock(request, result, line);
	/* "* STATUS mailbox (...)" CRLF */
	str_truncate(line, str_len(line) - strlen(")\r\n"));
	separator = str_c(line)[str_len(line) - 1] == '(' ? "" : " ";
	for (unsigned int i = 0; i < N_ELEMENTS(status_items); i++) {
		const uint32_t *count =
			CONST_PTR_OFFSET(counts, status_items[i].offset);

		if ((request->items & (1U << i)) == 0)
			continue;
		str_printfa(line, "%s%s %u", separator, status_items[i].name,
			    *count);
		separator = " ";
	}
	str_append_c(line, ')');
	client_send_line(request->cmd->client, str_c(line));
}

static void status_answer(struct status_request *request)
{
	struct client_command_context *cmd = request->cmd;
	struct mailbox *box = status_mailbox_alloc(request);
	struct imap_status_result result;
	struct winnow_counts counts;

	if (status_get(request, box, &result, &counts) < 0)
		client_send_box_error(cmd, box);
	else {
		status_send(request, &result, &counts);
		client_send_tagline(cmd, !request->selected ?
			"OK Status completed." :
			"OK ["IMAP_RESP_CODE_CLIENTBUG"] "
			"Status on selected mailbox completed.");
	}
	if (!request->selected)
		mailbox_free(&box);
}

static enum imap_winnow_args_result
status_hook(struct client_command_context *cmd, pool_t pool ATTR_UNUSED,
	    const struct imap_arg **args)
{
	struct status_request request = { .cmd = cmd };
	ARRAY_TYPE(imap_arg_list) stock;
	const struct imap_arg *list;

	if (!imap_arg_get_astring(&(*args)[0], &request.mailbox) ||
	    !imap_arg_get_list(&(*args)[1], &list) ||
	    (request.items = status_items_split(list, &stock)) == 0 ||
	    !imap_winnow_client_offers(cmd->client, WINNOW_KEY_NAME))
		return IMAP_WINNOW_ARGS_OK;

	/* from here on as Dovecot's function */
	client_args_finished(cmd, *args);
	if (array_count(&stock) > 1 &&
	    imap_status_parse_items(cmd, array_front(&stock),
				    &request.stock_items) < 0)
		return IMAP_WINNOW_ARGS_ANSWERED;
	request.client_mailbox = request.mailbox;
	request.ns = client_find_namespace(cmd, &request.mailbox);
	if (request.ns == NULL)
		return IMAP_WINNOW_ARGS_ANSWERED;
	event_add_str(cmd->global_event, "mailbox", request.mailbox);
	request.selected = cmd->client->mailbox != NULL &&
		mailbox_equals(cmd->client->mailbox, request.ns,
			       request.mailbox);
	status_answer(&request);
	return IMAP_WINNOW_ARGS_ANSWERED;
}

void imap_winnow_status_init(void)
{
	imap_winnow_args_hook("STATUS", status_hook);
}
