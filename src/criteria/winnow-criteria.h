#ifndef WINNOW_CRITERIA_H
#define WINNOW_CRITERIA_H

struct imap_arg;

/* The grammar of search programs ("search-criteria" of RFC 5466, section 4):
   where a search key begins, and what belongs to it. It knows Dovecot's keys,
   those of Dovecot's own extensions, and winnow's. It reads arguments one by
   one, in one list of them; whoever meets a list of search keys reads it with
   a reader of its own. */

/* The key that stands for a named filter */
#define WINNOW_CRITERIA_FILTER_KEY "FILTER"
/* Lists within lists; deeper ones are refused. */
#define WINNOW_CRITERIA_DEPTH_MAX 100
/* Scopes within scopes whose keys are incomplete, as in OR NOT OR NOT OR */
#define WINNOW_CRITERIA_PENDING_MAX 50

/* What one argument of a program is. */
enum winnow_criteria_place {
	/* A search key, with or without parameters: SEEN, FROM, NOT, 1:*, $ */
	WINNOW_CRITERIA_KEY,
	/* A list of search keys */
	WINNOW_CRITERIA_LIST,
	/* The key FILTER, whose name comes next */
	WINNOW_CRITERIA_FILTER,
	/* The name of a filter, which is a valid one */
	WINNOW_CRITERIA_FILTER_NAME,
	/* What belongs to the search key before it */
	WINNOW_CRITERIA_PARAM
};

/* What a search key is part of. */
struct winnow_criteria_scope {
	/* of an odd number of NOTs */
	bool negated;
	/* of INTHREAD: it says what the thread has, not the message */
	bool in_thread;
};

/* Search keys that others before them, as NOT and OR, still need. */
struct winnow_criteria_pending {
	struct winnow_criteria_scope scope;
	unsigned int count;
};

/* Where in a program its reader is. */
struct winnow_criteria_reader {
	/* Of the search key, or the list, that was read last */
	struct winnow_criteria_scope scope;
	/* That key */
	const char *key;
	/* What it still has to have, a letter for each; NULL if nothing */
	const char *params;
	/* The scope of what nothing waits for, and the list's depth */
	struct winnow_criteria_scope list_scope;
	unsigned int depth;
	/* The next key belongs to the last of these. */
	struct winnow_criteria_pending pending[WINNOW_CRITERIA_PENDING_MAX];
	unsigned int pending_count;
	/* The same within MIMEPART, whose keys are others */
	unsigned int mime_keys_wanted;
	bool any;
};

/* Begins a program, or the list of search keys that the other reader has just
   met. */
void winnow_criteria_begin(struct winnow_criteria_reader *reader,
			   const struct winnow_criteria_reader *outer);
/* Reads the next argument, which isn't IMAP_ARG_EOL. Returns 0, or -1 and why
   no program has that argument there. */
int winnow_criteria_next(struct winnow_criteria_reader *reader,
			 const struct imap_arg *arg,
			 enum winnow_criteria_place *place_r,
			 const char **error_r);
/* Returns 0 if the program, or the list, may end here, or -1 and what is
   missing. */
int winnow_criteria_end(const struct winnow_criteria_reader *reader,
			const char **error_r);

/* Reads a whole program, which ends with IMAP_ARG_EOL, with all of its lists.
   Returns 0, or -1 and why it is none; and whether a key FILTER was met in it,
   or before it went wrong. */
int winnow_criteria_check(const struct imap_arg *args, bool *filters_r,
			  const char **error_r);

/* filter-name of RFC 5466: ATOM-CHARs except "/"; at most
   WINNOW_CRITERIA_FILTER_NAME_MAX bytes. */
#define WINNOW_CRITERIA_FILTER_NAME_MAX 100
bool winnow_criteria_filter_name_is_valid(const char *name);

/* For an error message: bytes that others chose, which must not end its line. */
const char *winnow_criteria_quote(const char *str);

#endif
