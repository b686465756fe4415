#include "imap-common.h"
#include "str.h"
#include "imap-quote.h"
#include "winnow-key.h"
#include "imap-winnow-reply.h"

#define SCORE_MILLI 1000
/* Names of sources that are longer are written by Dovecot. */
#define NAME_LENGTH 64
/* No text below is longer, and each is copied with so many bytes. */
#define TEXT_LENGTH 24
/* More than the longest one with such a name, and TEXT_LENGTH behind it. */
#define REPLY_LENGTH 256

/* A fetch of a whole mailbox writes a hundred thousand of these, so they are
   put together outside of Dovecot's buffers, and all texts are copied with the
   same size, for which the compiler calls no function. */
struct reply_text {
	char text[TEXT_LENGTH];
	size_t size;
};
#define TEXT(str) \
	{ str, sizeof(str) - 1 + \
		COMPILE_ERROR_IF_TRUE(sizeof(str) - 1 > TEXT_LENGTH) }

static const struct reply_text reply_classes[] = {
	[WINNOW_CLASS_UNKNOWN] = TEXT("(CLASS UNKNOWN LEVEL "),
	[WINNOW_CLASS_HAM] = TEXT("(CLASS HAM LEVEL "),
	[WINNOW_CLASS_SPAM] = TEXT("(CLASS SPAM LEVEL "),
};

static const struct reply_text reply_kinds[] = {
	[WINNOW_KIND_NONE] = TEXT(" KIND NIL BY "),
	[WINNOW_KIND_PHISH] = TEXT(" KIND \"phish\" BY "),
	[WINNOW_KIND_VIRUS] = TEXT(" KIND \"virus\" BY "),
};

static const struct reply_text reply_threshold = TEXT(" THRESHOLD ");
static const struct reply_text reply_score = TEXT(" SCORE ");
static const struct reply_text reply_nil = TEXT("NIL");

static char *put_text(char *p, const struct reply_text *text)
{
	memcpy(p, text->text, sizeof(text->text));
	return p + text->size;
}

static char *put_number(char *p, unsigned int number)
{
	if (number >= 10)
		p = put_number(p, number / 10);
	*p++ = '0' + number % 10;
	return p;
}

/* decimal = ["-"] 1*5DIGIT ["." 1*3DIGIT], without trailing zeros */
static char *put_score(char *p, int32_t score_milli)
{
	unsigned int milli = score_milli < 0 ? -(int64_t)score_milli :
		score_milli;
	unsigned int fraction = milli % SCORE_MILLI;

	*p++ = '"';
	if (score_milli < 0)
		*p++ = '-';
	p = put_number(p, milli / SCORE_MILLI);
	if (fraction > 0)
		*p++ = '.';
	for (; fraction > 0; fraction = fraction * 10 % SCORE_MILLI)
		*p++ = '0' + fraction / (SCORE_MILLI / 10);
	*p++ = '"';
	return p;
}

static char *put_verdict(char *p, const struct imap_winnow_reply *reply)
{
	const struct winnow_verdict *verdict = &reply->verdict;

	if (verdict->level == WINNOW_LEVEL_NONE)
		p = put_text(p, &reply_nil);
	else
		p = put_number(p, verdict->level);
	p = put_text(p, &reply_threshold);
	p = put_number(p, reply->threshold);
	p = put_text(p, &reply_score);
	if (verdict->has_score == 0)
		p = put_text(p, &reply_nil);
	else
		p = put_score(p, verdict->score_milli);
	return put_text(p, &reply_kinds[verdict->kind]);
}

/* What an atom is surely made of, and all that winnow's own sources have. */
static bool name_is_plain(const char *name, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (!(name[i] >= 'a' && name[i] <= 'z') &&
		    !(name[i] >= '0' && name[i] <= '9') &&
		    name[i] != '-' && name[i] != '_')
			return FALSE;
	}
	return size <= NAME_LENGTH;
}

static char *put_by(char *p, const struct imap_winnow_reply *reply)
{
	static const struct reply_text by_user = TEXT("\"user\"");
	static const struct reply_text by_mailbox = TEXT("\"mailbox\"");
	size_t size;

	switch (reply->result.by) {
	case WINNOW_BY_NOBODY:
		return put_text(p, &reply_nil);
	case WINNOW_BY_USER:
		return put_text(p, &by_user);
	case WINNOW_BY_MAILBOX:
		return put_text(p, &by_mailbox);
	case WINNOW_BY_SOURCE:
		size = strlen(reply->source);
		if (!name_is_plain(reply->source, size))
			return NULL;
		*p++ = '"';
		memcpy(p, reply->source, size);
		p[size] = '"';
		return p + size + 1;
	}
	i_unreached();
}

static void
reply_append(string_t *dest, const struct reply_text *before,
	     const struct imap_winnow_reply *reply,
	     const struct reply_text *after)
{
	char buf[REPLY_LENGTH], *p = buf, *end;

	p = put_text(p, before);
	p = put_text(p, &reply_classes[reply->result.class]);
	p = put_verdict(p, reply);
	end = put_by(p, reply);
	if (end != NULL) {
		end = put_text(end, after);
		str_append_data(dest, buf, end - buf);
	} else {
		/* names that stand in an index can be anything */
		str_append_data(dest, buf, p - buf);
		imap_append_string(dest, reply->source);
		str_append_data(dest, after->text, after->size);
	}
}

void imap_winnow_reply_append(string_t *dest,
			      const struct imap_winnow_reply *reply)
{
	static const struct reply_text before = TEXT(""), after = TEXT(")");

	reply_append(dest, &before, reply, &after);
}

void imap_winnow_reply_append_item(string_t *dest,
				   const struct imap_winnow_reply *reply)
{
	static const struct reply_text before = TEXT(WINNOW_KEY_NAME" ");
	static const struct reply_text after = TEXT(") ");

	reply_append(dest, &before, reply, &after);
}
