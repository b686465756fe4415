#include <stdlib.h>
#include <string.h>

#include "winnow-policy.h"

/* Input: the text of a file with signing keys. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(condition) \
	do { \
		if (!(condition)) \
			abort(); \
	} while (0)

static void key_check(const struct winnow_sign_key *key, const char *text,
		      size_t size)
{
	CHECK(key->id >= text && key->id + key->id_size <= text + size);
	CHECK(key->secret >= text &&
	      key->secret + key->secret_size <= text + size);
	CHECK(key->id_size > 0 && key->id_size <= WINNOW_SIGN_KEY_ID_MAX);
	CHECK(key->secret_size >= 16 && key->secret_size <= 256);
	CHECK(key->until >= 0 && key->until < 253402300800); /* year 10000 */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct winnow_policy policy;
	struct winnow_error error;
	char *text = malloc(size + 1);
	unsigned int i;

	memcpy(text, data, size);
	text[size] = '\0';
	winnow_policy_init(&policy);
	if (winnow_policy_set_sign_keys(&policy, text, &error) < 0) {
		CHECK(strncmp(error.text, "line ", 5) == 0);
	} else {
		CHECK(policy.sign_key_count <= WINNOW_POLICY_SIGN_KEYS_MAX);
		for (i = 0; i < policy.sign_key_count; i++)
			key_check(&policy.sign_keys[i], text, size);
	}
	free(text);
	return 0;
}
