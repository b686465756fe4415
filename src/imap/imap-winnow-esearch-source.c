#include "lib.h"
#include "array.h"
#include "imap-arg.h"
#include "imap-winnow-esearch-source.h"

static const struct {
	const char *name;
	enum imap_winnow_source_type type;
	bool has_names;
} source_types[] = {
	{ "selected", IMAP_WINNOW_SOURCE_SELECTED, FALSE },
	{ "inboxes", IMAP_WINNOW_SOURCE_INBOXES, FALSE },
	{ "personal", IMAP_WINNOW_SOURCE_PERSONAL, FALSE },
	{ "subscribed", IMAP_WINNOW_SOURCE_SUBSCRIBED, FALSE },
	{ "subtree", IMAP_WINNOW_SOURCE_SUBTREE, TRUE },
	{ "subtree-one", IMAP_WINNOW_SOURCE_SUBTREE_ONE, TRUE },
	{ "mailboxes", IMAP_WINNOW_SOURCE_MAILBOXES, TRUE },
};

static bool source_type_find(const struct imap_arg *arg, unsigned int *idx_r)
{
	for (unsigned int i = 0; i < N_ELEMENTS(source_types); i++) {
		if (imap_arg_atom_equals(arg, source_types[i].name)) {
			*idx_r = i;
			return TRUE;
		}
	}
	return FALSE;
}

/* one-or-more-mailbox (RFC 5465) */
static bool
source_parse_names(const struct imap_arg *arg,
		   struct imap_winnow_source *source)
{
	const struct imap_arg *list;
	const char *name;

	if (imap_arg_get_astring(arg, &name)) {
		array_push_back(&source->names, &name);
		return TRUE;
	}
	if (!imap_arg_get_list(arg, &list) || IMAP_ARG_IS_EOL(list))
		return FALSE;
	for (; !IMAP_ARG_IS_EOL(list); list++) {
		if (!imap_arg_get_astring(list, &name))
			return FALSE;
		array_push_back(&source->names, &name);
	}
	return TRUE;
}

/* source-mbox [SP "(" scope-options ")"]; no scope option is defined */
static bool
source_list_parse(pool_t pool, const struct imap_arg *list,
		  ARRAY_TYPE(imap_winnow_source) *sources,
		  const char **error_r)
{
	struct imap_winnow_source *source;
	unsigned int idx;

	for (; !IMAP_ARG_IS_EOL(list); list++) {
		if (list->type == IMAP_ARG_LIST) {
			*error_r = "Unknown scope option";
			return FALSE;
		}
		if (!source_type_find(list, &idx)) {
			*error_r = "Unknown source option";
			return FALSE;
		}
		source = array_append_space(sources);
		source->type = source_types[idx].type;
		p_array_init(&source->names, pool, 4);
		if (!source_types[idx].has_names)
			continue;
		list++;
		if (!source_parse_names(list, source)) {
			*error_r = t_strdup_printf("Invalid mailbox after %s",
						   source_types[idx].name);
			return FALSE;
		}
	}
	if (array_count(sources) == 0) {
		*error_r = "Missing source options";
		return FALSE;
	}
	return TRUE;
}

bool imap_winnow_sources_parse(pool_t pool, const struct imap_arg **args,
			       ARRAY_TYPE(imap_winnow_source) *sources_r,
			       const char **error_r)
{
	const struct imap_arg *list;
	struct imap_winnow_source *source;

	p_array_init(sources_r, pool, 4);
	if (!imap_arg_atom_equals(*args, "IN")) {
		source = array_append_space(sources_r);
		source->type = IMAP_WINNOW_SOURCE_SELECTED;
		p_array_init(&source->names, pool, 1);
		return TRUE;
	}
	if (!imap_arg_get_list(&(*args)[1], &list)) {
		*error_r = "Source options are not a list";
		return FALSE;
	}
	*args += 2;
	return source_list_parse(pool, list, sources_r, error_r);
}

bool imap_winnow_sources_have(const ARRAY_TYPE(imap_winnow_source) *sources,
			      enum imap_winnow_source_type type)
{
	const struct imap_winnow_source *source;

	array_foreach(sources, source) {
		if (source->type == type)
			return TRUE;
	}
	return FALSE;
}

bool imap_winnow_sources_are_selected(
	const ARRAY_TYPE(imap_winnow_source) *sources)
{
	const struct imap_winnow_source *source;

	array_foreach(sources, source) {
		if (source->type != IMAP_WINNOW_SOURCE_SELECTED)
			return FALSE;
	}
	return TRUE;
}
