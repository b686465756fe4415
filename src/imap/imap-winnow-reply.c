#include "imap-common.h"
#include "str.h"
#include "imap-quote.h"
#include "imap-winnow-reply.h"

#define SCORE_MILLI 1000
/* sign, seven digits, point, three decimals, two quotes */
#define SCORE_LENGTH 16

static const char *const reply_classes[] = {
	[WINNOW_CLASS_UNKNOWN] = "UNKNOWN",
	[WINNOW_CLASS_HAM] = "HAM",
	[WINNOW_CLASS_SPAM] = "SPAM",
};

static const char *const reply_kinds[] = {
	[WINNOW_KIND_NONE] = "NIL",
	[WINNOW_KIND_PHISH] = "\"phish\"",
	[WINNOW_KIND_VIRUS] = "\"virus\"",
};

static char *digits_before(char *end, unsigned int number)
{
	do {
		*--end = '0' + number % 10;
		number /= 10;
	} while (number > 0);
	return end;
}

static void reply_append_number(string_t *dest, unsigned int number)
{
	char buf[MAX_INT_STRLEN], *end = buf + sizeof(buf), *p;

	p = digits_before(end, number);
	str_append_data(dest, p, end - p);
}

/* decimal = ["-"] 1*5DIGIT ["." 1*3DIGIT], without trailing zeros */
static void reply_append_score(string_t *dest, int32_t score_milli)
{
	char buf[SCORE_LENGTH], *end = buf + sizeof(buf), *p = end;
	unsigned int milli = score_milli < 0 ? -(int64_t)score_milli :
		score_milli;
	unsigned int fraction = milli % SCORE_MILLI, digits = 3;

	*--p = '"';
	if (fraction > 0) {
		for (; fraction % 10 == 0; digits--)
			fraction /= 10;
		for (; digits > 0; digits--, fraction /= 10)
			*--p = '0' + fraction % 10;
		*--p = '.';
	}
	p = digits_before(p, milli / SCORE_MILLI);
	if (score_milli < 0)
		*--p = '-';
	*--p = '"';
	str_append_data(dest, p, end - p);
}

static void
reply_append_verdict(string_t *dest, const struct imap_winnow_reply *reply)
{
	const struct winnow_verdict *verdict = &reply->verdict;

	if (verdict->level == WINNOW_LEVEL_NONE)
		str_append(dest, "NIL");
	else
		reply_append_number(dest, verdict->level);
	str_append(dest, " THRESHOLD ");
	reply_append_number(dest, reply->threshold);
	str_append(dest, " SCORE ");
	if (verdict->has_score == 0)
		str_append(dest, "NIL");
	else
		reply_append_score(dest, verdict->score_milli);
	str_append(dest, " KIND ");
	str_append(dest, reply_kinds[verdict->kind]);
}

static void
reply_append_by(string_t *dest, const struct imap_winnow_reply *reply)
{
	switch (reply->result.by) {
	case WINNOW_BY_NOBODY:
		str_append(dest, "NIL");
		break;
	case WINNOW_BY_USER:
		str_append(dest, "\"user\"");
		break;
	case WINNOW_BY_MAILBOX:
		str_append(dest, "\"mailbox\"");
		break;
	case WINNOW_BY_SOURCE:
		imap_append_string(dest, reply->source);
		break;
	}
}

void imap_winnow_reply_append(string_t *dest,
			      const struct imap_winnow_reply *reply)
{
	str_append(dest, "(CLASS ");
	str_append(dest, reply_classes[reply->result.class]);
	str_append(dest, " LEVEL ");
	reply_append_verdict(dest, reply);
	str_append(dest, " BY ");
	reply_append_by(dest, reply);
	str_append_c(dest, ')');
}
