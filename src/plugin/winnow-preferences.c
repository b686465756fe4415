#include "lib.h"
#include "ioloop.h"
#include "mail-storage-private.h"
#include "mailbox-attribute.h"
#include "winnow-compat-attribute.h"
#include "winnow-settings.h"
#include "winnow-user.h"
#include "winnow-attribute.h"
#include "winnow-key.h"
#include "winnow-preferences-attribute.h"
#include "winnow-preferences.h"

static bool
parse_search(const char *value, struct winnow_preferences *preferences)
{
	preferences->clean_search = strcmp(value, "clean") == 0;
	return preferences->clean_search || strcmp(value, "plain") == 0;
}

static bool
parse_idle(const char *value, struct winnow_preferences *preferences)
{
	preferences->quiet_idle = strcmp(value, "quiet") == 0;
	return preferences->quiet_idle || strcmp(value, "all") == 0;
}

static bool
parse_threshold(const char *value, struct winnow_preferences *preferences)
{
	return *value != '0' &&
		str_to_uint(value, &preferences->threshold) == 0 &&
		preferences->threshold <= 100;
}

static const struct preference {
	const char *name;
	bool (*parse)(const char *value,
		      struct winnow_preferences *preferences);
	const char *allowed;
} preferences_known[] = {
	{ "search", parse_search, "plain and clean" },
	{ "idle", parse_idle, "all and quiet" },
	{ "threshold", parse_threshold, "1..100" },
};

static const struct preference *preference_find(const char *name)
{
	for (unsigned int i = 0; i < N_ELEMENTS(preferences_known); i++) {
		if (strcmp(preferences_known[i].name, name) == 0)
			return &preferences_known[i];
	}
	return NULL;
}

bool winnow_preferences_check(const char *name, const char *value,
			      const char **error_r)
{
	const struct preference *preference = preference_find(name);
	struct winnow_preferences unused;

	if (preference == NULL) {
		*error_r = t_strdup_printf(
			"There is no preference '%s', there are: "
			WINNOW_PREFERENCE_NAMES, name);
	} else if (!preference->parse(value, &unused)) {
		*error_r = t_strdup_printf(
			"Invalid value for %s, allowed: %s", name,
			preference->allowed);
	} else {
		return TRUE;
	}
	return FALSE;
}

static void preferences_set_defaults(const struct winnow_settings *set,
				     struct winnow_preferences *values_r)
{
	i_zero(values_r);
	(void)parse_search(set->search, values_r);
	(void)parse_idle(set->idle, values_r);
	values_r->threshold = set->threshold;
}

/* Values may have got there without us; such a one is as if it were not. */
static void
preference_take(struct winnow_user *wuser, const struct preference *preference,
		const char *value, struct winnow_preferences *values)
{
	struct winnow_preferences changed = *values;

	if (preference->parse(value, &changed))
		*values = changed;
	else if (!wuser->preferences.warned) {
		wuser->preferences.warned = TRUE;
		e_warning(wuser->user->event, "winnow: The user's preference "
			  "%s has a value that is not allowed, using the "
			  "setting instead; allowed: %s",
			  preference->name, preference->allowed);
	}
}

/* Returns -1 if any of them can't be read. */
static int
preferences_read_from(struct winnow_user *wuser, struct mailbox *box,
		      struct winnow_preferences *values)
{
	struct mail_attribute_value value;
	const char *key;
	int ret;

	for (unsigned int i = 0; i < N_ELEMENTS(preferences_known); i++) {
		key = t_strconcat(WINNOW_PREFERENCE_KEY_PREFIX,
				  preferences_known[i].name, NULL);
		ret = mailbox_attribute_get(box, MAIL_ATTRIBUTE_TYPE_PRIVATE,
					    key, &value);
		if (ret < 0)
			return -1;
		if (ret > 0 && value.value != NULL) {
			preference_take(wuser, &preferences_known[i],
					value.value, values);
		}
	}
	return 0;
}

/* Dovecot has logged what is wrong with its dict. */
static int preferences_read(struct winnow_user *wuser,
			    struct winnow_preferences *values)
{
	struct mailbox *box = winnow_attributes_open(wuser);
	int ret;

	T_BEGIN {
		ret = preferences_read_from(wuser, box, values);
	} T_END;
	winnow_attributes_close(&box);
	return ret;
}

static bool preferences_are_stored(const struct winnow_user *wuser)
{
	return wuser->set->user_settings &&
		winnow_attribute_dict_is_enabled(wuser->user);
}

static void preferences_refresh(struct winnow_user *wuser)
{
	struct winnow_preferences_cache *cache = &wuser->preferences;
	struct winnow_preferences values;

	preferences_set_defaults(wuser->set, &values);
	cache->reading = TRUE;
	if (preferences_are_stored(wuser) &&
	    preferences_read(wuser, &values) < 0 && cache->values.threshold > 0)
		values = cache->values;
	cache->reading = FALSE;

	/* what Dovecot remembers of searches does not hold any more */
	if (cache->values.threshold != values.threshold)
		winnow_key_renew();
	cache->values = values;
	cache->read_time = ioloop_time;
}

const struct winnow_preferences *
winnow_preferences_get(struct winnow_user *wuser)
{
	struct winnow_preferences_cache *cache = &wuser->preferences;

	if (wuser->user->namespaces == NULL || cache->reading) {
		/* too early, or opening the INBOX asks for them */
		if (cache->values.threshold == 0)
			preferences_set_defaults(wuser->set, &cache->values);
	} else if (cache->read_time == 0 || ioloop_time < cache->read_time ||
		   ioloop_time - cache->read_time >=
		   WINNOW_PREFERENCES_LIFETIME_SECS) {
		preferences_refresh(wuser);
	}
	return &cache->values;
}

void winnow_preferences_forget(struct winnow_user *wuser)
{
	wuser->preferences.read_time = 0;
}

void winnow_preferences_refuse(struct winnow_user *wuser, const char *reason)
{
	wuser->preferences.refusal = reason;
}
