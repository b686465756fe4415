#include "lib.h"
#include "istream.h"
#include "mail-storage-private.h"
#include "winnow-verdict.h"
#include "winnow-header.h"

/* Dovecot's header parser looks at every byte and finds out much that nobody
   asks here: for the few fields that count, it would be most of what winnow
   costs a delivery. This finds lines and colons. */

struct header_reader {
	struct winnow_scan *scan;
	/* The stream's buffer was too small for the field that goes on now. Its
	   beginning has been scanned, and a scan looks at no more. */
	bool inside;
	/* The empty line was met. */
	bool ended;
};

/* Returns the bytes of the field that data begins with, its folded lines
   included; 0 if its end isn't in sight. */
static size_t field_find_end(const unsigned char *data, size_t size)
{
	const unsigned char *p = data, *end = data + size;

	while ((p = memchr(p, '\n', end - p)) != NULL) {
		if (++p == end)
			return 0;
		if (*p != ' ' && *p != '\t')
			return p - data;
	}
	return 0;
}

static void reader_scan_field(struct header_reader *reader,
			      const unsigned char *data, size_t size)
{
	const unsigned char *colon;

	if (reader->inside || size == 0)
		return;
	colon = memchr(data, ':', size);
	if (colon != NULL) {
		winnow_scan_header(reader->scan, (const char *)data,
				   colon - data, colon + 1,
				   data + size - (colon + 1));
	}
}

static bool line_is_empty(const unsigned char *data, size_t size)
{
	return data[0] == '\n' ||
		(size > 1 && data[0] == '\r' && data[1] == '\n');
}

/* Returns how many bytes have been dealt with: all complete fields. */
static size_t reader_scan_fields(struct header_reader *reader,
				 const unsigned char *data, size_t size)
{
	size_t pos = 0, field_size;

	while (pos < size) {
		if (!reader->inside && line_is_empty(data + pos, size - pos)) {
			reader->ended = TRUE;
			break;
		}
		field_size = field_find_end(data + pos, size - pos);
		if (field_size == 0)
			break;
		reader_scan_field(reader, data + pos, field_size);
		reader->inside = FALSE;
		pos += field_size;
	}
	return pos;
}

static void header_scan(struct istream *input, struct winnow_scan *scan)
{
	struct header_reader reader = { .scan = scan };
	const unsigned char *data;
	size_t size;
	ssize_t ret;

	do {
		data = i_stream_get_data(input, &size);
		i_stream_skip(input, reader_scan_fields(&reader, data, size));
		if (reader.ended)
			return;
		ret = i_stream_read(input);
		if (ret == -2) {
			/* its last byte may be the end of a line: the next one
			   tells whether the field goes on */
			data = i_stream_get_data(input, &size);
			reader_scan_field(&reader, data, size);
			reader.inside = TRUE;
			i_stream_skip(input, size - 1);
		}
	} while (ret != -1);
	data = i_stream_get_data(input, &size);
	reader_scan_field(&reader, data, size);
}

static int mail_scan(struct mail *mail, struct mail *dated,
		     struct winnow_scan *scan, struct winnow_verdict *verdict_r)
{
	struct istream *input;
	time_t received = 0;

	/* only what is signed is held against it */
	if (scan->policy->trust == WINNOW_TRUST_SIGNED &&
	    mail_get_received_date(dated, &received) < 0)
		return -1;
	if (mail_get_hdr_stream(mail, NULL, &input) < 0)
		return -1;
	winnow_scan_set_received(scan, received);
	do {
		header_scan(input, scan);
		if (input->stream_errno != 0) {
			mailbox_set_critical(mail->box,
					     "winnow: read(%s) failed: %s",
					     i_stream_get_name(input),
					     i_stream_get_error(input));
			return -1;
		}
		i_stream_seek(input, 0);
	} while (winnow_scan_again(scan) > 0);
	winnow_scan_finish(scan, verdict_r);
	return 0;
}

int winnow_header_judge(struct mail *mail, struct mail *dated,
			const struct winnow_policy *policy,
			struct winnow_verdict *verdict_r)
{
	struct winnow_scan scan;

	winnow_scan_init(&scan, policy);
	return mail_scan(mail, dated, &scan, verdict_r);
}

int winnow_header_explain(struct mail *mail, const struct winnow_policy *policy,
			  winnow_trace_callback_t *callback, void *context,
			  struct winnow_verdict *verdict_r)
{
	struct winnow_scan scan;

	winnow_scan_init(&scan, policy);
	winnow_scan_set_trace(&scan, callback, context);
	return mail_scan(mail, mail, &scan, verdict_r);
}
