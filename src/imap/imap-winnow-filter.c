#include "imap-common.h"
#include "array.h"
#include "imap-commands.h"
#include "winnow-compat-attribute.h"
#include "winnow-criteria.h"
#include "winnow-filter.h"
#include "winnow-filter-key.h"
#include "winnow-user.h"
#include "imap-winnow-client.h"
#include "imap-winnow-filter.h"
#include "imap-winnow-weak.h"

/* Filters within filters; RFC 5466 asks for 3. */
#define FILTER_DEPTH_MAX 10
/* Lists within lists, those of filters included */
#define LIST_DEPTH_MAX (WINNOW_CRITERIA_DEPTH_MAX * 2)
/* What one command may use: different filters, and what they amount to */
#define FILTERS_MAX 100
#define FILTER_ARGS_MAX 5000
#define FILTER_BYTES_MAX (64 * 1024)

/* A filter that the program has named. */
struct named_filter {
	/* in lower case */
	const char *name;
	/* NULL: there is none of that name */
	const struct imap_arg *program;
	/* It is being expanded; who names it now, names it within itself. */
	bool open;
};

struct filter_expansion {
	struct winnow_user *wuser;
	pool_t pool;
	ARRAY(struct named_filter) filters;
	/* where we are */
	unsigned int list_depth, filter_depth;
	/* so far, from the values of filters */
	unsigned int args_count;
	size_t bytes;
	struct imap_winnow_filter_failure failure;
};

static int
expand_args(struct filter_expansion *exp, const struct imap_arg *args,
	    ARRAY_TYPE(imap_arg_list) *dest);

static int expand_failed(struct filter_expansion *exp, const char *text)
{
	exp->failure.text = text;
	return -1;
}

static int expand_undefined(struct filter_expansion *exp, const char *name)
{
	return expand_failed(exp, t_strdup_printf(
		"[UNDEFINED-FILTER %s] There is no such filter", name));
}

static int
named_filter_read(struct filter_expansion *exp, const char *name,
		  struct named_filter *filter)
{
	const char *value, *error;
	int ret;

	ret = winnow_filter_get(exp->wuser, exp->pool, name, &value);
	if (ret < 0) {
		return expand_failed(exp, t_strdup_printf(
			"[UNAVAILABLE] Filter %s can't be read now", name));
	}
	if (ret > 0 && winnow_filter_parse(exp->pool, value, &filter->program,
					   &error) < 0) {
		return expand_failed(exp, t_strdup_printf(
			"[CANNOT] Filter %s is no search program: %s",
			name, error));
	}
	return 0;
}

/* Returns the place in exp->filters, or -1. */
static int named_filter_get(struct filter_expansion *exp, const char *name)
{
	struct named_filter *filter;
	unsigned int idx, count = array_count(&exp->filters);

	for (idx = 0; idx < count; idx++) {
		filter = array_idx_modifiable(&exp->filters, idx);
		if (strcasecmp(filter->name, name) == 0)
			return idx;
	}
	if (count == FILTERS_MAX) {
		return expand_failed(exp,
			"[LIMIT] A search can't name so many filters");
	}
	filter = array_append_space(&exp->filters);
	filter->name = p_strdup(exp->pool, name);
	return named_filter_read(exp, name, filter) < 0 ? -1 : (int)idx;
}

static int expand_filter(struct filter_expansion *exp, const char *name,
			 ARRAY_TYPE(imap_arg_list) *dest)
{
	struct named_filter *filter;
	int idx, ret;

	idx = named_filter_get(exp, name);
	if (idx < 0)
		return -1;
	filter = array_idx_modifiable(&exp->filters, idx);
	if (filter->program == NULL || filter->open ||
	    exp->filter_depth == FILTER_DEPTH_MAX)
		return expand_undefined(exp, name);

	filter->open = TRUE;
	exp->filter_depth++;
	ret = expand_args(exp, filter->program, dest);
	exp->filter_depth--;
	/* the array may have grown and moved */
	filter = array_idx_modifiable(&exp->filters, idx);
	filter->open = FALSE;
	return ret;
}

/* Appends a copy of the argument. */
static int expand_append(struct filter_expansion *exp,
			 const struct imap_arg *arg,
			 ARRAY_TYPE(imap_arg_list) *dest)
{
	if (exp->filter_depth > 0) {
		exp->args_count++;
		exp->bytes += arg->str_len;
	}
	if (exp->args_count > FILTER_ARGS_MAX ||
	    exp->bytes > FILTER_BYTES_MAX) {
		return expand_failed(exp, "[LIMIT] The filters of this search "
				     "are too long together");
	}
	array_push_back(dest, arg);
	return 0;
}

static void args_end(ARRAY_TYPE(imap_arg_list) *args)
{
	const struct imap_arg end = { .type = IMAP_ARG_EOL };

	array_push_back(args, &end);
}

