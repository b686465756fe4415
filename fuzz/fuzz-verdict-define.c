#include <stdlib.h>
#include <string.h>

#include "winnow-scan.h"

/* Input: the texts of an administrator's source, one a line, in the order of
   struct winnow_source_definition, an empty line for one that is not set; then
   the value of its header. Whatever is accepted must read any value. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(condition) \
	do { \
		if (!(condition)) \
			abort(); \
	} while (0)

/* Cut the next line off; NULL if it is empty. */
static const char *text_next(char **rest)
{
	char *text = *rest, *end = strchr(text, '\n');

	if (end != NULL)
		*end = '\0';
	*rest = end == NULL ? text + strlen(text) : end + 1;
	return *text == '\0' ? NULL : text;
}

static void scan_value(const struct winnow_policy *policy,
		       const unsigned char *value, size_t size)
{
	struct winnow_verdict verdict;
	struct winnow_scan scan;

	winnow_scan_init(&scan, policy);
	winnow_scan_header(&scan, "X-Acme", 6, value, size);
	winnow_scan_finish(&scan, &verdict);
	CHECK(verdict.level >= WINNOW_LEVEL_NONE &&
	      verdict.level <= WINNOW_LEVEL_MAX);
	CHECK((verdict.source == WINNOW_SOURCE_NONE) ==
	      (verdict.level == WINNOW_LEVEL_NONE));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct winnow_policy policy;
	struct winnow_source_definition definition;
	struct winnow_error error;
	char *texts = malloc(size + 1), *rest = texts;

	memcpy(texts, data, size);
	texts[size] = '\0';
	definition.header = text_next(&rest);
	definition.word = text_next(&rest);
	definition.spam = text_next(&rest);
	definition.suspect = text_next(&rest);
	definition.ham = text_next(&rest);
	definition.score = text_next(&rest);
	definition.limit = text_next(&rest);
	definition.threshold = text_next(&rest);
	definition.maximum = text_next(&rest);

	winnow_policy_init(&policy);
	if (winnow_policy_define(&policy, "acme", &definition, &error) < 0) {
		CHECK(strlen(error.text) > 0);
	} else {
		CHECK(winnow_policy_add_sources(&policy, "acme", &error) == 0);
		(void)winnow_policy_fingerprint(&policy);
		scan_value(&policy, (const unsigned char *)rest,
			   strlen(rest));
	}
	free(texts);
	return 0;
}
