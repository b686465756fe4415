#include <string.h>

#include "winnow-address.h"
#include "winnow-received.h"
#include "winnow-value.h"

/* What a Received field says before and in its "by" clause:

     from NAME (comment) (comment) by HOST ...

   NAME is what the client called itself, or its address in brackets. Where the
   address stands differs: "(rdns [192.0.2.1])", "([192.0.2.1] helo=NAME)",
   "(HELO NAME) (192.0.2.1)", "(2001:db8::1)". So every address there is
   looked at, and a single foreign one makes the client foreign: what a client
   calls itself can only harm it. It may call itself "mx.example,by,mx.example",
   so that words end at nothing but a blank; and where it got a clause of its own
   into the field, there are two. */
struct received {
	const unsigned char *from, *by; /* host names; NULL if there is none */
	size_t from_size, by_size;
	unsigned int addresses, internal, loopback;
	unsigned int clauses; /* "by" clauses */
};

struct cursor {
	const unsigned char *pos, *end;
	unsigned int depth; /* of comments */
};

/* Between words, and in a comment between its items too. */
static int is_separator(const struct cursor *cursor, unsigned char c)
{
	return c == ' ' || c == '(' ||
	       (cursor->depth > 0 &&
		(c == ')' || c == ',' || c == ';' || c == '='));
}

/* The next word, and in *comment_r whether it stands in a comment (RFC 5322
   section 3.2.2). Returns 0 at the end, which is where the date begins. */
static int next_word(struct cursor *cursor, const unsigned char **word_r,
		     size_t *size_r, int *comment_r)
{
	const unsigned char *start;

	for (; cursor->pos < cursor->end && is_separator(cursor, *cursor->pos);
	     cursor->pos++) {
		if (*cursor->pos == '(')
			cursor->depth++;
		else if (*cursor->pos == ')')
			cursor->depth--;
	}
	start = cursor->pos;
	while (cursor->pos < cursor->end &&
	       !is_separator(cursor, *cursor->pos) &&
	       (*cursor->pos != ';' || cursor->depth > 0)) {
		/* a quoted pair: the next byte has no meaning */
		if (*cursor->pos == '\\' && cursor->depth > 0 &&
		    cursor->end - cursor->pos > 1)
			cursor->pos++;
		cursor->pos++;
	}
	*word_r = start;
	*size_r = (size_t)(cursor->pos - start);
	*comment_r = cursor->depth > 0;
	return *size_r > 0;
}

static int net_is_trusted(const struct winnow_policy *policy,
			  const uint8_t address[16])
{
	unsigned int i;

	for (i = 0; i < policy->trusted_net_count; i++) {
		if (winnow_net_contains(&policy->trusted_nets[i], address))
			return 1;
	}
	return 0;
}

/* "[192.0.2.1]", "[IPv6:2001:db8::1]:25" or, in a comment, without brackets.
   What stands in brackets and is none, "[UNAVAILABLE]", is a foreign one;
   "[fe80::1%eth0]" is next to the server, and no other name of a client. */
static void address_add(struct received *received,
			const struct winnow_policy *policy,
			const unsigned char *word, size_t size, int comment)
{
	const unsigned char *close = memchr(word, ']', size);
	int bracketed = *word == '[' && close != NULL;
	uint8_t address[16];

	if (bracketed) {
		word++;
		size = (size_t)(close - word);
	} else if (!comment) {
		return;
	}
	if (!winnow_address_parse((const char *)word, size, address)) {
		if (bracketed && memchr(word, '%', size) == NULL)
			received->addresses++;
		return;
	}
	received->addresses++;
	if (winnow_address_is_loopback(address))
		received->loopback++;
	else if (net_is_trusted(policy, address))
		received->internal++;
}

static void received_parse(struct received *received,
			   const struct winnow_policy *policy,
			   const unsigned char *value, size_t size)
{
	struct cursor cursor = { value, value + size, 0 };
	const unsigned char *word;
	size_t word_size;
	int comment;

	memset(received, 0, sizeof(*received));
	if (winnow_value_begins(value, size, "from ", 5)) {
		cursor.pos += 5;
		if (!next_word(&cursor, &received->from, &received->from_size,
			       &comment) || comment)
			return;
		address_add(received, policy, received->from,
			    received->from_size, comment);
	}
	while (next_word(&cursor, &word, &word_size, &comment)) {
		if (comment || !winnow_value_equals(word, word_size, "by")) {
			if (received->clauses == 0)
				address_add(received, policy, word, word_size,
					    comment);
		} else if (received->clauses++ == 0 &&
			   next_word(&cursor, &word, &word_size, &comment) &&
			   !comment) {
			received->by = word;
			received->by_size = word_size;
		}
	}
}

static int host_is_listed(const struct winnow_policy *policy,
			  const unsigned char *host, size_t size)
{
	const char *list = policy->trusted_hosts, *item;
	size_t item_size;

	while (list != NULL && winnow_words_next(&list, &item, &item_size)) {
		if (item_size == size &&
		    winnow_value_begins(host, size, item, item_size))
			return 1;
	}
	return 0;
}

enum winnow_received winnow_received_judge(const struct winnow_policy *policy,
					   const unsigned char *value,
					   size_t size)
{
	struct received received;
	int all_loopback;

	received_parse(&received, policy, value, size);
	if (received.by == NULL)
		return WINNOW_RECEIVED_FOREIGN;
	all_loopback = received.addresses > 0 &&
		       received.addresses == received.loopback;
	/* every machine calls itself localhost */
	if (winnow_value_equals(received.by, received.by_size, "localhost") ?
		    !all_loopback :
		    !host_is_listed(policy, received.by, received.by_size))
		return WINNOW_RECEIVED_FOREIGN;
	if (received.clauses > 1)
		return WINNOW_RECEIVED_BORDER;
	if (received.addresses > 0)
		return received.addresses ==
				       received.loopback + received.internal ?
			       WINNOW_RECEIVED_INTERNAL :
			       WINNOW_RECEIVED_BORDER;
	/* LMTP on one machine names no address */
	return received.from != NULL &&
		       host_is_listed(policy, received.from,
				      received.from_size) ?
		       WINNOW_RECEIVED_INTERNAL :
		       WINNOW_RECEIVED_BORDER;
}

/* Goes behind the next word of this text that is not in a comment. */
static int find_word(struct cursor *cursor, const char *wanted)
{
	const unsigned char *word;
	size_t size;
	int comment;

	while (next_word(cursor, &word, &size, &comment)) {
		if (!comment && winnow_value_equals(word, size, wanted))
			return 1;
	}
	return 0;
}

int winnow_received_id(const unsigned char *value, size_t size,
		       const unsigned char **id_r, size_t *size_r)
{
	struct cursor cursor = { value, value + size, 0 };
	int comment;

	return find_word(&cursor, "by") && find_word(&cursor, "id") &&
	       next_word(&cursor, id_r, size_r, &comment) && !comment &&
	       !find_word(&cursor, "id");
}
