#include "lib.h"
#include "mail-namespace.h"
#include "winnow-index.h"
#include "winnow-user.h"
#include "winnow-mailbox.h"

#define WINNOW_MAILBOX_CONTEXT(obj) \
	MODULE_CONTEXT(obj, winnow_mailbox_module)
#define WINNOW_MAILBOX_CONTEXT_REQUIRE(obj) \
	MODULE_CONTEXT_REQUIRE(obj, winnow_mailbox_module)

#define CLOCKS_DIFFER_USECS (24 * 60 * 60 * (uint64_t)1000000)

static MODULE_CONTEXT_DEFINE_INIT(winnow_mailbox_module,
				  &mail_storage_module_register);

struct winnow_mailbox *winnow_mailbox_get(struct mailbox *box)
{
	struct winnow_mailbox *wbox = WINNOW_MAILBOX_CONTEXT(box);

	if (wbox == NULL || !wbox->opened || box->virtual_vfuncs != NULL)
		return NULL;
	return wbox;
}

struct mailbox_vfuncs *winnow_mailbox_super(struct mailbox *box)
{
	struct winnow_mailbox *wbox = WINNOW_MAILBOX_CONTEXT_REQUIRE(box);

	return &wbox->module_ctx.super;
}

bool winnow_mailbox_is_junk(struct mailbox *box)
{
	return mailbox_has_special_use(box, "\\Junk");
}

/* A time that lies further in the future than clocks differ was not written by
   us: nobody's settings would ever be newer. */
static bool header_is_older(const struct winnow_record_header *header,
			    const struct winnow_user *wuser)
{
	return wuser->settings_usecs > header->set_usecs ||
		header->set_usecs - wuser->settings_usecs > CLOCKS_DIFFER_USECS;
}

enum winnow_records
winnow_mailbox_get_records(struct winnow_mailbox *wbox,
			   struct mail_index_view *view,
			   struct winnow_record_header *header_r)
{
	const struct winnow_user *wuser = wbox->wuser;
	const struct mail_namespace *ns = mailbox_get_namespace(wbox->box);

	if (winnow_index_get_header(view, wbox->ext_id, header_r) == 0)
		return WINNOW_RECORDS_NONE;
	if (header_r->fingerprint == wuser->fingerprint)
		return WINNOW_RECORDS_CURRENT;
	if (ns->type == MAIL_NAMESPACE_TYPE_PUBLIC && wuser->write_public)
		return WINNOW_RECORDS_STALE;
	return winnow_user_owns(wuser, ns) &&
		header_is_older(header_r, wuser) ?
		WINNOW_RECORDS_STALE : WINNOW_RECORDS_FOREIGN;
}

struct mailbox_vfuncs *
winnow_mailbox_create(struct mailbox *box, struct winnow_user *wuser)
{
	struct mailbox_vfuncs *v = box->vlast;
	struct winnow_mailbox *wbox;

	wbox = p_new(box->pool, struct winnow_mailbox, 1);
	wbox->box = box;
	wbox->wuser = wuser;
	wbox->module_ctx.super = *v;
	box->vlast = &wbox->module_ctx.super;
	MODULE_CONTEXT_SET(box, winnow_mailbox_module, wbox);
	return v;
}

void winnow_mailbox_opened(struct mailbox *box)
{
	struct winnow_mailbox *wbox = WINNOW_MAILBOX_CONTEXT(box);

	if (wbox == NULL || box->virtual_vfuncs != NULL)
		return;
	wbox->ext_id = winnow_index_register(box->index);
	wbox->opened = TRUE;
}
