#include "imap-common.h"
#include "imap-commands.h"
#include "imap-feature.h"
#include "winnow-compat.h"
#include "winnow-key.h"
#include "imap-winnow-args.h"
#include "imap-winnow-client.h"
#include "imap-winnow-enable.h"
#include "imap-winnow-weak.h"

static unsigned int winnow_feature;

static winnow_enable_result_t
enable_accept(struct client *client ATTR_UNUSED)
{
	return WINNOW_ENABLE_ACCEPTED;
}

/* Dovecot knows the capability for all users of the process as soon as one
   of them has it: for the others it is left out. */
static enum imap_winnow_args_result
enable_hide_from_others(struct client_command_context *cmd, pool_t pool,
			const struct imap_arg **args)
{
	const struct imap_arg *arg = *args;
	ARRAY_TYPE(imap_arg_list) others;

	if (imap_winnow_client_offers(cmd->client, WINNOW_KEY_NAME))
		return IMAP_WINNOW_ARGS_OK;
	p_array_init(&others, pool, 8);
	for (; !IMAP_ARG_IS_EOL(arg); arg++) {
		if (!imap_arg_atom_equals(arg, WINNOW_KEY_NAME))
			array_push_back(&others, arg);
	}
	array_push_back(&others, arg);
	*args = array_front(&others);
	return IMAP_WINNOW_ARGS_OK;
}

bool imap_winnow_client_is_aware(struct client *client)
{
	return client_has_enabled(client, winnow_feature);
}

void imap_winnow_client_set_aware(struct client *client)
{
	(void)client_enable(client, winnow_feature);
}

void imap_winnow_enable_init(void)
{
	winnow_feature = imap_feature_register(WINNOW_KEY_NAME, 0,
					       enable_accept);
	imap_winnow_args_hook("ENABLE", enable_hide_from_others);
}
