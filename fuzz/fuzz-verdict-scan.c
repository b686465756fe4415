#include <stdlib.h>
#include <string.h>

#include "winnow-scan.h"

/* Input: a byte that chooses sources and trust, then header fields: name,
   colon, value, each ended by a line feed that no blank follows. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(condition) \
	do { \
		if (!(condition)) \
			abort(); \
	} while (0)

static void policy_build(struct winnow_policy *policy, uint8_t choice)
{
	static const char *const trusts[] = { "worst", "first", "last",
					      "zone" };
	const struct winnow_source *source;
	struct winnow_error error;
	unsigned int i;

	winnow_policy_init(policy);
	CHECK(winnow_policy_set_trusted_hosts(policy, "mx.example", &error) ==
	      0);
	CHECK(winnow_policy_set_trusted_nets(policy, "192.0.2.0/24", &error) ==
	      0);
	CHECK(winnow_policy_set_trust(policy, trusts[choice % 4], &error) == 0);
	choice /= 4;
	for (i = 0; (source = winnow_source_builtin_at(i)) != NULL; i++) {
		/* 0: all; otherwise one */
		if (choice != 0 && source->id != choice)
			continue;
		CHECK(winnow_policy_add_source(policy, source->name, &error) ==
		      0);
	}
}

/* Built once: there are few, and building one takes longer than a scan. */
static const struct winnow_policy *policy_get(uint8_t choice)
{
	static struct winnow_policy policies[UINT8_MAX + 1];
	static int built[UINT8_MAX + 1];

	if (!built[choice]) {
		policy_build(&policies[choice], choice);
		built[choice] = 1;
	}
	return &policies[choice];
}

static void verdict_check(const struct winnow_policy *policy,
			  const struct winnow_verdict *verdict)
{
	if (verdict->source == WINNOW_SOURCE_NONE) {
		CHECK(verdict->level == WINNOW_LEVEL_NONE);
		CHECK(!verdict->has_score &&
		      verdict->kind == WINNOW_KIND_NONE);
		return;
	}
	CHECK(winnow_source_name(policy, verdict->source) != NULL);
	CHECK(verdict->level >= 0 && verdict->level <= WINNOW_LEVEL_MAX);
	CHECK(verdict->kind == WINNOW_KIND_NONE || verdict->level >= 80);
	CHECK(verdict->score_milli <= WINNOW_SCORE_MILLI_MAX &&
	      verdict->score_milli >= -WINNOW_SCORE_MILLI_MAX);
	CHECK(verdict->has_score || verdict->score_milli == 0);
}

/* The headers that were shown: what counts must be among them. */
struct shown {
	unsigned int fields, count;
	struct {
		unsigned int place, form;
	} headers[WINNOW_TRACE_HEADERS_MAX];
};

static int shown_has(const struct shown *shown,
		     const struct winnow_trace *trace)
{
	unsigned int i;

	for (i = 0; i < shown->count; i++) {
		if (shown->headers[i].place == trace->place &&
		    shown->headers[i].form == trace->form)
			return 1;
	}
	return 0;
}

static void trace_check(void *context, const struct winnow_trace *trace)
{
	struct shown *shown = context;

	CHECK(trace->why != NULL && *trace->why != '\0');
	CHECK(trace->value_size <= WINNOW_VALUE_MAX);
	CHECK((trace->name == NULL) == (trace->place == 0));
	if (trace->event == WINNOW_TRACE_HEADER ||
	    trace->event == WINNOW_TRACE_RECEIVED)
		CHECK(++shown->fields <= WINNOW_TRACE_HEADERS_MAX);
	if (trace->event == WINNOW_TRACE_HEADER) {
		shown->headers[shown->count].place = trace->place;
		shown->headers[shown->count++].form = trace->form;
	} else if (trace->event == WINNOW_TRACE_COUNTS &&
		   shown->fields < WINNOW_TRACE_HEADERS_MAX) {
		CHECK(shown_has(shown, trace));
	}
}

static const uint8_t *field_end(const uint8_t *field, const uint8_t *end)
{
	for (; field < end; field++) {
		if (*field == '\n' && (field + 1 == end ||
				       (field[1] != ' ' && field[1] != '\t')))
			return field + 1;
	}
	return end;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct winnow_policy *policy;
	const uint8_t *end = data + size, *next, *colon;
	struct winnow_scan scan;
	struct winnow_verdict verdict;
	struct shown shown;

	if (size == 0)
		return 0;
	policy = policy_get(*data++);
	winnow_scan_init(&scan, policy);
	shown.fields = shown.count = 0;
	winnow_scan_set_trace(&scan, trace_check, &shown);
	for (; data < end; data = next) {
		next = field_end(data, end);
		colon = memchr(data, ':', (size_t)(next - data));
		if (colon == NULL)
			continue;
		winnow_scan_header(&scan, (const char *)data,
				   (size_t)(colon - data), colon + 1,
				   (size_t)(next - colon - 1));
	}
	winnow_scan_finish(&scan, &verdict);
	verdict_check(policy, &verdict);
	return 0;
}
