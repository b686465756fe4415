#include "imap-common.h"
#include "array.h"
#include "imap-commands.h"
#include "imap-search.h"
#include "imap-winnow-filter.h"
#include "imap-winnow-filter-search.h"
#include "imap-winnow-search-args.h"
#include "imap-winnow-weak.h"

/* The whole of the arguments again, with another program, which is in UTF-8. */
static const struct imap_arg *
search_args_replace(pool_t pool, const struct imap_arg *args,
		    const struct imap_winnow_search_args *found,
		    const struct imap_arg *program)
{
	ARRAY_TYPE(imap_arg_list) copy;
	struct imap_arg *charset;

	p_array_init(&copy, pool, 16);
	array_append(&copy, args, found->program - args);
	if (found->charset != NULL) {
		charset = array_idx_modifiable(&copy, found->charset - args);
		charset->type = IMAP_ARG_ATOM;
		charset->_data.str = "UTF-8";
		charset->str_len = strlen("UTF-8");
	}
	while (!IMAP_ARG_IS_EOL(program))
		array_push_back(&copy, program++);
	array_push_back(&copy, program);
	return array_front(&copy);
}

/* RFC 5182, section 2.1: a search that fails with NO leaves "$" empty. */
static enum imap_winnow_args_result
search_fail_saved(struct client_command_context *cmd,
		  const struct imap_arg *args)
{
	struct imap_search_context ctx = { .cmd = cmd };
	ARRAY_TYPE(seq_range) *saved = &cmd->client->search_saved_uidset;
	int ret;

	/* as Dovecot's function begins */
	ret = cmd_search_parse_return_if_found(&ctx, &args);
	if (ret <= 0) {
		return ret < 0 ? IMAP_WINNOW_ARGS_ANSWERED :
			IMAP_WINNOW_ARGS_WAIT;
	}
	if (cmd->search_save_result && array_is_created(saved))
		array_clear(saved);
	imap_search_context_free(&ctx);
	return IMAP_WINNOW_ARGS_OK;
}

static enum imap_winnow_args_result
search_fail(struct client_command_context *cmd, const struct imap_arg *args,
	    const struct imap_winnow_search_args *found,
	    const struct imap_winnow_filter_failure *failure)
{
	enum imap_winnow_args_result result;

	if (!failure->bad && found->options != NULL) {
		result = search_fail_saved(cmd, args);
		if (result != IMAP_WINNOW_ARGS_OK)
			return result;
	}
	client_args_finished(cmd, args);
	imap_winnow_filter_answer(cmd, failure);
	return IMAP_WINNOW_ARGS_ANSWERED;
}

static enum imap_winnow_args_result
filter_hook(struct client_command_context *cmd, pool_t pool,
	    const struct imap_arg **args)
{
	struct imap_winnow_search_args found;
	struct imap_winnow_filter_failure failure;
	const struct imap_arg *program;
	const char *charset;
	int ret;

	/* Dovecot says what is wrong */
	if (cmd->client->mailbox == NULL ||
	    !imap_winnow_search_args_find(cmd->name, *args, &found))
		return IMAP_WINNOW_ARGS_OK;
	program = found.program;
	charset = found.charset == NULL ? NULL :
		imap_arg_as_astring(found.charset);
	ret = imap_winnow_filter_expand(cmd->client, pool, charset, &program,
					&failure);
	if (ret < 0)
		return search_fail(cmd, *args, &found, &failure);
	if (ret > 0)
		*args = search_args_replace(pool, *args, &found, program);
	return IMAP_WINNOW_ARGS_OK;
}

void imap_winnow_filter_search_init(void)
{
	imap_winnow_search_args_hook(filter_hook);
}
