#include "lib.h"
#include "hash.h"
#include "mail-namespace.h"
#include "mailbox-list-iter.h"
#include "imap-winnow-esearch-loop.h"

#include <sys/stat.h>

struct imap_winnow_loops {
	pool_t pool;
	/* names at which the hierarchy begins to repeat */
	HASH_TABLE(const char *, const char *) repeats;
};

struct imap_winnow_loops *imap_winnow_loops_init(void)
{
	struct imap_winnow_loops *loops;
	pool_t pool = pool_alloconly_create("winnow loops", 256);

	loops = p_new(pool, struct imap_winnow_loops, 1);
	loops->pool = pool;
	hash_table_create(&loops->repeats, pool, 0, str_hash, strcmp);
	return loops;
}

void imap_winnow_loops_deinit(struct imap_winnow_loops **_loops)
{
	struct imap_winnow_loops *loops = *_loops;
	pool_t pool = loops->pool;

	*_loops = NULL;
	hash_table_destroy(&loops->repeats);
	pool_unref(&pool);
}

const char *imap_winnow_vname_parent(const char *vname, char sep)
{
	const char *end;

	if (*vname == '\0')
		return NULL;
	end = strrchr(vname, sep);
	return end == NULL ? "" : t_strdup_until(vname, end);
}

static const char *vname_last(const char *vname, char sep)
{
	const char *last = strrchr(vname, sep);

	return last == NULL ? vname : last + 1;
}

static bool
mailbox_stat(struct mailbox_list *list, const char *vname, struct stat *st_r)
{
	const char *path;

	return mailbox_list_get_path(list,
			mailbox_list_get_storage_name(list, vname),
			MAILBOX_LIST_PATH_TYPE_DIR, &path) > 0 &&
		stat(path, st_r) == 0;
}

static bool
mailboxes_are_same(struct mailbox_list *list, const char *vname1,
		   const char *vname2)
{
	struct stat st1, st2;

	return mailbox_stat(list, vname1, &st1) &&
		mailbox_stat(list, vname2, &st2) &&
		st1.st_ino == st2.st_ino && CMP_DEV_T(st1.st_dev, st2.st_dev);
}

/* Whoever follows a loop for the second time meets a name that stands in the
   path already; only then the file system is asked. */
static bool
vname_repeats(struct mailbox_list *list, const char *vname, char sep)
{
	const char *above = vname, *last = vname_last(vname, sep);

	while ((above = imap_winnow_vname_parent(above, sep)) != NULL) {
		if (strcmp(vname_last(above, sep), last) == 0 &&
		    mailboxes_are_same(list, above, vname))
			return TRUE;
	}
	return FALSE;
}

static bool
vname_is_behind_repeat(struct imap_winnow_loops *loops, const char *vname,
		       char sep)
{
	if (hash_table_count(loops->repeats) == 0)
		return FALSE;
	while ((vname = imap_winnow_vname_parent(vname, sep)) != NULL) {
		if (hash_table_lookup(loops->repeats, vname) != NULL)
			return TRUE;
	}
	return FALSE;
}

bool imap_winnow_loops_have(struct imap_winnow_loops *loops,
			    const struct mailbox_info *info)
{
	char sep = mail_namespace_get_sep(info->ns);
	const char *vname;

	if (vname_is_behind_repeat(loops, info->vname, sep))
		return TRUE;
	if (!vname_repeats(info->ns->list, info->vname, sep))
		return FALSE;
	vname = p_strdup(loops->pool, info->vname);
	hash_table_insert(loops->repeats, vname, vname);
	return TRUE;
}
