#include "lib.h"
#include "array.h"
#include "istream.h"
#include "unichar.h"
#include "imap-parser.h"
#include "winnow-compat.h"
#include "winnow-criteria.h"
#include "winnow-criteria-text.h"

/* The parser's arguments vanish with the parser. Returns FALSE if there are
   too many lists within lists. */
static bool
args_copy(pool_t pool, const struct imap_arg *args, unsigned int depth,
	  ARRAY_TYPE(imap_arg_list) *dest)
{
	struct imap_arg *copy;

	if (depth > WINNOW_CRITERIA_DEPTH_MAX)
		return FALSE;
	p_array_init(dest, pool, 4);
	for (;; args++) {
		copy = array_append_space(dest);
		copy->type = args->type;
		copy->str_len = args->str_len;
		switch (args->type) {
		case IMAP_ARG_EOL:
			return TRUE;
		case IMAP_ARG_LIST:
			if (!args_copy(pool, imap_arg_as_list(args),
				       depth + 1, &copy->_data.list))
				return FALSE;
			break;
		default:
			copy->_data.str = p_strdup(pool,
						   imap_arg_as_astring(args));
		}
	}
}

/* Whether the line's end is all that is left: a text may have several lines. */
static bool input_is_at_end(struct istream *input)
{
	const unsigned char *data;
	size_t size;

	data = i_stream_get_data(input, &size);
	return size == 2 && memcmp(data, "\r\n", 2) == 0;
}

static int
text_parse(pool_t pool, struct imap_parser *parser, struct istream *input,
	   const struct imap_arg **args_r, const char **error_r)
{
	ARRAY_TYPE(imap_arg_list) copy;
	const struct imap_arg *args;
	int ret;

	(void)i_stream_read(input);
	ret = imap_parser_read_args(parser, 0, 0, &args);
	if (ret == -1)
		*error_r = t_strdup(imap_parser_get_error(parser, NULL));
	else if (ret == -2)
		*error_r = "The text ends within a literal";
	else if (!input_is_at_end(input))
		*error_r = "The text has more than one line";
	else if (!args_copy(pool, args, 0, &copy))
		*error_r = "There are too many lists within lists";
	else {
		*args_r = array_front(&copy);
		return 0;
	}
	return -1;
}

static int
text_read(pool_t pool, const char *text, const struct imap_arg **args_r,
	  const char **error_r)
{
	const char *line = t_strconcat(text, "\r\n", NULL);
	struct imap_parser *parser;
	struct istream *input;
	bool filters;
	int ret;

	input = i_stream_create_from_data(line, strlen(line));
	parser = winnow_imap_parser_create(input);
	ret = text_parse(pool, parser, input, args_r, error_r);
	imap_parser_unref(&parser);
	i_stream_unref(&input);
	return ret < 0 ? -1 :
		winnow_criteria_check(*args_r, &filters, error_r);
}

int winnow_criteria_read_text(pool_t pool, const char *text,
			      const struct imap_arg **args_r,
			      const char **error_r)
{
	if (strlen(text) > WINNOW_CRITERIA_TEXT_MAX)
		*error_r = "The text is too long";
	else if (!uni_utf8_str_is_valid(text))
		*error_r = "The text is not UTF-8";
	else
		return text_read(pool, text, args_r, error_r);
	return -1;
}
