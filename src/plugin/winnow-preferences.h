#ifndef WINNOW_PREFERENCES_H
#define WINNOW_PREFERENCES_H

struct winnow_user;

/* What users may decide for themselves: the server annotations below
   /private/vendor/vendor.winnow/, over what their settings say. Dovecot keeps
   them in its attribute dict, with the user's INBOX. */

#define WINNOW_PREFERENCE_NAMES "search, idle and threshold"

struct winnow_preferences {
	/* search = clean: text searches leave spam out */
	bool clean_search;
	/* idle = quiet: spam alone does not wake an idling client */
	bool quiet_idle;
	/* 1..100 on the scale of levels */
	unsigned int threshold;
};

/* Part of struct winnow_user. */
struct winnow_preferences_cache {
	struct winnow_preferences values;
	/* when values were read, 0: not yet or to be read again */
	time_t read_time;
	bool reading;
	/* a stored value was not understood, and that was logged */
	bool warned;
	/* Why they can't be set, for the client; NULL if they can */
	const char *refusal;
};

/* Returns what holds now. Others' changes are seen after
   WINNOW_PREFERENCES_LIFETIME_SECS at most, this session's at once. It may open
   the user's INBOX, so index records that are being scanned are invalid
   afterwards. The pointer lives as long as the user; the values change with
   later calls. */
#define WINNOW_PREFERENCES_LIFETIME_SECS 5
const struct winnow_preferences *
winnow_preferences_get(struct winnow_user *wuser);

/* Has the stored values read again the next time. */
void winnow_preferences_forget(struct winnow_user *wuser);

/* From now on the user's preferences can't be set; the reason is told to the
   client and must be permanent. */
void winnow_preferences_refuse(struct winnow_user *wuser, const char *reason);

/* Checks a value that is to be stored. Returns FALSE and what is allowed if it
   is none of the entry's values or there is no such entry. */
bool winnow_preferences_check(const char *name, const char *value,
			      const char **error_r);

#endif