static int
expand_list(struct filter_expansion *exp, const struct imap_arg *arg,
	    ARRAY_TYPE(imap_arg_list) *dest)
{
	struct imap_arg copy = *arg;
	int ret;

	if (exp->list_depth == LIST_DEPTH_MAX) {
		return expand_failed(exp, "[LIMIT] There are too many lists "
				     "within lists");
	}
	p_array_init(&copy._data.list, exp->pool, 8);
	exp->list_depth++;
	ret = expand_args(exp, imap_arg_as_list(arg), &copy._data.list);
	exp->list_depth--;
	if (ret < 0)
		return -1;
	args_end(&copy._data.list);
	return expand_append(exp, &copy, dest);
}

/* Appends the arguments, with what their filters say. They have been checked:
   the client's by expand_check(), those of filters when they were read. */
static int
expand_args(struct filter_expansion *exp, const struct imap_arg *args,
	    ARRAY_TYPE(imap_arg_list) *dest)
{
	struct winnow_criteria_reader reader;
	enum winnow_criteria_place place;
	const char *error;
	int ret = 0;

	winnow_criteria_begin(&reader, NULL);
	for (; ret == 0 && !IMAP_ARG_IS_EOL(args); args++) {
		if (winnow_criteria_next(&reader, args, &place, &error) < 0)
			return expand_failed(exp, error);
		switch (place) {
		case WINNOW_CRITERIA_KEY:
		case WINNOW_CRITERIA_PARAM:
			ret = expand_append(exp, args, dest);
			break;
		case WINNOW_CRITERIA_LIST:
			ret = expand_list(exp, args, dest);
			break;
		case WINNOW_CRITERIA_FILTER:
			break;
		case WINNOW_CRITERIA_FILTER_NAME:
			ret = expand_filter(exp, imap_arg_as_astring(args),
					    dest);
			break;
		}
	}
	return ret;
}

/* Nearly all searches have none, and needn't be read. */
static bool args_mention_filter(const struct imap_arg *args, unsigned int depth)
{
	const struct imap_arg *list;

	if (depth > WINNOW_CRITERIA_DEPTH_MAX)
		return FALSE;
	for (; !IMAP_ARG_IS_EOL(args); args++) {
		if (imap_arg_atom_equals(args, WINNOW_CRITERIA_FILTER_KEY) ||
		    (imap_arg_get_list(args, &list) &&
		     args_mention_filter(list, depth + 1)))
			return TRUE;
	}
	return FALSE;
}

/* Returns 1 if the program has filters and may have them, 0 if it has none. */
static int
expand_check(const struct imap_arg *program, const char *charset,
	     struct imap_winnow_filter_failure *failure_r)
{
	bool filters;
	const char *error;
	int ret;

	ret = winnow_criteria_check(program, &filters, &error);
	if (!filters)
		return 0;
	failure_r->bad = TRUE;
	failure_r->text = error;
	if (ret < 0)
		return -1;
	/* RFC 5466, section 3.1 */
	if (charset != NULL && strcasecmp(charset, "UTF-8") != 0 &&
	    strcasecmp(charset, "US-ASCII") != 0) {
		failure_r->text = "[BADCHARSET (UTF-8 US-ASCII)] "
			"Filters are in UTF-8";
		return -1;
	}
	return 1;
}

bool imap_winnow_filter_is_offered(struct client *client)
{
	return imap_winnow_client_offers(client, IMAP_WINNOW_FILTERS) &&
		client->set->imap_metadata &&
		winnow_attribute_dict_is_enabled(client->user);
}

int imap_winnow_filter_expand(struct client *client, pool_t pool,
			      const char *charset,
			      const struct imap_arg **program,
			      struct imap_winnow_filter_failure *failure_r)
{
	struct filter_expansion exp = {
		.wuser = winnow_user_get(client->user),
		.pool = pool,
	};
	ARRAY_TYPE(imap_arg_list) expanded;
	int ret;

	if (!args_mention_filter(*program, 0) ||
	    !imap_winnow_filter_is_offered(client))
		return 0;
	ret = expand_check(*program, charset, failure_r);
	if (ret <= 0)
		return ret;
	p_array_init(&exp.filters, pool, 4);
	p_array_init(&expanded, pool, 16);
	if (expand_args(&exp, *program, &expanded) < 0) {
		*failure_r = exp.failure;
		return -1;
	}
	args_end(&expanded);
	*program = array_front(&expanded);
	return 1;
}

void imap_winnow_filter_answer(struct client_command_context *cmd,
			       const struct imap_winnow_filter_failure *failure)
{
	if (!failure->bad) {
		client_send_tagline(cmd, t_strconcat("NO ", failure->text,
						     NULL));
	} else if (*failure->text != '[') {
		client_send_command_error(cmd, failure->text);
	} else {
		/* Dovecot's function would put words before the code */
		client_send_tagline(cmd, t_strconcat("BAD ", failure->text,
						     NULL));
		cmd->param_error = TRUE;
	}
}
