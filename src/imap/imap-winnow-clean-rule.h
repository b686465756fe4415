#ifndef IMAP_WINNOW_CLEAN_RULE_H
#define IMAP_WINNOW_CLEAN_RULE_H

struct imap_arg;

/* Which commands may be answered without spam: a search that a person typed,
   never one by which a client synchronises. What such a client does not find it
   takes for gone, and deletes its copy. Nothing here looks at mail or session;
   doc/transparent-search.md has the rule in words. */

/* The first half: whether the command is one that a person typed. Its search
   program, with all FILTERs expanded, looks for words, and for nothing that
   only programs ask for; what isn't understood counts as such. The options of
   RETURN ask for nothing that lives on after the command; NULL: there is no
   RETURN. */
bool imap_winnow_clean_command_allows(const struct imap_arg *options,
				      const struct imap_arg *args);

/* The second half: what the session and the mailbox say. */
struct imap_winnow_clean_facts {
	/* the user wants it: search = clean */
	bool wanted;
	/* The client knows winnow (ENABLE X-WINNOW), or is one that is left
	   alone (winnow_client_bypass). */
	bool aware;
	/* special-use \Junk, \Trash, \Drafts or \Sent */
	bool special_use;
	/* virtual, or on another server (imapc) */
	bool foreign;
};

bool imap_winnow_clean_facts_allow(const struct imap_winnow_clean_facts *facts);

/* Whether the name that a client gives itself (RFC 2971) is among names, which
   are separated by spaces and may have wildcards, `*` and `?`. */
bool imap_winnow_clean_bypasses(const char *names, const char *name);

#endif
