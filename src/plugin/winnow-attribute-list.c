#include "lib.h"
#include "mail-storage-private.h"
#include "mailbox-attribute.h"
#include "winnow-mailbox.h"
#include "winnow-filter-attribute.h"
#include "winnow-preferences-attribute.h"
#include "winnow-attribute-list.h"

/* What lib-dict says on both series, through a dict server too. */
#define DICT_CANNOT_LIST "dict does not support this feature"

struct winnow_attribute_iter {
	struct mailbox_attribute_iter iter;
	struct mailbox_attribute_iter *super;
	/* entries of winnow's are listed */
	bool ours;
};

static bool prefix_begins(const char *prefix, const char *ours)
{
	return strncmp(prefix, ours, strlen(ours)) == 0;
}

static struct mailbox_attribute_iter *
attribute_iter_init(struct mailbox *box, enum mail_attribute_type type,
		    const char *prefix)
{
	struct winnow_attribute_iter *iter = i_new(struct winnow_attribute_iter,
						   1);

	iter->iter.box = box;
	iter->super = winnow_mailbox_super(box)->attribute_iter_init(
		box, type, prefix);
	iter->ours = prefix_begins(prefix, WINNOW_PREFERENCE_KEY_PREFIX) ||
		prefix_begins(prefix, WINNOW_FILTER_KEY_PREFIX);
	return &iter->iter;
}

static const char *attribute_iter_next(struct mailbox_attribute_iter *_iter)
{
	struct winnow_attribute_iter *iter =
		container_of(_iter, struct winnow_attribute_iter, iter);

	return winnow_mailbox_super(_iter->box)->attribute_iter_next(
		iter->super);
}

static int attribute_iter_deinit(struct mailbox_attribute_iter *_iter)
{
	struct winnow_attribute_iter *iter =
		container_of(_iter, struct winnow_attribute_iter, iter);
	struct mailbox *box = _iter->box;
	enum mail_error error;
	int ret;

	ret = winnow_mailbox_super(box)->attribute_iter_deinit(iter->super);
	if (ret < 0 && iter->ours &&
	    strstr(mailbox_get_last_internal_error(box, &error),
		   DICT_CANNOT_LIST) != NULL) {
		/* to Dovecot, MAIL_ERROR_NOTPOSSIBLE would say that it is not
		   listing at all */
		mail_storage_set_error(box->storage, MAIL_ERROR_PARAMS,
			"[CANNOT] Entries can't be listed on this server: "
			"ask for each of them by its name");
	}
	i_free(iter);
	return ret;
}

void winnow_attribute_list_hook(struct mailbox_vfuncs *v)
{
	v->attribute_iter_init = attribute_iter_init;
	v->attribute_iter_next = attribute_iter_next;
	v->attribute_iter_deinit = attribute_iter_deinit;
}
