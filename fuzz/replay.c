#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Runs a fuzz target once for every file of its corpus, with any compiler:
   what a fuzzer once found stays found. The corpus of replay-<target> is
   $srcdir/corpus/<target>; arguments name other files. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data;
	long size;

	if (file == NULL || fseek(file, 0, SEEK_END) != 0 ||
	    (size = ftell(file)) < 0 || fseek(file, 0, SEEK_SET) != 0) {
		perror(path);
		exit(EXIT_FAILURE);
	}
	/* of the exact size, so that reading past it is seen */
	data = malloc((size_t)size);
	if (size > 0 && fread(data, (size_t)size, 1, file) != 1) {
		perror(path);
		exit(EXIT_FAILURE);
	}
	fclose(file);
	(void)LLVMFuzzerTestOneInput(data, (size_t)size);
	free(data);
	return 1;
}

static int replay_corpus(const char *program)
{
	const char *srcdir = getenv("srcdir");
	const char *target = strstr(program, "replay-");
	char dir_path[1024], path[2048];
	struct dirent *entry;
	int count = 0;
	DIR *dir;

	if (target == NULL)
		return 0;
	snprintf(dir_path, sizeof(dir_path), "%s/corpus/%s",
		 srcdir != NULL ? srcdir : ".", target + strlen("replay-"));
	dir = opendir(dir_path);
	if (dir == NULL) {
		perror(dir_path);
		return 0;
	}
	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir_path, entry->d_name);
		count += replay_file(path);
	}
	closedir(dir);
	return count;
}

int main(int argc, char *argv[])
{
	int i, count = 0;

	for (i = 1; i < argc; i++)
		count += replay_file(argv[i]);
	if (argc == 1)
		count = replay_corpus(argv[0]);
	printf("%d inputs\n", count);
	return count > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
