#ifndef IMAP_WINNOW_ESEARCH_PROGRAM_H
#define IMAP_WINNOW_ESEARCH_PROGRAM_H

#include "seq-range-array.h"

struct imap_arg;
struct mailbox;
struct mail_search_args;
struct client_command_context;
struct winnow_clean_report;

/* The search program of an ESEARCH. It is read once, and made ready for each
   mailbox anew: its sets and keywords mean others there. */

struct imap_winnow_esearch_program {
	/* for no mailbox in particular */
	struct mail_search_args *args;
	/* It has message numbers, MODSEQ, "$". */
	bool have_seqsets, have_modseqs, have_saved;
	/* Spam is left out, see imap-winnow-clean.h; NULL: it is not. */
	struct winnow_clean_report *clean;
};

/* Reads search-program (RFC 7377 section 4) from the arguments that begin at
   args; options are those of RETURN, or NULL. Returns -1 if the command has
   been answered. The pool must live as long as the program. */
int imap_winnow_esearch_program_init(
	struct imap_winnow_esearch_program *program_r,
	struct client_command_context *cmd, pool_t pool,
	const struct imap_arg *options, const struct imap_arg *args);
void imap_winnow_esearch_program_deinit(
	struct imap_winnow_esearch_program *program);

/* Returns the arguments for a mailbox that is open; to be given back with
   mail_search_args_deinit() and mail_search_args_unref(). saved_uids is what
   "$" stands for. */
struct mail_search_args *
imap_winnow_esearch_program_for(
	const struct imap_winnow_esearch_program *program, struct mailbox *box,
	const ARRAY_TYPE(seq_range) *saved_uids);
/* The same without TEXT and BODY, which must not be negated: arguments that at
   least all messages match that match the program. Not with "$". */
struct mail_search_args *
imap_winnow_esearch_program_without_words(
	const struct imap_winnow_esearch_program *program, struct mailbox *box);
/* The same for these messages alone. Not with "$". */
struct mail_search_args *
imap_winnow_esearch_program_within(
	const struct imap_winnow_esearch_program *program, struct mailbox *box,
	const ARRAY_TYPE(seq_range) *uids);

#endif
