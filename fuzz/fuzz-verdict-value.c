#include <stdlib.h>
#include <string.h>

#include "winnow-scan.h"
#include "winnow-value.h"

/* Input: a raw header value. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(condition) \
	do { \
		if (!(condition)) \
			abort(); \
	} while (0)

#define MICRO_MAX ((int64_t)10000 * WINNOW_MICRO)

static void clean_check(const unsigned char *clean, size_t size)
{
	unsigned char again[WINNOW_VALUE_MAX];
	size_t i, again_size;

	CHECK(size <= WINNOW_VALUE_MAX);
	for (i = 0; i < size; i++)
		CHECK(clean[i] >= 0x20 && clean[i] != 0x7f);
	CHECK(size == 0 || (clean[0] != ' ' && clean[size - 1] != ' '));
	/* what is clean stays as it is */
	CHECK(winnow_value_clean(clean, size, again, sizeof(again),
				 &again_size) == 1);
	CHECK(again_size == size && memcmp(clean, again, size) == 0);
}

static void number_check(const unsigned char *value, size_t size)
{
	int64_t micro;
	size_t used;

	if (winnow_value_number(value, size, "/]", &micro, &used)) {
		CHECK(used > 0 && used <= size);
		CHECK(micro <= MICRO_MAX && micro >= -MICRO_MAX);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char clean[WINNOW_VALUE_MAX];
	size_t clean_size, after, i;

	number_check(data, size);
	if (!winnow_value_clean(data, size, clean, sizeof(clean),
				&clean_size))
		return 0;
	clean_check(clean, clean_size);
	for (i = 0; i < clean_size; i++)
		number_check(clean + i, clean_size - i);
	if (winnow_value_find(clean, clean_size, "score=", 6, &after))
		CHECK(after >= 6 && after <= clean_size);
	return 0;
}
