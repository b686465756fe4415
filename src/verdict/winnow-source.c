#include <string.h>

#include "winnow-families.h"
#include "winnow-value.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define FORMS(name) winnow_forms_##name, COUNT(winnow_forms_##name)
#define MILLI(n) ((int64_t)(n) * (WINNOW_MICRO / 1000))

/* The id is what index records hold: never change or reuse one. */
static const struct winnow_source builtin_sources[] = {
	/* id, name, scale, threshold, maximum, forms */
	/* rspamd's threshold is that of "add header" */
	{ 1, "rspamd", WINNOW_SCALE_ADDITIVE, MILLI(6000), 0, FORMS(rspamd) },
	{ 2, "spamassassin", WINNOW_SCALE_ADDITIVE, MILLI(5000), 0,
	  FORMS(spamassassin) },
	{ 3, "amavis", WINNOW_SCALE_ADDITIVE, MILLI(5000), 0, FORMS(amavis) },
};

const struct winnow_source *winnow_source_builtin(uint8_t id)
{
	unsigned int i;

	for (i = 0; i < COUNT(builtin_sources); i++) {
		if (builtin_sources[i].id == id)
			return &builtin_sources[i];
	}
	return NULL;
}

const struct winnow_source *winnow_source_builtin_named(const char *name)
{
	unsigned int i;

	for (i = 0; i < COUNT(builtin_sources); i++) {
		if (winnow_value_equals((const unsigned char *)name,
					strlen(name), builtin_sources[i].name))
			return &builtin_sources[i];
	}
	return NULL;
}

const struct winnow_source *winnow_source_builtin_at(unsigned int idx)
{
	return idx < COUNT(builtin_sources) ? &builtin_sources[idx] : NULL;
}
