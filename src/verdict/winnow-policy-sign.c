#include <string.h>

#include "winnow-policy-private.h"
#include "winnow-value.h"

#define SECRET_SIZE_MIN 16
#define SECRET_SIZE_MAX 256
#define SECS_A_DAY 86400

/* Never quotes a line: it has a secret. */
static int fail(struct winnow_error *error_r, unsigned int line,
		const char *what)
{
	char digits[] = "000";

	if (line < 1000) {
		digits[0] = (char)('0' + line / 100);
		digits[1] = (char)('0' + line / 10 % 10);
		digits[2] = (char)('0' + line % 10);
	}
	winnow_error_set(error_r, "line ");
	winnow_error_add(error_r, digits + strspn(digits, "0"));
	winnow_error_add(error_r, what);
	return -1;
}

static int id_is_valid(const char *id, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++) {
		unsigned char c = winnow_lower((unsigned char)id[i]);

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
		    c != '-' && c != '_' && c != '.')
			return 0;
	}
	return size > 0 && size <= WINNOW_SIGN_KEY_ID_MAX;
}

static int secret_is_valid(const char *secret, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++) {
		if (secret[i] <= ' ' || secret[i] >= 0x7f)
			return 0;
	}
	return size >= SECRET_SIZE_MIN && size <= SECRET_SIZE_MAX;
}

static int number_at(const char *text, size_t size)
{
	int number = 0;
	size_t i;

	for (i = 0; i < size; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		number = number * 10 + (text[i] - '0');
	}
	return number;
}

/* "2026-11-30", the beginning of that day in UTC, seconds since 1970. */
static int date_parse(const char *text, size_t size, int64_t *secs_r)
{
	static const int before[] = { 0,   31,	59,  90,  120, 151,
				      181, 212, 243, 273, 304, 334 };
	int year, month, day, leap, leaps;

	if (size != 10 || text[4] != '-' || text[7] != '-')
		return 0;
	year = number_at(text, 4);
	month = number_at(text + 5, 2);
	day = number_at(text + 8, 2);
	if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 31)
		return 0;
	leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	leaps = (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400 -
		(1969 / 4 - 1969 / 100 + 1969 / 400);
	*secs_r = ((int64_t)(year - 1970) * 365 + leaps + before[month - 1] +
		   (leap && month > 2) + day - 1) * SECS_A_DAY;
	return 1;
}

/* One line: id, secret, and perhaps the day on which it was retired. */
static int add_key(struct winnow_policy *policy, unsigned int line,
		   const char *text, const char *end,
		   struct winnow_error *error_r)
{
	struct winnow_sign_key *key = &policy->sign_keys[policy->sign_key_count];
	const char *words[4];
	size_t sizes[4], count = 0;
	unsigned int i;

	for (; count < 4; count++) {
		while (text < end && (*text == ' ' || *text == '\t' ||
				      *text == '\r'))
			text++;
		words[count] = text;
		while (text < end && *text != ' ' && *text != '\t' &&
		       *text != '\r')
			text++;
		sizes[count] = (size_t)(text - words[count]);
		if (sizes[count] == 0)
			break;
	}
	if (count == 0 || *words[0] == '#')
		return 0;
	if (policy->sign_key_count == WINNOW_POLICY_SIGN_KEYS_MAX)
		return fail(error_r, line, ": there are more than 32 keys");
	if (count == 1 || count > 3 || !id_is_valid(words[0], sizes[0]))
		return fail(error_r, line, " must be the key's name, of letters "
			    "and digits, a blank, and its secret");
	if (!secret_is_valid(words[1], sizes[1]))
		return fail(error_r, line, ": the secret must be 16 to 256 "
			    "visible characters");
	key->until = 0;
	if (count == 3 && !date_parse(words[2], sizes[2], &key->until))
		return fail(error_r, line, ": after the secret only a date "
			    "such as 2026-11-30 may stand");
	key->id = words[0];
	key->id_size = sizes[0];
	key->secret = words[1];
	key->secret_size = sizes[1];
	for (i = 0; i < policy->sign_key_count; i++) {
		if (policy->sign_keys[i].id_size == key->id_size &&
		    memcmp(policy->sign_keys[i].id, key->id, key->id_size) == 0)
			return fail(error_r, line, ": the name is used twice");
	}
	policy->sign_key_count++;
	return 0;
}

int winnow_policy_set_sign_keys(struct winnow_policy *policy, const char *keys,
				struct winnow_error *error_r)
{
	const char *end;
	unsigned int line = 1;

	policy->sign_key_count = 0;
	for (;; line++, keys = end + 1) {
		end = keys + strcspn(keys, "\n");
		if (add_key(policy, line, keys, end, error_r) < 0)
			return -1;
		if (*end == '\0')
			return 0;
	}
}

int winnow_policy_set_sign_header(struct winnow_policy *policy,
				  const char *header,
				  struct winnow_error *error_r)
{
	if (!winnow_header_name_is_valid(header) ||
	    strchr(header, '*') != NULL) {
		winnow_error_set(error_r, "'");
		winnow_error_add(error_r, header);
		winnow_error_add(error_r, "' is no header name");
		return -1;
	}
	policy->sign_header = header;
	return 0;
}

void winnow_policy_set_crypto(struct winnow_policy *policy,
			      const struct winnow_crypto *crypto)
{
	policy->crypto = crypto;
}
