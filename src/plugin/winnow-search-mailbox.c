#include "lib.h"
#include "mail-storage-private.h"
#include "winnow-search-mailbox.h"

#define WINNOW_SEARCH_MAILBOX_CONTEXT(obj) \
	MODULE_CONTEXT(obj, winnow_search_mailbox_module)
#define WINNOW_SEARCH_MAILBOX_CONTEXT_REQUIRE(obj) \
	MODULE_CONTEXT_REQUIRE(obj, winnow_search_mailbox_module)

struct winnow_search_mailbox {
	union mailbox_module_context module_ctx;
	/* that have entered */
	unsigned int searches;
};

static MODULE_CONTEXT_DEFINE_INIT(winnow_search_mailbox_module,
				  &mail_storage_module_register);

/* All other functions stay. */
static void search_functions_copy(struct mailbox_vfuncs *dest,
				  const struct mailbox_vfuncs *src)
{
	dest->search_next_nonblock = src->search_next_nonblock;
	dest->search_next_update_seq = src->search_next_update_seq;
	dest->search_next_match_mail = src->search_next_match_mail;
}

void winnow_search_mailbox_enter(struct mailbox *box,
				 const struct mailbox_vfuncs *ours)
{
	struct winnow_search_mailbox *sbox = WINNOW_SEARCH_MAILBOX_CONTEXT(box);

	if (sbox == NULL) {
		sbox = p_new(box->pool, struct winnow_search_mailbox, 1);
		MODULE_CONTEXT_SET(box, winnow_search_mailbox_module, sbox);
	}
	if (sbox->searches++ > 0)
		return;
	search_functions_copy(&sbox->module_ctx.super, &box->v);
	search_functions_copy(&box->v, ours);
}

void winnow_search_mailbox_leave(struct mailbox *box)
{
	struct winnow_search_mailbox *sbox =
		WINNOW_SEARCH_MAILBOX_CONTEXT_REQUIRE(box);

	if (--sbox->searches == 0)
		search_functions_copy(&box->v, &sbox->module_ctx.super);
}

const struct mailbox_vfuncs *winnow_search_mailbox_super(struct mailbox *box)
{
	struct winnow_search_mailbox *sbox =
		WINNOW_SEARCH_MAILBOX_CONTEXT_REQUIRE(box);

	return &sbox->module_ctx.super;
}
