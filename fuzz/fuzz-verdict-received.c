#include <stdlib.h>
#include <string.h>

#include "winnow-received.h"
#include "winnow-value.h"

/* Input: the value of a Received field. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(condition) \
	do { \
		if (!(condition)) \
			abort(); \
	} while (0)

static int contains(const unsigned char *value, size_t size, const char *text)
{
	size_t i, text_size = strlen(text);

	for (i = 0; i + text_size <= size; i++) {
		if (winnow_value_begins(value + i, size - i, text, text_size))
			return 1;
	}
	return 0;
}

static void id_check(const unsigned char *value, size_t size)
{
	const unsigned char *id;
	size_t id_size;

	if (!winnow_received_id(value, size, &id, &id_size))
		return;
	CHECK(id_size > 0 && id >= value && id + id_size <= value + size);
	CHECK(contains(value, size, "by") && contains(value, size, "id"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char clean[WINNOW_RECEIVED_MAX];
	struct winnow_policy policy;
	struct winnow_error error;
	size_t clean_size;

	winnow_policy_init(&policy);
	CHECK(winnow_policy_set_trusted_hosts(&policy, "mx.example, q",
					      &error) == 0);
	CHECK(winnow_policy_set_trusted_nets(&policy, "192.0.2.0/24 2001::/16",
					     &error) == 0);
	if (!winnow_value_clean(data, size, clean, sizeof(clean),
				&clean_size))
		return 0;
	id_check(clean, clean_size);
	if (winnow_received_judge(&policy, clean, clean_size) ==
	    WINNOW_RECEIVED_FOREIGN)
		return 0;
	/* nothing is trusted that does not name one of our own */
	CHECK(contains(clean, clean_size, "by"));
	CHECK(contains(clean, clean_size, "mx.example") ||
	      contains(clean, clean_size, "q") ||
	      contains(clean, clean_size, "localhost"));
	return 0;
}
