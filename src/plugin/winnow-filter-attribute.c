#include "lib.h"
#include "array.h"
#include "istream.h"
#include "str.h"
#include "unichar.h"
#include "mail-storage-private.h"
#include "winnow-criteria.h"
#include "winnow-criteria-text.h"
#include "winnow-settings.h"
#include "winnow-user.h"
#include "winnow-mailbox.h"
#include "winnow-transaction.h"
#include "winnow-attribute.h"
#include "winnow-filter-key.h"
#include "winnow-filter-attribute.h"
#include "winnow-filter-site.h"

/* Entries are /private/filters/values/<name> and so on. */
struct filter_kind {
	/* of its keys, up to the name */
	const char *prefix;
	size_t value_max;
	/* Returns FALSE and why a value isn't allowed. */
	bool (*check)(const char *value, const char **error_r);
	const char *(*get)(const struct winnow_filter_settings *filter);
};

static bool filter_value_check(const char *value, const char **error_r)
{
	const struct imap_arg *program;
	pool_t pool = pool_alloconly_create("winnow filter", 1024);
	int ret;

	ret = winnow_filter_parse(pool, value, &program, error_r);
	pool_unref(&pool);
	return ret == 0;
}

static bool filter_description_check(const char *value, const char **error_r)
{
	if (uni_utf8_str_is_valid(value))
		return TRUE;
	*error_r = "The text is not UTF-8";
	return FALSE;
}

static const char *
filter_get_search(const struct winnow_filter_settings *filter)
{
	return filter->search;
}

static const char *
filter_get_description(const struct winnow_filter_settings *filter)
{
	return *filter->description == '\0' ? NULL : filter->description;
}

static const struct filter_kind filter_kinds[] = {
	{
		.prefix = WINNOW_FILTER_VALUES,
		.value_max = WINNOW_CRITERIA_TEXT_MAX,
		.check = filter_value_check,
		.get = filter_get_search,
	},
	{
		.prefix = WINNOW_FILTER_DESCRIPTIONS,
		.value_max = WINNOW_FILTER_DESCRIPTION_MAX,
		.check = filter_description_check,
		.get = filter_get_description,
	},
};

/* Returns what follows the prefix of the kind. */
static const char *
filter_kind_find(const char *key, const struct filter_kind **kind_r)
{
	size_t len;

	for (unsigned int i = 0; i < N_ELEMENTS(filter_kinds); i++) {
		*kind_r = &filter_kinds[i];
		len = strlen(filter_kinds[i].prefix);
		if (strncmp(key, filter_kinds[i].prefix, len) == 0)
			return key + len;
	}
	i_unreached();
}

/* Returns NULL if named filters are none of our business for this user. */
static struct winnow_user *filter_user(struct mailbox *box)
{
	struct winnow_user *wuser = winnow_user_get(box->storage->user);

	return wuser != NULL && winnow_settings_offers(wuser->set, "FILTERS") ?
		wuser : NULL;
}

/* A value may come as a literal. Returns NULL if it can't be any, after
   winnow_attribute_refuse(). */
static const char *
filter_read_value(struct mailbox_transaction_context *t, size_t max,
		  const struct mail_attribute_value *value)
{
	string_t *str = t_str_new(256);
	const unsigned char *data;
	size_t size;

	if (value->value_stream == NULL)
		str_append(str, value->value);
	else {
		i_stream_seek(value->value_stream, 0);
		while (str_len(str) <= max &&
		       i_stream_read_more(value->value_stream, &data,
					  &size) > 0) {
			str_append_data(str, data, size);
			i_stream_skip(value->value_stream, size);
		}
	}
	if (str_len(str) > max) {
		(void)winnow_attribute_refuse(t, t_strdup_printf(
			"[METADATA MAXSIZE %zu] The value is too long", max));
	} else if (memchr(str_data(str), '\0', str_len(str)) != NULL) {
		(void)winnow_attribute_refuse(t, "The value has NULs");
	} else {
		return str_c(str);
	}
	return NULL;
}

/* Returns -1 if the dict can't list what it has, which Dovecot has logged. */
static int filters_count(struct mailbox *box, const char *prefix)
{
	struct mailbox_attribute_iter *iter;
	int count = 0;

	iter = mailbox_attribute_iter_init(box, MAIL_ATTRIBUTE_TYPE_PRIVATE,
					   prefix);
	while (mailbox_attribute_iter_next(iter) != NULL)
		count++;
	return mailbox_attribute_iter_deinit(&iter) < 0 ? -1 : count;
}

/* Whether one more may be stored. Where they can't be counted, the dict itself
   is the limit. */
static bool
filter_fits(struct mailbox_transaction_context *t, struct winnow_user *wuser,
	    const struct filter_kind *kind, const char *key)
{
	struct mail_attribute_value value;
	unsigned int others = 0;
	int count;

	if (wuser->filters_uncountable ||
	    mailbox_attribute_get(t->box, MAIL_ATTRIBUTE_TYPE_PRIVATE, key,
				  &value) > 0)
		return TRUE;
	mail_storage_last_error_push(t->box->storage);
	count = filters_count(t->box, kind->prefix);
	mail_storage_last_error_pop(t->box->storage);
	if (count < 0) {
		wuser->filters_uncountable = TRUE;
		return TRUE;
	}
	/* the dict does not show yet what the same command has set */
	if (winnow_mailbox_get(t->box) != NULL)
		others = winnow_transaction_get(t)->new_filters++;
	return (unsigned int)count + others < WINNOW_FILTERS_MAX;
}

