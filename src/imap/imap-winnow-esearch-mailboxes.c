#include "imap-common.h"
#include "array.h"
#include "hash.h"
#include "unichar.h"
#include "imap-commands.h"
#include "mailbox-list-iter.h"
#include "winnow-compat.h"
#include "imap-winnow-esearch-loop.h"
#include "imap-winnow-esearch-mailboxes.h"
#include "imap-winnow-weak.h"

HASH_TABLE_DEFINE_TYPE(esearch_names, const char *, const char *);

struct listing {
	pool_t pool;
	struct client *client;
	ARRAY_TYPE(imap_winnow_esearch_mailbox) *mailboxes;
	/* name => index + 1 in the array */
	HASH_TABLE(const char *, void *) known;
	/* NULL if no mailbox is selected */
	const char *selected_vname;
	bool too_many;

	/* What is looked for while mailboxes are listed */
	bool personal;
	HASH_TABLE_TYPE(esearch_names) subtrees, subtrees_one;
	struct imap_winnow_loops *loops;
};

static void listing_add(struct listing *listing, const char *vname, bool named)
{
	struct imap_winnow_esearch_mailbox *mailbox;
	void *idx = hash_table_lookup(listing->known, vname);

	if (idx != NULL) {
		mailbox = array_idx_modifiable(listing->mailboxes,
					       POINTER_CAST_TO(idx, size_t) - 1);
		mailbox->named = mailbox->named || named;
		return;
	}
	if (array_count(listing->mailboxes) >=
	    IMAP_WINNOW_ESEARCH_MAILBOXES_MAX) {
		listing->too_many = TRUE;
		return;
	}
	mailbox = array_append_space(listing->mailboxes);
	mailbox->vname = p_strdup(listing->pool, vname);
	mailbox->named = named;
	mailbox->selected = listing->selected_vname != NULL &&
		strcmp(vname, listing->selected_vname) == 0;
	hash_table_insert(listing->known, mailbox->vname,
			  POINTER_CAST(array_count(listing->mailboxes)));
}

/* Dovecot takes and lists names in modified UTF-7, even where RFC 6855 has them
   in UTF-8; there both are understood. */
static struct mail_namespace *
listing_find_namespace(struct listing *listing, const char **name)
{
	struct mail_namespace *ns;
	const char *client_error;

	ns = client_find_namespace_full(listing->client, name, &client_error);
	if (ns == NULL && winnow_client_has_utf8(listing->client) &&
	    uni_utf8_str_is_valid(*name))
		ns = mail_namespace_find(listing->client->user->namespaces,
					 *name);
	return ns;
}

/* Returns the name in UTF-8 and with INBOX in capitals, or NULL if there can't
   be such a mailbox. */
static const char *
listing_name_decode(struct listing *listing, const char *name,
		    struct mail_namespace **ns_r)
{
	*ns_r = listing_find_namespace(listing, &name);
	if (*ns_r == NULL)
		return NULL;
	if (((*ns_r)->flags & NAMESPACE_FLAG_INBOX_USER) != 0 &&
	    strncasecmp(name, "INBOX", 5) == 0 &&
	    (name[5] == '\0' || name[5] == mail_namespace_get_sep(*ns_r)))
		name = t_strconcat("INBOX", name + 5, NULL);
	return name;
}

static void
listing_add_named(struct listing *listing, const ARRAY_TYPE(const_string) *names)
{
	struct mail_namespace *ns;
	const char *name;

	array_foreach_elem(names, name) T_BEGIN {
		name = listing_name_decode(listing, name, &ns);
		if (name != NULL)
			listing_add(listing, name, TRUE);
	} T_END;
}

/* Whether the mailbox lies in a subtree that is looked for: it or any mailbox
   above it is the root, or only the one just above it. The root "" is above
   all. */
static bool
listing_in_subtree(struct listing *listing, const char *vname, char sep)
{
	const char *root = vname;

	for (unsigned int depth = 0; root != NULL; depth++) {
		if (hash_table_lookup(listing->subtrees, root) != NULL)
			return TRUE;
		if (depth <= 1 &&
		    hash_table_lookup(listing->subtrees_one, root) != NULL)
			return TRUE;
		root = imap_winnow_vname_parent(root, sep);
	}
	return FALSE;
}

