#include "imap-common.h"
#include "ioloop.h"
#include "imap-commands.h"
#include "imap-winnow-esearch-queue.h"

/* Has the command called again once the older one is over, as Dovecot's
   client_handle_search_save_ambiguity() does. Dovecot looks for itself whether
   there is still something to wait for, and without end if it sees nothing: so
   it has to see a "$" that the older one writes and the command reads. */
static void
esearch_wait(struct client_command_context *cmd,
	     struct client_command_context *old)
{
	old->search_save_result = TRUE;
	cmd->search_save_result_used = TRUE;
	cmd->client->input_lock = cmd;
	cmd->state = CLIENT_COMMAND_STATE_WAIT_UNAMBIGUITY;
	io_remove(&cmd->client->io);
}

static bool command_searches(const struct client_command_context *cmd)
{
	static const char *const names[] = {
		"SEARCH", "UID SEARCH", "ESEARCH", NULL
	};

	return cmd->name != NULL && str_array_icase_find(names, cmd->name);
}

/* "$" can be what SORT has saved, too. */
static bool command_comes_first(const struct client_command_context *old,
				bool uses_saved)
{
	if (old->state > CLIENT_COMMAND_STATE_WAIT_UNAMBIGUITY)
		return FALSE;
	return old->search_save_result ||
		(command_searches(old) &&
		 (uses_saved || old->search_save_result_used));
}

bool imap_winnow_esearch_waits_for_saved(struct client_command_context *cmd,
					 bool uses_saved)
{
	struct client_command_context *old;

	cmd->search_save_result_used = uses_saved;
	/* the queue begins with the latest one */
	for (old = cmd->next; old != NULL; old = old->next) {
		if (command_comes_first(old, uses_saved)) {
			esearch_wait(cmd, old);
			return TRUE;
		}
	}
	return FALSE;
}

bool imap_winnow_esearch_waits_for_numbers(struct client_command_context *cmd)
{
	struct client_command_context *old;

	for (old = cmd->next; old != NULL; old = old->next) {
		if (old->state <= CLIENT_COMMAND_STATE_WAIT_UNAMBIGUITY &&
		    !old->tagline_sent &&
		    (old->cmd_flags & COMMAND_FLAG_BREAKS_SEQS) != 0) {
			esearch_wait(cmd, old);
			return TRUE;
		}
	}
	return FALSE;
}
