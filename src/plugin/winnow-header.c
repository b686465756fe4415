#include "lib.h"
#include "buffer.h"
#include "istream.h"
#include "message-header-parser.h"
#include "mail-storage.h"
#include "winnow-verdict.h"
#include "winnow-scan.h"
#include "winnow-header.h"

/* Lines of one field are put together as far as a scan looks at them, with
   room for the folding that it removes. */
#define FIELD_VALUE_MAX (4 * WINNOW_VALUE_MAX)

/* Adds what fits; the rest of a huge field is never looked at. A line that was
   too long for the parser comes in pieces without a newline. */
static void field_append(buffer_t *field, const struct message_header_line *line)
{
	size_t room = FIELD_VALUE_MAX - field->used;

	buffer_append(field, line->value, I_MIN(line->value_len, room));
	if (!line->no_newline && field->used < FIELD_VALUE_MAX)
		buffer_append(field, "\n", 1);
}

static void
header_scan_lines(struct message_header_parser_ctx *parser,
		  struct winnow_scan *scan)
{
	unsigned char space[FIELD_VALUE_MAX];
	struct message_header_line *line;
	buffer_t field;

	buffer_create_from_data(&field, space, sizeof(space));
	while (message_parse_header_next(parser, &line) > 0 && !line->eoh) {
		if (!line->continues && !line->continued) {
			winnow_scan_header(scan, line->name, line->name_len,
					   line->value, line->value_len);
			continue;
		}
		field_append(&field, line);
		if (line->continues)
			continue;
		winnow_scan_header(scan, line->name, line->name_len,
				   field.data, field.used);
		buffer_set_used_size(&field, 0);
	}
}

static void header_scan(struct istream *input, struct winnow_scan *scan)
{
	struct message_header_parser_ctx *parser;

	/* the field's lines as they stand; the limits are ours */
	parser = message_parse_header_init(input, NULL,
		MESSAGE_HEADER_PARSER_FLAG_SKIP_INITIAL_LWSP);
	message_parse_header_set_limit(parser, SIZE_MAX);
	header_scan_lines(parser, scan);
	message_parse_header_deinit(&parser);
}

int winnow_header_judge(struct mail *mail, const struct winnow_policy *policy,
			struct winnow_verdict *verdict_r)
{
	struct winnow_scan scan;
	struct istream *input;

	if (mail_get_hdr_stream(mail, NULL, &input) < 0)
		return -1;
	winnow_scan_init(&scan, policy);
	header_scan(input, &scan);
	i_stream_seek(input, 0);
	if (input->stream_errno != 0)
		return -1;
	winnow_scan_finish(&scan, verdict_r);
	return 0;
}
