#include "lib.h"
#include "array.h"
#include "str.h"
#include "doveadm-print.h"
#include "winnow-policy.h"
#include "doveadm-winnow-findings.h"

/* So much of a value is shown. */
#define FINDINGS_VALUE_MAX 72

static const char *const finding_words[] = {
	[WINNOW_WORD_UNKNOWN] = "",
	[WINNOW_WORD_HAM] = "ham",
	[WINNOW_WORD_SUSPECT] = "suspect",
	[WINNOW_WORD_SPAM] = "spam",
};

static const char *const finding_kinds[] = {
	[WINNOW_KIND_NONE] = "",
	[WINNOW_KIND_PHISH] = "phish",
	[WINNOW_KIND_VIRUS] = "virus",
};

void doveadm_winnow_findings_init(struct doveadm_winnow_findings *findings_r,
				  pool_t pool,
				  const struct winnow_policy *policy)
{
	i_zero(findings_r);
	findings_r->pool = pool;
	findings_r->policy = policy;
	p_array_init(&findings_r->rows, pool, 16);
}

struct doveadm_winnow_finding *
doveadm_winnow_findings_add(struct doveadm_winnow_findings *findings,
			    const char *step)
{
	struct doveadm_winnow_finding *row =
		array_append_space(&findings->rows);

	row->step = step;
	row->source = row->name = row->says = row->why = row->value = "";
	row->level = WINNOW_LEVEL_NONE;
	return row;
}

struct doveadm_winnow_finding *
doveadm_winnow_findings_add_verdict(struct doveadm_winnow_findings *findings,
				    const char *step, const char *source,
				    const struct winnow_verdict *verdict)
{
	struct doveadm_winnow_finding *row =
		doveadm_winnow_findings_add(findings, step);

	row->source = source;
	row->has_score = verdict->has_score != 0;
	row->score = (int64_t)verdict->score_milli * (WINNOW_MICRO / 1000);
	row->level = verdict->level;
	if (verdict->level == WINNOW_LEVEL_NONE)
		row->says = "unknown";
	else if (verdict->kind != WINNOW_KIND_NONE)
		row->says = finding_kinds[verdict->kind];
	else
		row->says = verdict->level >= WINNOW_LEVEL_SPAM ?
			"spam" : "ham";
	return row;
}

