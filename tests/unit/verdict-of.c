#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verdict-table.h"

/* verdict-of SOURCES TRUST FILE ...: writes, for the header of each message,
   "SOURCE LEVEL KIND SCORE", with "-" for what there is none of. TRUST may be
   "zone:HOST". */

static const char *const kinds[] = { "-", "phish", "virus" };

/* Returns the size of the header: up to the first empty line. */
static size_t header_size(const char *message, size_t size)
{
	const char *p = message, *end = message + size, *line;

	while (p < end) {
		line = p;
		p = memchr(p, '\n', (size_t)(end - p));
		if (p == NULL)
			return size;
		p++;
		if (*line == '\n' || (*line == '\r' && line[1] == '\n'))
			return (size_t)(line - message);
	}
	return size;
}

static char *file_read(const char *path, size_t *size_r)
{
	FILE *file = fopen(path, "rb");
	char *data;
	long size;

	if (file == NULL || fseek(file, 0, SEEK_END) != 0 ||
	    (size = ftell(file)) < 0 || fseek(file, 0, SEEK_SET) != 0) {
		perror(path);
		exit(EXIT_FAILURE);
	}
	data = malloc((size_t)size + 1);
	if (fread(data, 1, (size_t)size, file) != (size_t)size) {
		perror(path);
		exit(EXIT_FAILURE);
	}
	fclose(file);
	*size_r = (size_t)size;
	return data;
}

static void verdict_write(const struct winnow_policy *policy, const char *path)
{
	struct winnow_verdict verdict;
	struct winnow_scan scan;
	size_t size;
	char *message = file_read(path, &size);

	winnow_scan_init(&scan, policy);
	verdict_scan_block(&scan, message, header_size(message, size));
	winnow_scan_finish(&scan, &verdict);
	free(message);
	if (verdict.source == WINNOW_SOURCE_NONE)
		printf("- - - -\n");
	else if (!verdict.has_score)
		printf("%s %d %s -\n",
		       winnow_source_name(policy, verdict.source),
		       verdict.level, kinds[verdict.kind]);
	else
		printf("%s %d %s %.3f\n",
		       winnow_source_name(policy, verdict.source),
		       verdict.level, kinds[verdict.kind],
		       verdict.score_milli / 1000.0);
}

static int trust_set(struct winnow_policy *policy, const char *trust,
		     struct winnow_error *error_r)
{
	if (strncmp(trust, "zone:", 5) != 0)
		return winnow_policy_set_trust(policy, trust, error_r);
	if (winnow_policy_set_trusted_hosts(policy, trust + 5, error_r) < 0)
		return -1;
	return winnow_policy_set_trust(policy, "zone", error_r);
}

int main(int argc, char *argv[])
{
	static struct winnow_policy policy;
	struct winnow_error error;
	int i;

	if (argc < 4) {
		fprintf(stderr, "usage: verdict-of SOURCES TRUST FILE ...\n");
		return EXIT_FAILURE;
	}
	winnow_policy_init(&policy);
	if (winnow_policy_add_sources(&policy, argv[1], &error) < 0 ||
	    trust_set(&policy, argv[2], &error) < 0) {
		fprintf(stderr, "verdict-of: %s\n", error.text);
		return EXIT_FAILURE;
	}
	for (i = 3; i < argc; i++)
		verdict_write(&policy, argv[i]);
	return EXIT_SUCCESS;
}