static int
filter_set(struct mailbox_transaction_context *t, const char *key,
	   const struct mail_attribute_value *value)
{
	struct winnow_user *wuser = filter_user(t->box);
	const struct filter_kind *kind;
	const char *name = filter_kind_find(key, &kind), *str, *error;

	/* Dsync brings what another server has accepted, and must not fail.
	   Anything may be taken away. */
	if (wuser == NULL || (t->flags & MAILBOX_TRANSACTION_FLAG_SYNC) != 0 ||
	    (value->value == NULL && value->value_stream == NULL))
		return 0;
	/* RFC 5466, section 5 */
	if (wuser->user->anonymous) {
		return winnow_attribute_refuse(t, "Anonymous users have no "
					       "filters");
	}
	if (!winnow_criteria_filter_name_is_valid(name)) {
		return winnow_attribute_refuse(t, t_strdup_printf(
			"Invalid name of a filter: %s",
			winnow_criteria_quote(name)));
	}
	str = filter_read_value(t, kind->value_max, value);
	if (str == NULL)
		return -1;
	if (!kind->check(str, &error)) {
		return winnow_attribute_refuse(t, t_strdup_printf(
			"Filter %s: %s", name, error));
	}
	if (!filter_fits(t, wuser, kind, key)) {
		return winnow_attribute_refuse(t, "[METADATA TOOMANY] "
					       "There are too many filters");
	}
	return 0;
}

static const char *site_get(struct mailbox *box, const char *key)
{
	struct winnow_user *wuser = filter_user(box);
	const struct winnow_filter_settings *filter;
	const struct filter_kind *kind;
	const char *name = filter_kind_find(key, &kind);

	if (wuser == NULL ||
	    (filter = winnow_filter_site_find(wuser, name)) == NULL)
		return NULL;
	return kind->get(filter);
}

static int
filter_site_get(struct mailbox *box, const char *key,
		struct mail_attribute_value *value_r)
{
	value_r->value = site_get(box, key);
	return value_r->value == NULL ? 0 : 1;
}

static int
filter_site_set(struct mailbox_transaction_context *t, const char *key,
		const struct mail_attribute_value *value)
{
	/* a client that takes a filter away does so in both places (RFC 5466,
	   section 3.2) */
	if ((t->flags & MAILBOX_TRANSACTION_FLAG_SYNC) != 0 ||
	    (value->value == NULL && value->value_stream == NULL &&
	     site_get(t->box, key) == NULL))
		return 0;
	return winnow_attribute_refuse(t, "Filters below /shared are the "
				       "site's and can't be changed by users");
}

static int
site_iter(struct mailbox *box, const struct filter_kind *kind,
	  const char *key_prefix, pool_t pool, ARRAY_TYPE(const_string) *keys)
{
	struct winnow_user *wuser = filter_user(box);
	ARRAY_TYPE(winnow_filter_settings) filters;
	const struct winnow_filter_settings *filter;
	const char *name;

	if (wuser == NULL)
		return 0;
	winnow_filter_site_list(wuser, &filters);
	array_foreach_elem(&filters, filter) {
		if (kind->get(filter) == NULL ||
		    (*key_prefix != '\0' &&
		     strcasecmp(key_prefix, filter->name) != 0))
			continue;
		name = *key_prefix != '\0' ? "" :
			str_lcase(p_strdup(pool, filter->name));
		array_push_back(keys, &name);
	}
	return 0;
}

static int
filter_site_iter_values(struct mailbox *box, const char *key_prefix,
			pool_t pool, ARRAY_TYPE(const_string) *keys)
{
	return site_iter(box, &filter_kinds[0], key_prefix, pool, keys);
}

static int
filter_site_iter_descriptions(struct mailbox *box, const char *key_prefix,
			      pool_t pool, ARRAY_TYPE(const_string) *keys)
{
	return site_iter(box, &filter_kinds[1], key_prefix, pool, keys);
}

#define FILTER_OWN(prefix) { \
	.type = MAIL_ATTRIBUTE_TYPE_PRIVATE, \
	.key = prefix, \
	.rank = MAIL_ATTRIBUTE_INTERNAL_RANK_DEFAULT, \
	.flags = MAIL_ATTRIBUTE_INTERNAL_FLAG_CHILDREN, \
	.set = filter_set, \
	.iter = winnow_attribute_iter_stored, \
}
#define FILTER_SITE(prefix, iter_func) { \
	.type = MAIL_ATTRIBUTE_TYPE_SHARED, \
	.key = prefix, \
	.rank = MAIL_ATTRIBUTE_INTERNAL_RANK_AUTHORITY, \
	.flags = MAIL_ATTRIBUTE_INTERNAL_FLAG_CHILDREN | \
		MAIL_ATTRIBUTE_INTERNAL_FLAG_VALIDATED, \
	.get = filter_site_get, \
	.set = filter_site_set, \
	.iter = iter_func, \
}

static const struct mailbox_attribute_internal filter_attributes[] = {
	FILTER_OWN(WINNOW_FILTER_VALUES),
	FILTER_OWN(WINNOW_FILTER_DESCRIPTIONS),
	FILTER_SITE(WINNOW_FILTER_VALUES, filter_site_iter_values),
	FILTER_SITE(WINNOW_FILTER_DESCRIPTIONS, filter_site_iter_descriptions),
};

void winnow_filter_attributes_init(void)
{
	mailbox_attribute_register_internals(filter_attributes,
					     N_ELEMENTS(filter_attributes));
}

void winnow_filter_attributes_deinit(void)
{
	mailbox_attribute_unregister_internals(filter_attributes,
					       N_ELEMENTS(filter_attributes));
}
