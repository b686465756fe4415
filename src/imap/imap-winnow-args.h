#ifndef IMAP_WINNOW_ARGS_H
#define IMAP_WINNOW_ARGS_H

struct imap_arg;
struct client_command_context;

/* The door to commands that Dovecot implements: what a client's command says
   may be rewritten before the command's own function reads it. The function
   sees the rewritten arguments as if the client had sent them, so all that it
   can do, it goes on doing. */

enum imap_winnow_args_result {
	/* Go on, with *args as it is now */
	IMAP_WINNOW_ARGS_OK,
	/* The command has been answered, the tagged line included */
	IMAP_WINNOW_ARGS_ANSWERED,
	/* The command waits for others in the queue, as Dovecot's functions do
	   when they return FALSE; the hook is called again. */
	IMAP_WINNOW_ARGS_WAIT
};

/* Sees the arguments of a command, which end with IMAP_ARG_EOL. May replace
   *args by others, which must live as long as the pool. Nothing that *args
   points to may be changed. */
typedef enum imap_winnow_args_result
imap_winnow_args_hook_t(struct client_command_context *cmd, pool_t pool,
			const struct imap_arg **args);

/* Has the hook called for the command with that name, e.g. "UID SEARCH", which
   must be permanent; does nothing if Dovecot has no such command. Hooks of one
   command are called in the order of their registration, each with what those
   before have left. A command that waits runs through all of them again. */
void imap_winnow_args_hook(const char *command, imap_winnow_args_hook_t *hook);
/* Gives all commands back to Dovecot. */
void imap_winnow_args_deinit(void);

#endif
