#include "imap-common.h"
#include "array.h"
#include "imap-commands.h"
#include "imap-search.h"
#include "imap-winnow-args.h"
#include "imap-winnow-filter.h"
#include "imap-winnow-filter-search.h"
#include "imap-winnow-weak.h"

/* Where in the arguments of a search command what stands. */
struct search_args {
	/* "RETURN" (...); NULL if not there */
	const struct imap_arg *options;
	/* the charset; NULL if not there */
	const struct imap_arg *charset;
	/* the first search key */
	const struct imap_arg *program;
};

static void
search_args_skip_options(struct search_args *sargs)
{
	const struct imap_arg *list;

	if (imap_arg_atom_equals(sargs->program, "RETURN") &&
	    imap_arg_get_list(&sargs->program[1], &list)) {
		sargs->options = sargs->program;
		sargs->program += 2;
	}
}

/* charset search-key ... */
static bool search_args_skip_charset(struct search_args *sargs)
{
	const char *charset;

	if (!imap_arg_get_astring(sargs->program, &charset))
		return FALSE;
	sargs->charset = sargs->program++;
	return TRUE;
}

/* [RETURN (...)] [CHARSET charset] search-key ... */
static bool search_args_find_search(struct search_args *sargs)
{
	search_args_skip_options(sargs);
	if (!imap_arg_atom_equals(sargs->program, "CHARSET"))
		return TRUE;
	sargs->program++;
	return search_args_skip_charset(sargs);
}

/* [RETURN (...)] (sort-key ...) charset search-key ... */
static bool search_args_find_sort(struct search_args *sargs)
{
	const struct imap_arg *keys;

	search_args_skip_options(sargs);
	if (!imap_arg_get_list(sargs->program, &keys))
		return FALSE;
	sargs->program++;
	return search_args_skip_charset(sargs);
}

/* algorithm charset search-key ... */
static bool search_args_find_thread(struct search_args *sargs)
{
	const char *algorithm;

	if (!imap_arg_get_astring(sargs->program, &algorithm))
		return FALSE;
	sargs->program++;
	return search_args_skip_charset(sargs);
}

/* The whole of the arguments again, with another program, which is in UTF-8. */
static const struct imap_arg *
search_args_replace(pool_t pool, const struct imap_arg *args,
		    const struct search_args *sargs,
		    const struct imap_arg *program)
{
	ARRAY_TYPE(imap_arg_list) copy;
	struct imap_arg *charset;

	p_array_init(&copy, pool, 16);
	array_append(&copy, args, sargs->program - args);
	if (sargs->charset != NULL) {
		charset = array_idx_modifiable(&copy, sargs->charset - args);
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
		  const struct imap_arg *options)
{
	struct imap_search_context ctx = { .cmd = cmd };
	ARRAY_TYPE(seq_range) *saved = &cmd->client->search_saved_uidset;
	int ret;

	/* as Dovecot's function begins */
	ret = cmd_search_parse_return_if_found(&ctx, &options);
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
	    const struct search_args *sargs,
	    const struct imap_winnow_filter_failure *failure)
{
	enum imap_winnow_args_result result;

	if (!failure->bad && sargs->options != NULL) {
		result = search_fail_saved(cmd, sargs->options);
		if (result != IMAP_WINNOW_ARGS_OK)
			return result;
	}
	client_args_finished(cmd, args);
	imap_winnow_filter_answer(cmd, failure);
	return IMAP_WINNOW_ARGS_ANSWERED;
}

static enum imap_winnow_args_result
search_expand(struct client_command_context *cmd, pool_t pool,
	      const struct imap_arg **args,
	      bool (*find)(struct search_args *sargs))
{
	struct search_args sargs = { .program = *args };
	struct imap_winnow_filter_failure failure;
	const struct imap_arg *program;
	const char *charset;
	int ret;

	/* Dovecot says what is wrong */
	if (cmd->client->mailbox == NULL || !find(&sargs))
		return IMAP_WINNOW_ARGS_OK;
	program = sargs.program;
	charset = sargs.charset == NULL ? NULL :
		imap_arg_as_astring(sargs.charset);
	ret = imap_winnow_filter_expand(cmd->client, pool, charset, &program,
					&failure);
	if (ret < 0)
		return search_fail(cmd, *args, &sargs, &failure);
	if (ret > 0)
		*args = search_args_replace(pool, *args, &sargs, program);
	return IMAP_WINNOW_ARGS_OK;
}

static enum imap_winnow_args_result
filter_search_hook(struct client_command_context *cmd, pool_t pool,
		   const struct imap_arg **args)
{
	return search_expand(cmd, pool, args, search_args_find_search);
}

static enum imap_winnow_args_result
filter_sort_hook(struct client_command_context *cmd, pool_t pool,
		 const struct imap_arg **args)
{
	return search_expand(cmd, pool, args, search_args_find_sort);
}

static enum imap_winnow_args_result
filter_thread_hook(struct client_command_context *cmd, pool_t pool,
		   const struct imap_arg **args)
{
	return search_expand(cmd, pool, args, search_args_find_thread);
}

void imap_winnow_filter_search_init(void)
{
	imap_winnow_args_hook("SEARCH", filter_search_hook);
	imap_winnow_args_hook("UID SEARCH", filter_search_hook);
	imap_winnow_args_hook("SORT", filter_sort_hook);
	imap_winnow_args_hook("UID SORT", filter_sort_hook);
	imap_winnow_args_hook("THREAD", filter_thread_hook);
	imap_winnow_args_hook("UID THREAD", filter_thread_hook);
}
