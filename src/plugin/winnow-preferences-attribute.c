#include "lib.h"
#include "array.h"
#include "istream.h"
#include "mail-storage-private.h"
#include "winnow-compat-attribute.h"
#include "winnow-settings.h"
#include "winnow-user.h"
#include "winnow-attribute.h"
#include "winnow-transaction.h"
#include "winnow-preferences-attribute.h"
#include "winnow-preferences.h"

/* Longer than any value that is allowed */
#define PREFERENCE_VALUE_MAX 15

static const char *site_scanner(const struct winnow_user *wuser)
{
	return wuser->set->scanner;
}

static const char *site_version(const struct winnow_user *wuser ATTR_UNUSED)
{
	return WINNOW_VERSION;
}

/* Read-only entries below /shared/vendor/vendor.winnow/ */
static const struct {
	const char *name;
	const char *(*get)(const struct winnow_user *wuser);
} site_entries[] = {
	{ "scanner", site_scanner },
	{ "version", site_version },
};

static const char *entry_name(const char *key)
{
	return key + strlen(WINNOW_PREFERENCE_KEY_PREFIX);
}

static int
preference_set_failed(struct mailbox_transaction_context *t, const char *error)
{
	return winnow_attribute_refuse(t, t_strconcat("X-WINNOW: ", error,
						      NULL));
}

/* A value that came as a literal; returns NULL if it is too long to be any. */
static const char *preference_read_literal(struct istream *input)
{
	const unsigned char *data;
	size_t size;

	i_stream_seek(input, 0);
	if (i_stream_read_bytes(input, &data, &size,
				PREFERENCE_VALUE_MAX + 1) > 0)
		return NULL;
	return memchr(data, '\0', size) != NULL ? NULL :
		t_strndup(data, size);
}

static const char *preference_refusal(const struct winnow_user *wuser)
{
	if (!wuser->set->user_settings) {
		return "The administrator does not let users change their "
			"preferences (winnow_user_settings = no)";
	}
	if (wuser->preferences.refusal != NULL)
		return wuser->preferences.refusal;
	if (!winnow_attribute_dict_is_enabled(wuser->user)) {
		return "Preferences can't be stored: the server has no dict "
			"for mailbox attributes";
	}
	return NULL;
}

static int
preference_check(struct mailbox_transaction_context *t, const char *name,
		 const struct mail_attribute_value *value)
{
	const char *str, *error;

	str = value->value_stream == NULL ? value->value :
		preference_read_literal(value->value_stream);
	/* one that can't be read fails as any that is not allowed; none at
	   all takes the entry away, even one that we do not know */
	if (str == NULL && value->value_stream == NULL)
		return 0;
	if (!winnow_preferences_check(name, str == NULL ? "" : str, &error))
		return preference_set_failed(t, error);
	return 0;
}

static int
preference_set(struct mailbox_transaction_context *t, const char *key,
	       const struct mail_attribute_value *value)
{
	struct winnow_user *wuser = winnow_user_get(t->box->storage->user);
	const char *refusal;

	/* dsync brings what another server has accepted, and must not fail */
	if (wuser == NULL || (t->flags & MAILBOX_TRANSACTION_FLAG_SYNC) != 0)
		return 0;
	refusal = preference_refusal(wuser);
	if (refusal != NULL)
		return preference_set_failed(t, refusal);
	if (preference_check(t, entry_name(key), value) < 0)
		return -1;
	winnow_transaction_sets_preferences(t);
	return 0;
}

static int
site_entry_get(struct mailbox *box, const char *key,
	       struct mail_attribute_value *value_r)
{
	struct winnow_user *wuser = winnow_user_get(box->storage->user);

	if (wuser == NULL)
		return 0;
	for (unsigned int i = 0; i < N_ELEMENTS(site_entries); i++) {
		if (strcmp(entry_name(key), site_entries[i].name) == 0) {
			value_r->value = site_entries[i].get(wuser);
			return 1;
		}
	}
	return 0;
}

static int
site_entry_set(struct mailbox_transaction_context *t, const char *key,
	       const struct mail_attribute_value *value ATTR_UNUSED)
{
	if ((t->flags & MAILBOX_TRANSACTION_FLAG_SYNC) != 0)
		return 0;
	return preference_set_failed(t, t_strdup_printf(
		"/shared/vendor/vendor.winnow/%s can't be changed by users",
		entry_name(key)));
}

static int
site_entry_iter(struct mailbox *box, const char *key_prefix, pool_t pool,
		ARRAY_TYPE(const_string) *keys)
{
	const char *name;

	if (winnow_user_get(box->storage->user) == NULL)
		return 0;
	for (unsigned int i = 0; i < N_ELEMENTS(site_entries); i++) {
		name = site_entries[i].name;
		if (*key_prefix != '\0' && strcmp(key_prefix, name) != 0)
			continue;
		name = *key_prefix != '\0' ? "" : p_strdup(pool, name);
		array_push_back(keys, &name);
	}
	return 0;
}

static const struct mailbox_attribute_internal winnow_attributes[] = {
	{
		.type = MAIL_ATTRIBUTE_TYPE_PRIVATE,
		.key = WINNOW_PREFERENCE_KEY_PREFIX,
		.rank = MAIL_ATTRIBUTE_INTERNAL_RANK_DEFAULT,
		/* so that without METADATA, too, the error is ours */
		.flags = MAIL_ATTRIBUTE_INTERNAL_FLAG_CHILDREN |
			MAIL_ATTRIBUTE_INTERNAL_FLAG_VALIDATED,
		.set = preference_set,
		.iter = winnow_attribute_iter_stored,
	},
	{
		.type = MAIL_ATTRIBUTE_TYPE_SHARED,
		.key = WINNOW_PREFERENCE_KEY_PREFIX,
		.rank = MAIL_ATTRIBUTE_INTERNAL_RANK_AUTHORITY,
		.flags = MAIL_ATTRIBUTE_INTERNAL_FLAG_CHILDREN |
			MAIL_ATTRIBUTE_INTERNAL_FLAG_VALIDATED,
		.get = site_entry_get,
		.set = site_entry_set,
		.iter = site_entry_iter,
	},
};

void winnow_preference_attributes_init(void)
{
	mailbox_attribute_register_internals(winnow_attributes,
		N_ELEMENTS(winnow_attributes));
}

void winnow_preference_attributes_deinit(void)
{
	mailbox_attribute_unregister_internals(winnow_attributes,
		N_ELEMENTS(winnow_attributes));
}
