#ifndef WINNOW_SETTINGS_H
#define WINNOW_SETTINGS_H

#include "winnow-policy.h"
#include "winnow-settings-filter.h"

struct mail_user;

/* One winnow_source. Texts that are not set are "". */
struct winnow_source_settings {
	pool_t pool;

	const char *name;
	struct winnow_source_definition definition;
};
ARRAY_DEFINE_TYPE(winnow_source_settings,
		  const struct winnow_source_settings *);

/* What winnow_* settings say for one user; ../../conf.d documents them. The
   strings live as long as the struct, and the struct as long as its owner
   holds it. */
struct winnow_settings {
	pool_t pool;

	bool enable;
	/* Ordered names of sources, separated by spaces; "" if not set */
	const char *scanner;
	/* Names of the winnow_source blocks, where the series declares them */
	ARRAY_TYPE(const_string) source;
	/* The same of the winnow_filter blocks */
	ARRAY_TYPE(const_string) filter;
	const char *trust;
	/* As winnow_policy_set_trusted_hosts() and _nets() take them */
	const char *trusted_hosts;
	const char *trusted_nets;
	/* As winnow_policy_set_sign_header() and _keys() take them; the keys
	   are secret */
	const char *sign_header;
	const char *sign_keys;
	bool move_teaches;
	/* 1..100 on the scale of levels */
	unsigned int threshold;
	/* "plain" or "clean" */
	const char *search;
	/* RFC 2971 names, separated by spaces, of clients whose searches leave
	   no spam out */
	const char *client_bypass;
	/* Whether spam alone is announced to an idling client: "all" or
	   "quiet" */
	const char *idle;
	/* How long it waits at most, in seconds */
	unsigned int idle_max;
	/* Whether sessions whose IDLE is quiet may be hibernated, which makes
	   them announce everything */
	bool idle_hibernate;
	/* Users may change threshold, search and idle themselves */
	bool user_settings;
	/* Names of the capabilities that are offered */
	const char *capability;

	/* What the winnow_source blocks say, in the order of their ids */
	ARRAY_TYPE(winnow_source_settings) sources;
	/* What the winnow_filter blocks say */
	ARRAY_TYPE(winnow_filter_settings) filters;
};

extern const struct winnow_settings winnow_default_settings;

/* Reads the user's settings. Returns 0 and the settings, or -1 and what is
   wrong with which setting and what is allowed. One file per Dovecot series
   implements it. */
int winnow_settings_get(struct mail_user *user,
			const struct winnow_settings **set_r,
			const char **error_r);
void winnow_settings_free(const struct winnow_settings **set);

/* Returns FALSE and the error if a value is not allowed whatever the other
   settings say. What takes several of them together to judge is in
   winnow_settings_get_policy(). */
bool winnow_settings_check(const struct winnow_settings *set,
			   const char **error_r);

/* Fills the policy that the settings describe; set must outlive it. Returns
   as winnow_settings_check(). */
bool winnow_settings_get_policy(const struct winnow_settings *set,
				struct winnow_policy *policy_r,
				const char **error_r);

/* Whether winnow_settings_get_policy() gives equal policies for both. */
bool winnow_settings_have_same_policy(const struct winnow_settings *set1,
				      const struct winnow_settings *set2);

/* Whether winnow_capability lists the name (case-insensitive). */
bool winnow_settings_offers(const struct winnow_settings *set,
			    const char *capability);

#endif
