#include "imap-common.h"
#include "array.h"
#include "mail-search-build.h"
#include "mail-search-parser.h"
#include "imap-commands.h"
#include "imap-search-args.h"
#include "winnow-compat.h"
#include "imap-winnow-clean.h"
#include "imap-winnow-filter.h"
#include "imap-winnow-esearch-program.h"
#include "imap-winnow-weak.h"

static void
program_look_through(struct imap_winnow_esearch_program *program,
		     const struct mail_search_arg *arg)
{
	for (; arg != NULL; arg = arg->next) {
		switch (arg->type) {
		case SEARCH_SEQSET:
			program->have_seqsets = TRUE;
			break;
		case SEARCH_MODSEQ:
			program->have_modseqs = TRUE;
			break;
		case SEARCH_UIDSET:
			if (strcmp(arg->value.str, "$") == 0)
				program->have_saved = TRUE;
			break;
		case SEARCH_OR:
		case SEARCH_SUB:
		case SEARCH_INTHREAD:
			program_look_through(program, arg->value.subargs);
			break;
		default:
			break;
		}
	}
}

/* Returns -1 if the command has been answered. */
static int
program_read_charset(struct client_command_context *cmd,
		     const struct imap_arg **args, const char **charset_r)
{
	*charset_r = NULL;
	if (!imap_arg_atom_equals(*args, "CHARSET"))
		return 0;
	if (winnow_client_has_utf8(cmd->client)) {
		/* RFC 6855 section 3 */
		client_send_command_error(cmd,
			"Cannot set search charset when using UTF8=ACCEPT");
		return -1;
	}
	if (!imap_arg_get_astring(&(*args)[1], charset_r)) {
		client_send_command_error(cmd, "Invalid charset argument.");
		return -1;
	}
	*args += 2;
	return 0;
}

/* RFC 5182 section 2.1: with NO, a result that was to be saved is empty. */
static void program_forget_saved(struct client_command_context *cmd)
{
	ARRAY_TYPE(seq_range) *saved_uids = &cmd->client->search_saved_uidset;

	if (cmd->search_save_result && array_is_created(saved_uids))
		array_clear(saved_uids);
}

/* Returns as imap_winnow_esearch_program_init(). */
static int
program_expand_filters(struct client_command_context *cmd, pool_t pool,
		       const struct imap_arg **args, const char **charset)
{
	struct imap_winnow_filter_failure failure;
	int ret;

	ret = imap_winnow_filter_expand(cmd->client, pool, *charset, args,
					&failure);
	if (ret < 0) {
		if (!failure.bad)
			program_forget_saved(cmd);
		imap_winnow_filter_answer(cmd, &failure);
		return -1;
	}
	if (ret > 0 || *charset == NULL)
		*charset = "UTF-8";
	return 0;
}

/* As Dovecot builds and answers SEARCH. */
static int
program_build(struct imap_winnow_esearch_program *program,
	      struct client_command_context *cmd, const struct imap_arg *args,
	      const char *charset)
{
	struct mail_search_parser *parser;
	const char *error;
	int ret;

	parser = mail_search_parser_init_imap(args);
	ret = mail_search_build(mail_search_register_get_imap(), parser,
				&charset, &program->args, &error);
	mail_search_parser_deinit(&parser);
	if (ret == 0)
		return 0;
	if (charset != NULL)
		client_send_command_error(cmd, error);
	else {
		program_forget_saved(cmd);
		client_send_tagline(cmd, t_strconcat("NO [BADCHARSET] ", error,
						     NULL));
	}
	return -1;
}

int imap_winnow_esearch_program_init(
	struct imap_winnow_esearch_program *program_r,
	struct client_command_context *cmd, pool_t pool,
	const struct imap_arg *options, const struct imap_arg *args)
{
	const char *charset;

	i_zero(program_r);
	if (program_read_charset(cmd, &args, &charset) < 0)
		return -1;
	if (IMAP_ARG_IS_EOL(args)) {
		client_send_command_error(cmd, "Missing search parameters");
		return -1;
	}
	if (program_expand_filters(cmd, pool, &args, &charset) < 0 ||
	    program_build(program_r, cmd, args, charset) < 0)
		return -1;
	program_look_through(program_r, program_r->args->args);
	program_r->clean = imap_winnow_clean_begin(cmd, options, args);
	return 0;
}

void imap_winnow_esearch_program_deinit(
	struct imap_winnow_esearch_program *program)
{
	if (program->args != NULL)
		mail_search_args_unref(&program->args);
}

struct mail_search_args *
imap_winnow_esearch_program_for(
	const struct imap_winnow_esearch_program *program, struct mailbox *box,
	const ARRAY_TYPE(seq_range) *saved_uids)
{
	struct mail_search_args *args = program->args;

	/* A copy knows of no "$", but then there is one mailbox only. */
	if (program->have_saved)
		mail_search_args_ref(args);
	else
		args = mail_search_args_dup(args);
	mail_search_args_init(args, box, TRUE, saved_uids);
	return args;
}

static void args_forget_words(struct mail_search_arg *arg)
{
	for (; arg != NULL; arg = arg->next) {
		if (arg->type == SEARCH_TEXT || arg->type == SEARCH_BODY)
			arg->type = SEARCH_ALL;
		else if (arg->type == SEARCH_SUB || arg->type == SEARCH_OR)
			args_forget_words(arg->value.subargs);
	}
}

struct mail_search_args *
imap_winnow_esearch_program_without_words(
	const struct imap_winnow_esearch_program *program, struct mailbox *box)
{
	struct mail_search_args *args = mail_search_args_dup(program->args);

	args_forget_words(args->args);
	mail_search_args_init(args, box, TRUE, NULL);
	return args;
}

struct mail_search_args *
imap_winnow_esearch_program_within(
	const struct imap_winnow_esearch_program *program, struct mailbox *box,
	const ARRAY_TYPE(seq_range) *uids)
{
	struct mail_search_args *args = mail_search_args_dup(program->args);
	struct mail_search_arg *arg = p_new(args->pool, struct mail_search_arg,
					    1);

	arg->type = SEARCH_UIDSET;
	arg->value.str = "";
	p_array_init(&arg->value.seqset, args->pool, array_count(uids));
	array_append_array(&arg->value.seqset, uids);
	arg->next = args->args;
	args->args = arg;
	mail_search_args_init(args, box, TRUE, NULL);
	return args;
}