static bool is_blank(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Senders wrote it, and it is to be shown in a terminal: what is no printable
   ASCII becomes '?'. */
static const char *
finding_text(pool_t pool, const void *_data, size_t size, size_t max)
{
	const unsigned char *data = _data;
	string_t *text = str_new(pool, I_MIN(size, max) + 4);

	for (; size > 0 && is_blank(*data); size--)
		data++;
	for (; size > 0 && is_blank(data[size - 1]); )
		size--;
	for (size_t i = 0; i < size && i < max; i++) {
		str_append_c(text, data[i] >= 0x20 && data[i] < 0x7f ?
			     data[i] : '?');
	}
	if (size > max)
		str_append(text, "...");
	return str_c(text);
}

static bool trace_is_unusable(const struct winnow_trace *trace)
{
	for (size_t i = 0; i < trace->value_size; i++) {
		if (trace->value[i] < 0x20 || trace->value[i] == 0x7f)
			return TRUE;
	}
	return FALSE;
}

static void
finding_fill(struct doveadm_winnow_findings *findings,
	     struct doveadm_winnow_finding *row,
	     const struct winnow_trace *trace)
{
	const char *source = winnow_source_name(findings->policy,
						trace->source);

	row->event = trace->event;
	row->form = trace->form;
	row->place = trace->place;
	row->source = source == NULL ? "" : source;
	if (trace->name != NULL) {
		row->name = finding_text(findings->pool, trace->name,
					 trace->name_size, FINDINGS_VALUE_MAX);
	}
	row->counts = trace->trusted != 0;
	row->says = trace->reading.kind != WINNOW_KIND_NONE ?
		finding_kinds[trace->reading.kind] : finding_words[trace->word];
	row->has_score = trace->reading.has_score != 0;
	row->score = trace->reading.score;
	row->threshold = row->has_score ? trace->threshold : 0;
	row->level = trace->level;
	row->why = trace->why;
	if (trace->value == NULL)
		return;
	row->value = finding_text(findings->pool, trace->value,
				  trace->value_size, FINDINGS_VALUE_MAX);
	if (trace_is_unusable(trace))
		row->says = "control byte";
}

static bool trace_is_silent(const struct winnow_trace *trace)
{
	return trace->word == WINNOW_WORD_UNKNOWN &&
		!trace->reading.has_score && !trace->reading.has_threshold;
}

/* Of all fields that were read as the same form one is left in the end. */
static void
findings_settle(struct doveadm_winnow_findings *findings,
		const struct winnow_trace *trace)
{
	struct doveadm_winnow_finding *row, *found = NULL;

	array_foreach_modifiable(&findings->rows, row) {
		if (row->event != WINNOW_TRACE_HEADER ||
		    row->form != trace->form)
			continue;
		if (row->place == trace->place) {
			found = row;
		} else if (row->counts) {
			row->counts = FALSE;
			row->why = p_strdup_printf(findings->pool,
				"field %u counts instead", trace->place);
		}
	}
	if (found == NULL) {
		/* one of too many */
		found = doveadm_winnow_findings_add(findings, "header");
		finding_fill(findings, found, trace);
		found->event = WINNOW_TRACE_HEADER;
	}
	found->counts = !trace_is_silent(trace);
	found->why = found->counts ? trace->why :
		"says nothing that this source reads";
}

/* What stands below the last trusted Received field isn't proved by any. */
static void findings_settle_zone(struct doveadm_winnow_findings *findings)
{
	struct doveadm_winnow_finding *row;

	if (findings->policy->trust != WINNOW_TRUST_ZONE)
		return;
	array_foreach_modifiable(&findings->rows, row) {
		if (row->event == WINNOW_TRACE_HEADER && row->counts &&
		    row->place > findings->border) {
			row->counts = FALSE;
			row->why = "no trusted Received field stands below it";
		}
	}
}

static void
findings_settle_sources(struct doveadm_winnow_findings *findings,
			uint8_t source)
{
	const char *name = winnow_source_name(findings->policy, source);
	struct doveadm_winnow_finding *row;

	array_foreach_modifiable(&findings->rows, row) {
		if (row->event == WINNOW_TRACE_SOURCE && row->counts &&
		    (name == NULL || strcmp(row->source, name) != 0)) {
			row->counts = FALSE;
			row->why = "another source decides";
		}
	}
}

void doveadm_winnow_findings_trace(void *context,
				   const struct winnow_trace *trace)
{
	static const char *const steps[] = {
		[WINNOW_TRACE_HEADER] = "header",
		[WINNOW_TRACE_RECEIVED] = "received",
		[WINNOW_TRACE_SOURCE] = "source",
		[WINNOW_TRACE_VERDICT] = "verdict",
	};
	struct doveadm_winnow_findings *findings = context;

	if (trace->event == WINNOW_TRACE_COUNTS) {
		findings_settle(findings, trace);
		return;
	}
	if (trace->event == WINNOW_TRACE_RECEIVED && trace->trusted != 0)
		findings->border = trace->place;
	if (trace->event == WINNOW_TRACE_VERDICT) {
		findings_settle_zone(findings);
		findings_settle_sources(findings, trace->source);
	}
	finding_fill(findings, doveadm_winnow_findings_add(
		findings, steps[trace->event]), trace);
}

void doveadm_winnow_findings_print_headers(void)
{
	static const char *const names[] = {
		"step", "place", "source", "name", "counts", "says", "score",
		"threshold", "level", "why", "value"
	};

	doveadm_print_header_simple("mailbox");
	doveadm_print_header("uid", "uid", DOVEADM_PRINT_HEADER_FLAG_NUMBER);
	for (unsigned int i = 0; i < N_ELEMENTS(names); i++)
		doveadm_print_header_simple(names[i]);
}

/* Without trailing zeros. */
static const char *finding_decimal(int64_t micro)
{
	uint64_t number = micro < 0 ? -(uint64_t)micro : (uint64_t)micro;
	string_t *text = t_str_new(32);
	size_t size;

	if (micro < 0)
		str_append_c(text, '-');
	str_printfa(text, "%"PRIu64".%06"PRIu64, number / WINNOW_MICRO,
		    number % WINNOW_MICRO);
	for (size = str_len(text); str_c(text)[size - 1] == '0'; )
		size--;
	if (str_c(text)[size - 1] == '.')
		size--;
	str_truncate(text, size);
	return str_c(text);
}

static void
finding_print(const struct doveadm_winnow_finding *row, const char *vname,
	      uint32_t uid)
{
	doveadm_print(vname);
	doveadm_print_num(uid);
	doveadm_print(row->step);
	doveadm_print(row->place == 0 ? "" : dec2str(row->place));
	doveadm_print(row->source);
	doveadm_print(row->name);
	doveadm_print(row->counts ? "yes" : "no");
	doveadm_print(row->says);
	doveadm_print(row->has_score ? finding_decimal(row->score) : "");
	doveadm_print(row->threshold > 0 ? finding_decimal(row->threshold) :
		      "");
	doveadm_print(row->level == WINNOW_LEVEL_NONE ? "" :
		      dec2str(row->level));
	doveadm_print(row->why);
	doveadm_print(row->value);
}

void doveadm_winnow_findings_print(
	const struct doveadm_winnow_findings *findings, const char *vname,
	uint32_t uid)
{
	const struct doveadm_winnow_finding *row;

	array_foreach(&findings->rows, row) T_BEGIN {
		finding_print(row, vname, uid);
	} T_END;
}
