#ifndef WINNOW_POLICY_H
#define WINNOW_POLICY_H

#include <stddef.h>
#include <stdint.h>

#include "winnow-address.h"
#include "winnow-source.h"
#include "winnow-verdict.h"

/* Whom to believe: the sources an administrator listed, in order, what
   decides between several headers, and the sources defined beside the
   built-in ones. Built once per user, const from then on, and shared by any
   number of scans. Fixed size, no allocation. It points into itself: never
   copy or move it once winnow_policy_init() was called.

   Build it in this order: init, define, set_threshold, add_sources,
   set_trusted_hosts, set_trusted_nets, set_sign_header, set_sign_keys,
   set_trust, set_crypto.

   Calls that can fail return 0 on success; -1 with a text in error_r that
   says what was wrong and what is allowed. After a failure the policy must not
   be used. */

#define WINNOW_POLICY_DEFINED_MAX 16
#define WINNOW_POLICY_FORMS_MAX 128
#define WINNOW_POLICY_NETS_MAX 64
#define WINNOW_POLICY_SIGN_KEYS_MAX 32
#define WINNOW_SIGN_KEY_ID_MAX 32
#define WINNOW_POLICY_BUCKETS 64 /* a power of two */

struct winnow_error {
	char text[1024]; /* NUL-terminated, one line, no full stop */
};

enum winnow_trust {
	WINNOW_TRUST_WORST = 0, /* of several occurrences the worst */
	WINNOW_TRUST_FIRST,	/* the topmost one, usable or not */
	WINNOW_TRUST_LAST,	/* the lowest one, usable or not */
	/* the worst of those above the Received field where the message came
	   in from elsewhere; see winnow-received.h */
	WINNOW_TRUST_ZONE,
	/* the worst of those that were signed with one of our keys; see
	   winnow-signed.h */
	WINNOW_TRUST_SIGNED
};

struct winnow_crypto;

/* Points into the text that was given to winnow_policy_set_sign_keys(). */
struct winnow_sign_key {
	const char *id, *secret;
	size_t id_size, secret_size;
	int64_t until; /* signs no more from then on; 0: it still does */
};

/* One source as an administrator writes it. All texts are NULL (not set) or
   must outlive the policy. Places are written as

     "first"                 the value begins with it
     "whole"                 it is the whole value
     "after TEXT, TEXT ..."  it follows the first of these that is found
     "count C"               (score only) as many as there are characters C,
                             and nothing else

   Lists of words are separated by commas; case does not matter. A word counts
   where a blank, punctuation or the end follows it. A number may be followed
   by a blank or one of ",;)/]%". */
struct winnow_source_definition {
	const char *header;    /* its name; one '*' stands for any text */
	const char *word;      /* where the word stands; default "first" */
	const char *spam;      /* words that say spam, suspect, ham */
	const char *suspect;
	const char *ham;
	const char *score;     /* where the number stands; default: nowhere */
	const char *limit;     /* where the header's own threshold stands */
	const char *threshold; /* decimal: a score of this much is spam */
	const char *maximum;   /* decimal: highest score; default: no limit */
};

/* A header form of a listed source; forms with the same bucket are chained. */
struct winnow_policy_form {
	const struct winnow_form *form;
	uint8_t source_idx; /* index in winnow_policy.sources */
	uint8_t next;	    /* index in forms; 255 ends the chain */
};

struct winnow_policy {
	const struct winnow_source *sources[WINNOW_SOURCES_MAX];
	unsigned int source_count;
	enum winnow_trust trust;

	/* WINNOW_TRUST_ZONE and, for queue ids, WINNOW_TRUST_SIGNED */
	const char *trusted_hosts;
	unsigned int trusted_net_count;

	/* WINNOW_TRUST_SIGNED only */
	const char *sign_header;
	unsigned int sign_key_count;
	const struct winnow_crypto *crypto;

	/* Millionths, by source id; 0 = not set. */
	int64_t thresholds[WINNOW_SOURCE_ADMIN_FIRST +
			   WINNOW_POLICY_DEFINED_MAX];

