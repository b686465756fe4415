#ifndef WINNOW_SEARCH_KEYS_H
#define WINNOW_SEARCH_KEYS_H

#include "winnow-class.h"

struct mail;
struct mail_search_arg;
struct mailbox_transaction_context;
struct winnow_mailbox;

/* Winnow's tests among the arguments of a running search: where they stand, and
   what the answer to each is for a message. */
struct winnow_search_keys {
	ARRAY(struct winnow_search_key) keys;
	/* in which they were found */
	const struct mail_search_arg *args;
	/* The mailbox whose messages are asked, and what decides there; NULL
	   as long as there is none */
	struct winnow_mailbox *wbox;
	struct winnow_classifier classifier;
	/* messages whose header had to be read */
	unsigned int judged;
};

void winnow_search_keys_init(struct winnow_search_keys *keys_r, pool_t pool);
/* Full text search replaces all arguments by others when it knows its words:
   to be called with those of the moment before anything is answered. */
void winnow_search_keys_update(struct winnow_search_keys *keys,
			       struct mail_search_arg *args);
void winnow_search_keys_set_mailbox(struct winnow_search_keys *keys,
				    struct winnow_mailbox *wbox);

/* Sets the results of the arguments as far as the index knows them and as they
   are asked for. */
void winnow_search_keys_answer(struct winnow_search_keys *keys,
			       struct mailbox_transaction_context *t,
			       uint32_t seq);
/* The same, of all of them: reads the header if need be. Returns FALSE if the
   message is gone. The mail is a real one of the mailbox that was set. */
bool winnow_search_keys_answer_mail(struct winnow_search_keys *keys,
				    struct mail *mail);

/* Forgets the results of arguments that are, or hold, tests of winnow's. */
void winnow_search_keys_reopen(struct mail_search_arg *args);

#endif
