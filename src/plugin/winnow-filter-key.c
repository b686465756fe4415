#include "lib.h"
#include "str-sanitize.h"
#include "mail-search-build.h"
#include "mail-search-parser.h"
#include "mail-search-register.h"
#include "winnow-criteria.h"
#include "winnow-criteria-text.h"
#include "winnow-filter-key.h"

#define FILTER_ERROR_MAX 300

/* A value is being read, not run: other filters may stand in it. */
static bool filter_parsing;

static struct mail_search_arg *
winnow_filter_key_build(struct mail_search_build_context *ctx)
{
	const char *name;

	if (!filter_parsing) {
		ctx->_error = "Unknown argument "WINNOW_CRITERIA_FILTER_KEY
			": named filters are for the search commands of IMAP, "
			"where the capability FILTERS is offered";
		return NULL;
	}
	if (mail_search_parse_string(ctx->parser, &name) < 0)
		return NULL;
	return mail_search_build_new(ctx, SEARCH_ALL);
}

/* Dovecot knows best what its keys take. */
static int
filter_build(const struct imap_arg *program, const char **error_r)
{
	struct mail_search_parser *parser;
	struct mail_search_args *args;
	const char *charset = "UTF-8";
	int ret;

	parser = mail_search_parser_init_imap(program);
	filter_parsing = TRUE;
	ret = mail_search_build(mail_search_register_get_imap(), parser,
				&charset, &args, error_r);
	filter_parsing = FALSE;
	mail_search_parser_deinit(&parser);
	if (ret < 0) {
		/* it may repeat what the value has, line breaks too */
		*error_r = str_sanitize(*error_r, FILTER_ERROR_MAX);
		return -1;
	}
	mail_search_args_unref(&args);
	return 0;
}

int winnow_filter_parse(pool_t pool, const char *value,
			const struct imap_arg **program_r,
			const char **error_r)
{
	if (winnow_criteria_read_text(pool, value, program_r, error_r) < 0)
		return -1;
	return filter_build(*program_r, error_r);
}

void winnow_filter_key_register(void)
{
	static const struct mail_search_register_arg arg = {
		WINNOW_CRITERIA_FILTER_KEY, winnow_filter_key_build
	};
	struct mail_search_register *reg = mail_search_register_get_imap();

	if (mail_search_register_find(reg, WINNOW_CRITERIA_FILTER_KEY) == NULL)
		mail_search_register_add(reg, &arg, 1);
}
