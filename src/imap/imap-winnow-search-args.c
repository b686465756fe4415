#include "imap-common.h"
#include "imap-winnow-search-args.h"
#include "imap-winnow-weak.h"

const struct imap_arg *
imap_winnow_search_args_options(const struct imap_arg *args)
{
	const struct imap_arg *options;

	return imap_arg_atom_equals(&args[0], "RETURN") &&
		imap_arg_get_list(&args[1], &options) ? options : NULL;
}

static void search_skip_options(struct imap_winnow_search_args *found)
{
	found->options = imap_winnow_search_args_options(found->program);
	if (found->options != NULL)
		found->program += 2;
}

/* charset search-key ... */
static bool search_skip_charset(struct imap_winnow_search_args *found)
{
	const char *charset;

	if (!imap_arg_get_astring(found->program, &charset))
		return FALSE;
	found->charset = found->program++;
	return TRUE;
}

/* [RETURN (...)] [CHARSET charset] search-key ... */
static bool find_search(struct imap_winnow_search_args *found)
{
	search_skip_options(found);
	if (!imap_arg_atom_equals(found->program, "CHARSET"))
		return TRUE;
	found->program++;
	return search_skip_charset(found);
}

/* [RETURN (...)] (sort-key ...) charset search-key ... */
static bool find_sort(struct imap_winnow_search_args *found)
{
	const struct imap_arg *keys;

	search_skip_options(found);
	if (!imap_arg_get_list(found->program, &keys))
		return FALSE;
	found->sort_keys = found->program++;
	return search_skip_charset(found);
}

/* algorithm charset search-key ... */
static bool find_thread(struct imap_winnow_search_args *found)
{
	const char *algorithm;

	if (!imap_arg_get_astring(found->program, &algorithm))
		return FALSE;
	found->program++;
	return search_skip_charset(found);
}

static const struct {
	const char *name;
	bool (*find)(struct imap_winnow_search_args *found);
} search_commands[] = {
	{ "SEARCH", find_search },
	{ "UID SEARCH", find_search },
	{ "SORT", find_sort },
	{ "UID SORT", find_sort },
	{ "THREAD", find_thread },
	{ "UID THREAD", find_thread },
};

bool imap_winnow_search_args_find(const char *command,
				  const struct imap_arg *args,
				  struct imap_winnow_search_args *found_r)
{
	i_zero(found_r);
	found_r->program = args;
	for (unsigned int i = 0; i < N_ELEMENTS(search_commands); i++) {
		if (strcasecmp(search_commands[i].name, command) == 0)
			return search_commands[i].find(found_r);
	}
	i_unreached();
}

void imap_winnow_search_args_hook(imap_winnow_args_hook_t *hook)
{
	for (unsigned int i = 0; i < N_ELEMENTS(search_commands); i++)
		imap_winnow_args_hook(search_commands[i].name, hook);
}
