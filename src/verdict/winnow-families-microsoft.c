#include "winnow-families.h"
#include "winnow-form.h"
#include "winnow-scan.h"
#include "winnow-value.h"

/* Microsoft renames what the sender wrote to "...-Untrusted" and "-Original":
   those names are never read. */

#define SCL_MIN (-1)
#define SCL_MAX 10

static int scl_parse(const unsigned char *value, size_t size, int64_t *micro_r)
{
	size_t end;

	return winnow_value_number(value, size, NULL, micro_r, &end) &&
	       end == size && *micro_r % WINNOW_MICRO == 0 &&
	       *micro_r >= (int64_t)SCL_MIN * WINNOW_MICRO &&
	       *micro_r <= (int64_t)SCL_MAX * WINNOW_MICRO;
}

static void scl_read(const unsigned char *value, size_t size,
		     struct winnow_reading *reading_r)
{
	int64_t scl;

	if (!scl_parse(value, size, &scl))
		return;
	reading_r->has_score = 1;
	reading_r->score = scl;
}

/* The spam filtering verdict: it decides where there is no SCL. */
static void sfv_read(const unsigned char *value, size_t size,
		     struct winnow_reading *reading_r)
{
	static const struct winnow_form sfv = {
		.word = { WINNOW_PLACE_WHOLE, NULL },
		.spam = "spm, sks, skb, blk",
		.ham = "nspm, ska, skn, ski, skq, sfe",
	};

	winnow_form_read(&sfv, value, size, reading_r);
}

/* The category overrides a clean SCL. NONE and BULK say nothing. */
static void cat_read(const unsigned char *value, size_t size,
		     struct winnow_reading *reading_r)
{
	static const struct winnow_form cat = {
		.word = { WINNOW_PLACE_WHOLE, NULL },
		.spam = "spm, hspm, ospm",
		.phish = "phsh, hphsh, hphish, spoof, uimp, dimp, gimp, bimp, "
			 "intos",
		.virus = "malw, amp",
	};

	winnow_form_read(&cat, value, size, reading_r);
}

struct report {
	struct winnow_reading scl, sfv, cat;
};

/* The first field of a key counts. */
static void report_field(struct report *report, const unsigned char *field,
			 size_t size)
{
	if (winnow_value_begins(field, size, "scl:", 4)) {
		if (!report->scl.has_score)
			scl_read(field + 4, size - 4, &report->scl);
	} else if (winnow_value_begins(field, size, "sfv:", 4)) {
		if (report->sfv.word == WINNOW_WORD_UNKNOWN)
			sfv_read(field + 4, size - 4, &report->sfv);
	} else if (winnow_value_begins(field, size, "cat:", 4)) {
		if (report->cat.word == WINNOW_WORD_UNKNOWN)
			cat_read(field + 4, size - 4, &report->cat);
	}
}

/* "CIP:..;SCL:n;SFV:..;CAT:..;", folded anywhere, even inside a word: blanks
   have no meaning. */
static void report_read(const unsigned char *value, size_t size,
			struct winnow_reading *reading_r)
{
	struct report report = { .scl = { .word = WINNOW_WORD_UNKNOWN } };
	unsigned char field[WINNOW_VALUE_MAX];
	size_t i, used = 0;

	for (i = 0; i < size; i++) {
		if (value[i] == ';') {
			report_field(&report, field, used);
			used = 0;
		} else if (value[i] != ' ') {
			field[used++] = value[i];
		}
	}
	report_field(&report, field, used);
	if (report.cat.word != WINNOW_WORD_UNKNOWN)
		*reading_r = report.cat;
	else if (!report.scl.has_score)
		*reading_r = report.sfv;
	reading_r->has_score = report.scl.has_score;
	reading_r->score = report.scl.score;
}

const struct winnow_form winnow_forms_microsoft[] = {
	{ .header = "X-Forefront-Antispam-Report",
	  .read = report_read,
	  .judged = WINNOW_JUDGED_ALWAYS },
	{ .header = "X-MS-Exchange-Organization-SCL",
	  .read = scl_read,
	  .judged = WINNOW_JUDGED_ALWAYS },
};