static bool
listing_wants(struct listing *listing, const struct mailbox_info *info)
{
	struct mail_namespace *ns = info->ns;

	if ((info->flags & (MAILBOX_NONEXISTENT | MAILBOX_NOSELECT)) != 0)
		return FALSE;
	if (listing->personal && ns->type == MAIL_NAMESPACE_TYPE_PRIVATE &&
	    ns->owner == listing->client->user && ns->alias_for == NULL)
		return TRUE;
	return listing_in_subtree(listing, info->vname,
				  mail_namespace_get_sep(ns));
}

/* Adds what is wanted of what the iteration finds. */
static int
listing_iterate(struct listing *listing,
		struct mailbox_list_iterate_context *iter)
{
	const struct mailbox_info *info;

	while (!listing->too_many &&
	       (info = mailbox_list_iter_next(iter)) != NULL) T_BEGIN {
		if (listing_wants(listing, info) &&
		    !imap_winnow_loops_have(listing->loops, info))
			listing_add(listing, info->vname, FALSE);
	} T_END;
	return mailbox_list_iter_deinit(&iter);
}

/* With all flags, as it takes them to learn which ones may be listed. */
static int listing_add_subscribed(struct listing *listing)
{
	static const char *const patterns[] = { "*", NULL };
	struct mailbox_list_iterate_context *iter;
	const struct mailbox_info *info;

	iter = mailbox_list_iter_init_namespaces(
		listing->client->user->namespaces, patterns,
		MAIL_NAMESPACE_TYPE_MASK_ALL,
		MAILBOX_LIST_ITER_SELECT_SUBSCRIBED);
	while (!listing->too_many &&
	       (info = mailbox_list_iter_next(iter)) != NULL) {
		if ((info->flags & (MAILBOX_NONEXISTENT |
				    MAILBOX_NOSELECT)) == 0)
			listing_add(listing, info->vname, FALSE);
	}
	return mailbox_list_iter_deinit(&iter);
}

/* Namespaces that LIST hides, and second names of namespaces, are listed if a
   root lies in them. */
static int
listing_add_hidden(struct listing *listing, struct mail_namespace *ns)
{
	if (ns->alias_for == NULL &&
	    (ns->flags & (NAMESPACE_FLAG_LIST_PREFIX |
			  NAMESPACE_FLAG_LIST_CHILDREN)) != 0)
		return 0;
	return listing_iterate(listing, mailbox_list_iter_init(
		ns->list, "*", MAILBOX_LIST_ITER_RETURN_NO_FLAGS));
}

/* Returns the types of the namespaces that can have mailboxes below a root. */
static enum mail_namespace_type
listing_root_types(struct listing *listing, struct mail_namespace *root_ns,
		   const char *root)
{
	enum mail_namespace_type types = root_ns->type;
	struct mail_namespace *ns = listing->client->user->namespaces;

	for (; ns != NULL; ns = ns->next) {
		if (strncmp(ns->prefix, root, strlen(root)) == 0)
			types |= ns->type;
	}
	return types;
}

static enum mail_namespace_type
listing_add_roots(struct listing *listing,
		  const struct imap_winnow_source *source,
		  ARRAY_TYPE(const_string) *roots)
{
	enum mail_namespace_type types = 0;
	struct mail_namespace *ns;
	const char *name;

	array_foreach_elem(&source->names, name) {
		name = listing_name_decode(listing, name, &ns);
		if (name == NULL)
			continue;
		name = p_strdup(listing->pool, name);
		if (source->type == IMAP_WINNOW_SOURCE_SUBTREE)
			hash_table_update(listing->subtrees, name, name);
		else
			hash_table_update(listing->subtrees_one, name, name);
		array_push_back(roots, &name);
		types |= listing_root_types(listing, ns, name);
	}
	return types;
}

