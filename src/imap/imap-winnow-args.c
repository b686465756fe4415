#include "imap-common.h"
#include "array.h"
#include "istream.h"
#include "str.h"
#include "imap-commands.h"
#include "imap-parser.h"
#include "winnow-compat.h"
#include "imap-winnow-weak.h"
#include "imap-winnow-args.h"

struct hooked_command {
	/* as Dovecot had it */
	struct command stock;
	ARRAY(imap_winnow_args_hook_t *) hooks;
};

static ARRAY(struct hooked_command) hooked_commands;

static struct hooked_command *hooked_command_find(const char *name)
{
	struct hooked_command *hooked;

	if (!array_is_created(&hooked_commands))
		return NULL;
	array_foreach_modifiable(&hooked_commands, hooked) {
		if (strcasecmp(hooked->stock.name, name) == 0)
			return hooked;
	}
	return NULL;
}

/* Appends them as a client may send them: strings become literals. */
static void args_write(string_t *dest, const struct imap_arg *args)
{
	for (bool first = TRUE; !IMAP_ARG_IS_EOL(args); args++, first = FALSE) {
		if (!first)
			str_append_c(dest, ' ');
		switch (args->type) {
		case IMAP_ARG_LIST:
			str_append_c(dest, '(');
			args_write(dest, imap_arg_as_list(args));
			str_append_c(dest, ')');
			break;
		case IMAP_ARG_STRING:
		case IMAP_ARG_LITERAL:
			str_printfa(dest, "{%zu}\r\n", args->str_len);
			str_append_data(dest, args->_data.str, args->str_len);
			break;
		default:
			str_append(dest, imap_arg_as_astring(args));
		}
	}
}

/* Dovecot's functions read their arguments from the command's parser. */
static bool
command_run_with(struct client_command_context *cmd, command_func_t *func,
		 const struct imap_arg *args)
{
	struct imap_parser *client_parser = cmd->parser;
	struct istream *input;
	string_t *line = str_new(default_pool, 1024);
	bool finished;

	args_write(line, args);
	str_append(line, "\r\n");
	input = i_stream_create_from_data(str_data(line), str_len(line));
	cmd->parser = winnow_imap_parser_create(input);

	finished = func(cmd);

	imap_parser_unref(&cmd->parser);
	cmd->parser = client_parser;
	i_stream_unref(&input);
	str_free(&line);
	return finished;
}

static enum imap_winnow_args_result
hooks_call(struct hooked_command *hooked, struct client_command_context *cmd,
	   pool_t pool, const struct imap_arg **args)
{
	enum imap_winnow_args_result result = IMAP_WINNOW_ARGS_OK;
	imap_winnow_args_hook_t *hook;

	array_foreach_elem(&hooked->hooks, hook) {
		result = hook(cmd, pool, args);
		if (result != IMAP_WINNOW_ARGS_OK)
			break;
	}
	return result;
}

static bool
hooked_command_run(struct hooked_command *hooked,
		   struct client_command_context *cmd,
		   const struct imap_arg *client_args)
{
	const struct imap_arg *args = client_args;
	pool_t pool = pool_alloconly_create("winnow args", 1024);
	bool finished = FALSE;

	switch (hooks_call(hooked, cmd, pool, &args)) {
	case IMAP_WINNOW_ARGS_OK:
		finished = args == client_args ? hooked->stock.func(cmd) :
			command_run_with(cmd, hooked->stock.func, args);
		break;
	case IMAP_WINNOW_ARGS_ANSWERED:
		finished = TRUE;
		break;
	case IMAP_WINNOW_ARGS_WAIT:
		break;
	}
	pool_unref(&pool);
	return finished;
}

static bool cmd_hooked(struct client_command_context *cmd)
{
	struct hooked_command *hooked = hooked_command_find(cmd->name);
	const struct imap_arg *args;
	int ret;

	i_assert(hooked != NULL);
	/* the parser keeps what it has read for the next who asks */
	ret = imap_parser_read_args(cmd->parser, 0, 0, &args);
	if (ret == -2) {
		/* As client_read_args(). Dovecot's function may be content
		   with less than the whole line. */
		if (cmd->client->input->closed)
			cmd->state = CLIENT_COMMAND_STATE_DONE;
		return FALSE;
	}
	if (ret < 0) {
		client_send_command_error(cmd, NULL);
		return FALSE;
	}
	return hooked_command_run(hooked, cmd, args);
}

static struct hooked_command *hooked_command_add(const struct command *stock)
{
	struct hooked_command *hooked;

	if (!array_is_created(&hooked_commands))
		i_array_init(&hooked_commands, 8);
	hooked = array_append_space(&hooked_commands);
	hooked->stock = *stock;
	i_array_init(&hooked->hooks, 2);

	command_unregister(hooked->stock.name);
	command_register(hooked->stock.name, cmd_hooked, hooked->stock.flags);
	return hooked;
}

void imap_winnow_args_hook(const char *command, imap_winnow_args_hook_t *hook)
{
	struct hooked_command *hooked = hooked_command_find(command);
	const struct command *stock;

	if (hooked == NULL) {
		stock = command_find(command);
		if (stock == NULL)
			return;
		hooked = hooked_command_add(stock);
	}
	array_push_back(&hooked->hooks, &hook);
}

void imap_winnow_args_deinit(void)
{
	struct hooked_command *hooked;

	if (!array_is_created(&hooked_commands))
		return;
	array_foreach_modifiable(&hooked_commands, hooked) {
		command_unregister(hooked->stock.name);
		command_register(hooked->stock.name, hooked->stock.func,
				 hooked->stock.flags);
		array_free(&hooked->hooks);
	}
	array_free(&hooked_commands);
}
