#include <string.h>

#include "winnow-crypto.h"
#include "winnow-signed.h"
#include "winnow-value.h"

#define KEY_SIZE_MAX WINNOW_SIGN_KEY_ID_MAX
#define MAC_DIGITS 44 /* 32 bytes in base64, with one '=' */

struct item {
	const unsigned char *text;
	size_t size;
};

/* What a value consists of: anything visible but ';'. */
static int is_item_byte(unsigned char c)
{
	return c > ' ' && c < 0x7f && c != ';';
}

/* "k=VALUE" and the ';' behind it, or the end. */
static int next_item(struct item *rest, char key, struct item *item_r)
{
	const unsigned char *p = rest->text, *end = p + rest->size;

	while (p < end && *p == ' ')
		p++;
	if (end - p < 2 || p[0] != (unsigned char)key || p[1] != '=')
		return 0;
	p += 2;
	item_r->text = p;
	while (p < end && is_item_byte(*p))
		p++;
	item_r->size = (size_t)(p - item_r->text);
	while (p < end && *p == ' ')
		p++;
	if (p < end && *p++ != ';')
		return 0;
	rest->text = p;
	rest->size = (size_t)(end - p);
	return 1;
}

static int time_parse(const struct item *item, int64_t *time_r)
{
	int64_t secs = 0;
	size_t i;

	if (item->size == 0 || item->size > 12)
		return 0;
	for (i = 0; i < item->size; i++) {
		if (item->text[i] < '0' || item->text[i] > '9')
			return 0;
		secs = secs * 10 + (item->text[i] - '0');
	}
	*time_r = secs;
	return 1;
}

static int word_parse(const struct item *item, enum winnow_word *word_r)
{
	static const char *const words[] = {
		[WINNOW_WORD_HAM] = "ham",
		[WINNOW_WORD_SUSPECT] = "suspect",
		[WINNOW_WORD_SPAM] = "spam",
	};
	unsigned int i;

	for (i = WINNOW_WORD_HAM; i <= WINNOW_WORD_SPAM; i++) {
		if (strlen(words[i]) == item->size &&
		    memcmp(words[i], item->text, item->size) == 0) {
			*word_r = (enum winnow_word)i;
			return 1;
		}
	}
	return 0;
}

static int score_parse(const struct item *item, struct winnow_reading *reading)
{
	size_t size;

	if (item->size == 0)
		return 1;
	reading->has_score = 1;
	return winnow_value_number(item->text, item->size, NULL,
				   &reading->score, &size) &&
	       size == item->size;
}

static int digit_value(unsigned char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *found = memchr(digits, c, sizeof(digits) - 1);

	return found == NULL ? -1 : (int)(found - digits);
}

/* RFC 4648 section 4, of exactly this size. */
static int mac_parse(const struct item *item, uint8_t mac_r[32])
{
	uint32_t bits = 0;
	size_t i, used = 0;
	int value;

	if (item->size != MAC_DIGITS || item->text[MAC_DIGITS - 1] != '=')
		return 0;
	for (i = 0; i < MAC_DIGITS - 1; i++) {
		value = digit_value(item->text[i]);
		if (value < 0)
			return 0;
		bits = bits << 6 | (uint32_t)value;
		if (i % 4 == 3) {
			mac_r[used++] = (uint8_t)(bits >> 16);
			mac_r[used++] = (uint8_t)(bits >> 8);
			mac_r[used++] = (uint8_t)bits;
		}
	}
	mac_r[used++] = (uint8_t)(bits >> 10);
	mac_r[used++] = (uint8_t)(bits >> 2);
	return (bits & 3) == 0;
}

static int text_add(struct winnow_signed *verdict, char key,
		    const struct item *item)
{
	unsigned char *text = verdict->text + verdict->text_size;

	if (item->size + 3 > sizeof(verdict->text) - verdict->text_size)
		return 0;
	text[0] = (unsigned char)key;
	text[1] = '=';
	memcpy(text + 2, item->text, item->size);
	text[2 + item->size] = ';';
	verdict->text_size += item->size + 3;
	return 1;
}

int winnow_signed_parse(const unsigned char *value, size_t size,
			struct winnow_signed *signed_r)
{
	enum { V, K, T, Q, C, S, COUNT };
	static const char keys[] = "vktqcs";
	struct item rest = { value, size }, items[COUNT], mac;
	unsigned int i;

	memset(signed_r, 0, sizeof(*signed_r));
	for (i = 0; i < COUNT; i++) {
		if (!next_item(&rest, keys[i], &items[i]) ||
		    !text_add(signed_r, keys[i], &items[i]))
			return 0;
	}
	if (!next_item(&rest, 'b', &mac) || rest.size > 0)
		return 0;
	signed_r->key = items[K].text;
	signed_r->key_size = items[K].size;
	signed_r->queue_id = items[Q].text;
	signed_r->queue_id_size = items[Q].size;
	return items[V].size == 1 && items[V].text[0] == '1' &&
	       items[K].size > 0 && items[K].size <= KEY_SIZE_MAX &&
	       items[Q].size <= WINNOW_BINDING_ID_MAX &&
	       time_parse(&items[T], &signed_r->time) &&
	       word_parse(&items[C], &signed_r->reading.word) &&
	       score_parse(&items[S], &signed_r->reading) &&
	       mac_parse(&mac, signed_r->mac);
}

static const struct winnow_sign_key *
key_find(const struct winnow_policy *policy, const unsigned char *id,
	 size_t size)
{
	const struct winnow_sign_key *key = policy->sign_keys;

	for (; key < policy->sign_keys + policy->sign_key_count; key++) {
		if (key->id_size == size && memcmp(key->id, id, size) == 0)
			return key;
	}
	return NULL;
}

static int mac_check(const struct winnow_policy *policy,
		     const struct winnow_sign_key *key,
		     const struct winnow_binding *binding,
		     const struct winnow_signed *verdict)
{
	unsigned char text[WINNOW_SIGNED_TEXT_MAX + 2 + WINNOW_BINDING_TEXT_MAX];
	size_t size = verdict->text_size;

	if (binding->name_size == 0)
		return 0;
	memcpy(text, verdict->text, size);
	text[size++] = 'm';
	text[size++] = '=';
	memcpy(text + size, binding->name, binding->name_size);
	return policy->crypto->mac_is(key->secret, key->secret_size, text,
				      size + binding->name_size, verdict->mac);
}

int winnow_signed_check(const struct winnow_policy *policy,
			const struct winnow_binding *binding,
			const struct winnow_signed *verdict,
			const char **why_r)
{
	const struct winnow_sign_key *key =
		key_find(policy, verdict->key, verdict->key_size);

	if (key == NULL)
		*why_r = "signed with none of the keys";
	else if (verdict->time > binding->received + WINNOW_SIGNED_SECS_AFTER)
		*why_r = "signed after the message arrived";
	else if (verdict->time < binding->received - WINNOW_SIGNED_SECS_BEFORE)
		*why_r = "signed long before the message arrived";
	else if (key->until > 0 && verdict->time >= key->until)
		*why_r = "signed with a key that was retired by then";
	else if (verdict->queue_id_size > 0 &&
		 !winnow_binding_has_id(binding, verdict->queue_id,
					verdict->queue_id_size))
		*why_r = "its queue id stands in no trusted Received field";
	else if (policy->crypto == NULL)
		*why_r = "there is nothing to check the signature with";
	else if (!mac_check(policy, key, binding, verdict))
		*why_r = "the signature is wrong, or another message's";
	else {
		*why_r = "the signature is right";
		return 1;
	}
	return 0;
}