/* Personal mailboxes and those of subtrees are found in one pass. */
static int
listing_add_listed(struct listing *listing, enum mail_namespace_type types,
		   const ARRAY_TYPE(const_string) *roots)
{
	static const char *const patterns[] = { "*", NULL };
	struct mail_namespace *namespaces = listing->client->user->namespaces;
	const char *root;

	if (types == 0)
		return 0;
	if (listing_iterate(listing, mailbox_list_iter_init_namespaces(
			namespaces, patterns, types,
			MAILBOX_LIST_ITER_RETURN_NO_FLAGS)) < 0)
		return -1;
	array_foreach_elem(roots, root) {
		if (listing_add_hidden(listing, mail_namespace_find(namespaces,
								    root)) < 0)
			return -1;
	}
	return 0;
}

static int
listing_add_sources(struct listing *listing,
		    const ARRAY_TYPE(imap_winnow_source) *sources)
{
	const struct imap_winnow_source *source;
	enum mail_namespace_type types = 0;
	ARRAY_TYPE(const_string) roots;

	t_array_init(&roots, 8);
	array_foreach(sources, source) {
		switch (source->type) {
		case IMAP_WINNOW_SOURCE_SELECTED:
			listing_add(listing, listing->selected_vname, TRUE);
			break;
		case IMAP_WINNOW_SOURCE_INBOXES:
			/* Mail can be delivered to any of the user's. */
		case IMAP_WINNOW_SOURCE_PERSONAL:
			listing->personal = TRUE;
			types |= MAIL_NAMESPACE_TYPE_PRIVATE;
			break;
		case IMAP_WINNOW_SOURCE_SUBSCRIBED:
			if (listing_add_subscribed(listing) < 0)
				return -1;
			break;
		case IMAP_WINNOW_SOURCE_SUBTREE:
		case IMAP_WINNOW_SOURCE_SUBTREE_ONE:
			types |= listing_add_roots(listing, source, &roots);
			break;
		case IMAP_WINNOW_SOURCE_MAILBOXES:
			listing_add_named(listing, &source->names);
			break;
		}
	}
	return listing_add_listed(listing, types, &roots);
}

static void
mailboxes_put_selected_first(ARRAY_TYPE(imap_winnow_esearch_mailbox) *mailboxes)
{
	struct imap_winnow_esearch_mailbox selected;
	const struct imap_winnow_esearch_mailbox *mailbox;
	unsigned int idx;

	array_foreach(mailboxes, mailbox) {
		if (!mailbox->selected)
			continue;
		selected = *mailbox;
		idx = array_foreach_idx(mailboxes, mailbox);
		array_delete(mailboxes, idx, 1);
		array_push_front(mailboxes, &selected);
		break;
	}
}

enum imap_winnow_esearch_mailboxes_result
imap_winnow_esearch_mailboxes_list(
	pool_t pool, struct client *client,
	const ARRAY_TYPE(imap_winnow_source) *sources,
	ARRAY_TYPE(imap_winnow_esearch_mailbox) *mailboxes_r,
	struct mailbox_list **failed_r)
{
	struct listing listing = {
		.pool = pool,
		.client = client,
		.mailboxes = mailboxes_r,
		.selected_vname = client->mailbox == NULL ? NULL :
			mailbox_get_vname(client->mailbox),
	};
	int ret;

	p_array_init(mailboxes_r, pool, 64);
	hash_table_create(&listing.known, default_pool, 0, str_hash, strcmp);
	hash_table_create(&listing.subtrees, default_pool, 0, str_hash, strcmp);
	hash_table_create(&listing.subtrees_one, default_pool, 0,
			  str_hash, strcmp);
	listing.loops = imap_winnow_loops_init();

	ret = listing_add_sources(&listing, sources);

	imap_winnow_loops_deinit(&listing.loops);
	hash_table_destroy(&listing.subtrees_one);
	hash_table_destroy(&listing.subtrees);
	hash_table_destroy(&listing.known);
	if (listing.too_many)
		return IMAP_WINNOW_ESEARCH_MAILBOXES_TOO_MANY;
	if (ret < 0) {
		/* where Dovecot leaves the errors of all namespaces */
		*failed_r = client->user->namespaces->list;
		return IMAP_WINNOW_ESEARCH_MAILBOXES_FAILED;
	}
	mailboxes_put_selected_first(mailboxes_r);
	return IMAP_WINNOW_ESEARCH_MAILBOXES_OK;
}
