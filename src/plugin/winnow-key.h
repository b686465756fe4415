#ifndef WINNOW_KEY_H
#define WINNOW_KEY_H

#include "winnow-verdict.h"
#include "winnow-class.h"

struct mail_search_arg;
struct mail_search_build_context;

/* The search key X-WINNOW. Dovecot's searches can't carry an argument of a new
   type, so a test travels through them as a GUID that no message can have,
   and winnow-search answers it before Dovecot compares any GUID. */

#define WINNOW_KEY_NAME "X-WINNOW"

enum winnow_key_type {
	WINNOW_KEY_CLASS,
	WINNOW_KEY_BY,
	WINNOW_KEY_LEVEL,
	WINNOW_KEY_KIND
};

struct winnow_key {
	enum winnow_key_type type;
	enum winnow_class class;
	/* a name as the client gave it; lives as long as the search argument */
	const char *by;
	int level;
	enum winnow_kind kind;
};

/* Makes the key known to every search parser of the process. May be called
   again: doveadm parses queries before plugins are initialised. */
void winnow_key_register(void);

/* Decides whether the key exists for whoever is searching; NULL: always. */
typedef bool winnow_key_gate_t(void);
void winnow_key_set_gate(winnow_key_gate_t *gate);

/* Keys that are built from now on differ from all before: what Dovecot has
   cached of earlier searches must not answer them. */
void winnow_key_renew(void);

/* Returns TRUE and the key if the argument is one of winnow's. */
bool winnow_key_from_arg(const struct mail_search_arg *arg,
			 struct winnow_key *key_r);

/* Whether one of winnow's arguments stands anywhere in the list. */
bool winnow_key_in_args(const struct mail_search_arg *args);

/* Whether the key asks for the class, which keywords and the mailbox may
   decide, or for the record alone. */
bool winnow_key_asks_class(const struct winnow_key *key);

bool winnow_key_match_class(const struct winnow_key *key,
			    const struct winnow_class_result *result,
			    const char *source_name);
bool winnow_key_match_verdict(const struct winnow_key *key,
			      const struct winnow_verdict *verdict);

#endif
