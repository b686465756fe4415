#include "imap-common.h"
#include "array.h"
#include "imap-commands.h"
#include "winnow-key.h"
#include "winnow-sort.h"
#include "imap-winnow-client.h"
#include "imap-winnow-search-args.h"
#include "imap-winnow-sort.h"
#include "imap-winnow-weak.h"

/* Dovecot's key for which X-WINNOW stands in, by both of its names. */
static const char *const stand_in_names[] = { "RELEVANCY", "X-SCORE", NULL };

/* Dovecot takes any astring for a key, too. */
static bool sort_keys_have(const struct imap_arg *keys, const char *name)
{
	const char *key;

	for (; imap_arg_get_astring(keys, &key); keys++) {
		if (strcasecmp(key, name) == 0)
			return TRUE;
	}
	return FALSE;
}

/* Copies the keys, with the stand-in instead of X-WINNOW. */
static void sort_keys_replace(pool_t pool, const struct imap_arg *keys,
			      struct imap_arg *list)
{
	struct imap_arg copy;
	const char *key;

	list->type = IMAP_ARG_LIST;
	p_array_init(&list->_data.list, pool, 8);
	for (;; keys++) {
		copy = *keys;
		if (imap_arg_get_astring(keys, &key) &&
		    strcasecmp(key, WINNOW_KEY_NAME) == 0) {
			copy.type = IMAP_ARG_ATOM;
			copy._data.str = WINNOW_SORT_STAND_IN;
			copy.str_len = strlen(WINNOW_SORT_STAND_IN);
		}
		array_push_back(&list->_data.list, &copy);
		if (IMAP_ARG_IS_EOL(keys))
			break;
	}
}

static const struct imap_arg *
sort_args_replace(pool_t pool, const struct imap_arg *args,
		  const struct imap_arg *keys)
{
	struct imap_arg *copy;
	unsigned int count = 1;

	while (!IMAP_ARG_IS_EOL(&args[count - 1]))
		count++;
	copy = p_new(pool, struct imap_arg, count);
	memcpy(copy, args, sizeof(*copy) * count);
	sort_keys_replace(pool, imap_arg_as_list(keys), &copy[keys - args]);
	return copy;
}

static enum imap_winnow_args_result
sort_hook(struct client_command_context *cmd, pool_t pool,
	  const struct imap_arg **args)
{
	struct imap_winnow_search_args found;
	const struct imap_arg *keys;

	(void)imap_winnow_search_args_find(cmd->name, *args, &found);
	if (found.sort_keys == NULL)
		return IMAP_WINNOW_ARGS_OK;
	keys = imap_arg_as_list(found.sort_keys);
	if (!sort_keys_have(keys, WINNOW_KEY_NAME) ||
	    !imap_winnow_client_offers(cmd->client, WINNOW_KEY_NAME))
		return IMAP_WINNOW_ARGS_OK;
	for (unsigned int i = 0; stand_in_names[i] != NULL; i++) {
		if (!sort_keys_have(keys, stand_in_names[i]))
			continue;
		client_send_command_error(cmd, t_strdup_printf(
			"Sorting by "WINNOW_KEY_NAME" and %s together is not "
			"possible", stand_in_names[i]));
		return IMAP_WINNOW_ARGS_ANSWERED;
	}
	*args = sort_args_replace(pool, *args, found.sort_keys);
	winnow_sort_expect(TRUE);
	return IMAP_WINNOW_ARGS_OK;
}

static void
sort_command_pre(struct client_command_context *cmd ATTR_UNUSED)
{
}

/* The search has begun by now, or the command has failed. */
static void
sort_command_post(struct client_command_context *cmd ATTR_UNUSED)
{
	winnow_sort_expect(FALSE);
}

void imap_winnow_sort_init(void)
{
	command_hook_register(sort_command_pre, sort_command_post);
	imap_winnow_args_hook("SORT", sort_hook);
	imap_winnow_args_hook("UID SORT", sort_hook);
}

void imap_winnow_sort_deinit(void)
{
	command_hook_unregister(sort_command_pre, sort_command_post);
}
