#include <stdlib.h>
#include <string.h>

#include "winnow-crypto.h"
#include "winnow-scan.h"

/* Input: header fields: name, colon, value, each ended by a line feed that no
   blank follows. Read by a policy that believes signatures; whether one is
   right hangs on a byte here, so that both happen. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(condition) \
	do { \
		if (!(condition)) \
			abort(); \
	} while (0)

#define SECRET "0123456789abcdef"
#define SECONDS_1970 1000000

static unsigned int right_count;

/* Nothing is asked that does not name one of the keys and the message. */
static int mac_is(const void *key, size_t key_size, const void *text,
		  size_t text_size, const uint8_t mac[WINNOW_SHA256_SIZE])
{
	const unsigned char *bytes = text;
	size_t i;
	int named = 0;

	CHECK(key_size == sizeof(SECRET) - 1 &&
	      memcmp(key, SECRET, key_size) == 0);
	CHECK(text_size > 12 && memcmp(text, "v=1;k=k1;t=", 11) == 0);
	for (i = 11; i + 3 < text_size; i++)
		named |= memcmp(bytes + i, ";m=", 3) == 0;
	CHECK(named);
	if ((mac[0] & 1) == 0)
		return 0;
	right_count++;
	return 1;
}

static int digest(const void *data, size_t size,
		  uint8_t digest_r[WINNOW_SHA256_SIZE])
{
	const unsigned char *bytes = data;
	size_t i;

	CHECK(size >= 2); /* From|Date|Subject */
	memset(digest_r, 0, WINNOW_SHA256_SIZE);
	for (i = 0; i < size; i++)
		digest_r[i % WINNOW_SHA256_SIZE] ^= bytes[i];
	return 1;
}

static const struct winnow_policy *policy_get(void)
{
	static const struct winnow_crypto crypto = { mac_is, digest };
	static struct winnow_policy policy;
	struct winnow_error error;

	if (policy.source_count > 0)
		return &policy;
	winnow_policy_init(&policy);
	CHECK(winnow_policy_add_sources(&policy, "bogofilter", &error) == 0);
	CHECK(winnow_policy_set_trusted_hosts(&policy, "mx.example", &error) ==
	      0);
	CHECK(winnow_policy_set_sign_header(&policy, "X-S", &error) == 0);
	CHECK(winnow_policy_set_sign_keys(&policy, "k1 " SECRET "\n", &error) ==
	      0);
	CHECK(winnow_policy_set_trust(&policy, "signed", &error) == 0);
	winnow_policy_set_crypto(&policy, &crypto);
	return &policy;
}

static void trace_check(void *context, const struct winnow_trace *trace)
{
	(void)context;
	CHECK(trace->why != NULL && trace->value_size <= WINNOW_VALUE_MAX);
}

static size_t field_size(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (data[i] == '\n' && (i + 1 == size ||
					(data[i + 1] != ' ' &&
					 data[i + 1] != '\t')))
			return i + 1;
	}
	return size;
}

static void scan_fields(struct winnow_scan *scan, const uint8_t *data,
			size_t size)
{
	const uint8_t *colon;
	size_t field;

	for (; size > 0; data += field, size -= field) {
		field = field_size(data, size);
		colon = memchr(data, ':', field);
		if (colon == NULL)
			continue;
		winnow_scan_header(scan, (const char *)data,
				   (size_t)(colon - data), colon + 1,
				   field - (size_t)(colon - data) - 1);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct winnow_verdict verdict;
	struct winnow_scan scan;
	unsigned int passes = 0;

	right_count = 0;
	winnow_scan_init(&scan, policy_get());
	winnow_scan_set_received(&scan, SECONDS_1970);
	winnow_scan_set_trace(&scan, trace_check, NULL);
	do {
		scan_fields(&scan, data, size);
		CHECK(++passes <= 2);
	} while (winnow_scan_again(&scan));
	winnow_scan_finish(&scan, &verdict);
	CHECK((verdict.source != WINNOW_SOURCE_NONE) == (right_count > 0));
	CHECK(verdict.level >= WINNOW_LEVEL_NONE &&
	      verdict.level <= WINNOW_LEVEL_MAX);
	CHECK(!verdict.has_score ||
	      (verdict.score_milli >= 0 && verdict.score_milli <= 1000));
	return 0;
}
