#ifndef WINNOW_USER_H
#define WINNOW_USER_H

#include "winnow-shared-policy.h"
#include "winnow-preferences.h"

struct mail_user;
struct mail_namespace;
struct winnow_settings;

/* One user of this process for whom winnow is on. Lives as long as the
   mail_user. */
struct winnow_user {
	struct mail_user *user;
	const struct winnow_settings *set;
	const struct winnow_shared_policy *shared;
	/* of the shared one */
	const struct winnow_policy *policy;
	/* of the policy; records shaped by another one have another */
	uint64_t fingerprint;
	/* When the settings were read, microseconds since 1970 */
	uint64_t settings_usecs;
	/* An administrator asked for records also in public namespaces */
	bool write_public;
	struct winnow_preferences_cache preferences;
	/* The dict can't list the user's filters, and that was logged */
	bool filters_uncountable;
};

/* Reads the settings of a new user. Bad settings are logged once and leave
   winnow off for the user. */
void winnow_user_created(struct mail_user *user);

/* Returns NULL if winnow is off for the user, or not loaded for them. */
struct winnow_user *winnow_user_get(struct mail_user *user);

/* Microseconds since 1970, as they stand in index headers. */
uint64_t winnow_user_now_usecs(void);

/* Whether the namespace is the user's own private one, where the user's
   settings decide what records say. */
bool winnow_user_owns(const struct winnow_user *wuser,
		      const struct mail_namespace *ns);

#endif