	unsigned int form_count;
	uint8_t buckets[WINNOW_POLICY_BUCKETS];
	uint8_t patterns;  /* chain of the forms with a '*' in their name */
	uint32_t initials; /* bit (c & 31): a header name begins with it */
	unsigned int defined_count;

	/* From here on only as many as are counted above. */
	struct winnow_policy_form forms[WINNOW_POLICY_FORMS_MAX];
	struct winnow_net trusted_nets[WINNOW_POLICY_NETS_MAX];
	struct winnow_sign_key sign_keys[WINNOW_POLICY_SIGN_KEYS_MAX];
	struct winnow_source defined[WINNOW_POLICY_DEFINED_MAX];
	struct winnow_form defined_forms[WINNOW_POLICY_DEFINED_MAX];
};

void winnow_policy_init(struct winnow_policy *policy);

/* Define a source under a new name, or set the threshold of a built-in one
   (then all other texts must be NULL). */
int winnow_policy_define(struct winnow_policy *policy, const char *name,
			 const struct winnow_source_definition *definition,
			 struct winnow_error *error_r);
/* Set the threshold that a score without one of its own is held against.
   milli: thousandths, 1..10,000,000. */
int winnow_policy_set_threshold(struct winnow_policy *policy, const char *name,
				int32_t milli, struct winnow_error *error_r);
/* Append one source, or a list separated by blanks, to those that are read. */
int winnow_policy_add_source(struct winnow_policy *policy, const char *name,
			     struct winnow_error *error_r);
int winnow_policy_add_sources(struct winnow_policy *policy, const char *names,
			      struct winnow_error *error_r);
/* The names under which our own servers add Received fields, separated by
   commas or blanks. The text must outlive the policy. */
int winnow_policy_set_trusted_hosts(struct winnow_policy *policy,
				    const char *hosts,
				    struct winnow_error *error_r);
/* The networks, IPv4 or IPv6, from which our own servers are talked to by each
   other; loopback always belongs to them. */
int winnow_policy_set_trusted_nets(struct winnow_policy *policy,
				   const char *nets,
				   struct winnow_error *error_r);
/* The name of the header that carries signed verdicts. */
int winnow_policy_set_sign_header(struct winnow_policy *policy,
				  const char *header,
				  struct winnow_error *error_r);
/* The keys that signed verdicts may be signed with, one a line: a name, a
   secret and, once it signs no more, the day since when: "k1 0123... 2026-11-30".
   Empty lines and those that begin with '#' say nothing. The text must outlive
   the policy; nothing of it is ever told in an error. */
int winnow_policy_set_sign_keys(struct winnow_policy *policy, const char *keys,
				struct winnow_error *error_r);
/* name: "worst", "first", "last"; "zone", which needs trusted hosts; "signed",
   which needs keys and exactly one listed source, the one that signs. */
int winnow_policy_set_trust(struct winnow_policy *policy, const char *name,
			    struct winnow_error *error_r);

/* Without it nothing that is signed is believed. Must outlive the policy. */
void winnow_policy_set_crypto(struct winnow_policy *policy,
			      const struct winnow_crypto *crypto);

/* Returns the name of a built-in or defined source; NULL for another id.
   policy may be NULL: then only built-in ids have names. */
const char *winnow_source_name(const struct winnow_policy *policy, uint8_t id);
/* Returns the id of a source by its name, case-insensitive, whether it is
   listed or not; WINNOW_SOURCE_NONE if there is none. */
uint8_t winnow_source_find(const struct winnow_policy *policy,
			   const char *name);

/* A hash of everything that shapes a verdict: the listed sources in order,
   thresholds, definitions, trust, signing keys, and the version of the
   parsers. Equal policies have equal hashes on every machine. Secrets take
   part only once winnow_policy_set_crypto() was called. */
uint64_t winnow_policy_fingerprint(const struct winnow_policy *policy);

#endif
