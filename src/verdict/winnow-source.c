#include <string.h>

#include "winnow-families.h"
#include "winnow-value.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define FORMS(name) winnow_forms_##name, COUNT(winnow_forms_##name)
#define MILLI(n) ((int64_t)(n) * (WINNOW_MICRO / 1000))

#define ADDITIVE WINNOW_SCALE_ADDITIVE
#define BOUNDED WINNOW_SCALE_BOUNDED
#define SCL WINNOW_SCALE_SCL
#define PR WINNOW_SCALE_PR
#define INVERTED WINNOW_SCALE_INVERTED

/* The id is what index records hold: never change or reuse one. Thresholds and
   maxima are in thousandths; where they come from is in doc/sources.md. */
static const struct winnow_source builtin_sources[] = {
	/* clang-format off */
	{ 1, "rspamd", ADDITIVE, MILLI(6000), MILLI(0),
	  FORMS(rspamd), NULL },
	{ 2, "spamassassin", ADDITIVE, MILLI(5000), MILLI(0),
	  FORMS(spamassassin), NULL },
	{ 3, "amavis", ADDITIVE, MILLI(5000), MILLI(0),
	  FORMS(amavis), NULL },
	{ 4, "exim", ADDITIVE, MILLI(5000), MILLI(0),
	  FORMS(exim), NULL },
	{ 5, "cpanel", ADDITIVE, MILLI(5000), MILLI(0),
	  FORMS(cpanel), NULL },
	{ 6, "mimedefang", ADDITIVE, MILLI(5000), MILLI(0),
	  FORMS(mimedefang), NULL },
	{ 7, "microsoft", SCL, MILLI(5000), MILLI(0),
	  FORMS(microsoft), NULL },
	{ 8, "barracuda", ADDITIVE, MILLI(3500), MILLI(0),
	  FORMS(barracuda), NULL },
	{ 9, "proofpoint", BOUNDED, MILLI(50000), MILLI(100000),
	  FORMS(proofpoint), NULL },
	{ 10, "mimecast", ADDITIVE, MILLI(5000), MILLI(0),
	  FORMS(mimecast), NULL },
	{ 11, "vade", ADDITIVE, MILLI(100000), MILLI(0),
	  FORMS(vade), NULL },
	{ 12, "kaspersky", ADDITIVE, MILLI(0), MILLI(0),
	  FORMS(kaspersky), NULL },
	{ 13, "mailscanner", ADDITIVE, MILLI(6000), MILLI(0),
	  FORMS(mailscanner), NULL },
	{ 14, "cloudmark", BOUNDED, MILLI(90000), MILLI(100000),
	  FORMS(cloudmark), NULL },
	{ 15, "rackspace", BOUNDED, MILLI(0), MILLI(100000),
	  FORMS(rackspace), NULL },
	{ 16, "sophos", BOUNDED, MILLI(50000), MILLI(100000),
	  FORMS(sophos), NULL },
	{ 17, "mcafee", ADDITIVE, MILLI(0), MILLI(0),
	  FORMS(mcafee), NULL },
	{ 18, "trendmicro", ADDITIVE, MILLI(0), MILLI(0),
	  FORMS(trendmicro), NULL },
	{ 19, "cyren", ADDITIVE, MILLI(0), MILLI(0),
	  FORMS(cyren), NULL },
	{ 20, "expurgate", ADDITIVE, MILLI(0), MILLI(0),
	  FORMS(expurgate), NULL },
	{ 21, "gmx", ADDITIVE, MILLI(0), MILLI(0),
	  FORMS(gmx), NULL },
	{ 22, "spamexperts", BOUNDED, MILLI(500), MILLI(1000),
	  FORMS(spamexperts), NULL },
	{ 23, "postini", INVERTED, MILLI(0), MILLI(0),
	  FORMS(postini), NULL },
	{ 24, "mirapoint", ADDITIVE, MILLI(0), MILLI(0),
	  FORMS(mirapoint), NULL },
	{ 25, "yandex", ADDITIVE, MILLI(0), MILLI(0),
	  FORMS(yandex), NULL },
	{ 26, "mailru", ADDITIVE, MILLI(0), MILLI(0),
	  FORMS(mailru), NULL },
	{ 27, "bogofilter", BOUNDED, MILLI(990), MILLI(1000),
	  FORMS(bogofilter), NULL },
	{ 28, "dspam", BOUNDED, MILLI(500), MILLI(1000),
	  FORMS(dspam), NULL },
	{ 29, "crm114", PR, MILLI(10000), MILLI(0),
	  FORMS(crm114), NULL },
	{ 30, "spambayes", BOUNDED, MILLI(900), MILLI(1000),
	  FORMS(spambayes), NULL },
	{ 31, "spamprobe", BOUNDED, MILLI(700), MILLI(1000),
	  FORMS(spamprobe), NULL },
	{ 32, "popfile", ADDITIVE, MILLI(0), MILLI(0),
	  FORMS(popfile), NULL },
	{ 33, "fastmail", ADDITIVE, MILLI(5000), MILLI(0),
	  FORMS(fastmail), NULL },
	{ 34, "stalwart", ADDITIVE, MILLI(5000), MILLI(0),
	  FORMS(stalwart), NULL },
	{ 35, "spam-flag", ADDITIVE, MILLI(0), MILLI(0),
	  FORMS(spam_flag), NULL },
	{ 36, "x-spam", ADDITIVE, MILLI(0), MILLI(0),
	  FORMS(x_spam), NULL },
	{ 37, "spam-level", ADDITIVE, MILLI(0), MILLI(0),
	  FORMS(spam_level), NULL },
	{ 38, "spam-score", ADDITIVE, MILLI(5000), MILLI(0),
	  FORMS(spam_score), winnow_merge_spam_score },
	/* clang-format on */
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
