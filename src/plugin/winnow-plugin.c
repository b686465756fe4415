#include "lib.h"
#include "mail-user.h"
#include "mail-storage-hooks.h"
#include "winnow-attribute-list.h"
#include "winnow-crypto-module.h"
#include "winnow-filter-attribute.h"
#include "winnow-filter-key.h"
#include "winnow-key.h"
#include "winnow-mailbox.h"
#include "winnow-memo.h"
#include "winnow-preferences-attribute.h"
#include "winnow-quiet.h"
#include "winnow-save.h"
#include "winnow-search.h"
#include "winnow-search-guard.h"
#include "winnow-sort.h"
#include "winnow-transaction.h"
#include "winnow-user.h"
#include "winnow-plugin.h"

const char *winnow_plugin_version = DOVECOT_ABI_VERSION;

static struct module *winnow_module;

/* Dovecot makes users for itself, too, to read what is being delivered and to
   name the owner of a shared mailbox. They have no mail and no settings of
   their own. */
static void winnow_plugin_user_created(struct mail_user *user)
{
	if (!user->autocreated &&
	    mail_user_is_plugin_loaded(user, winnow_module))
		winnow_user_created(user);
}

static void winnow_plugin_mailbox_close(struct mailbox *box)
{
	struct winnow_mailbox *wbox = winnow_mailbox_get(box);

	if (wbox != NULL) {
		winnow_memo_free(&wbox->memo);
		winnow_quiet_free(&wbox->quiet);
		wbox->opened = FALSE;
	}
	winnow_mailbox_super(box)->close(box);
}

/* Those who have winnow off must not get wrong answers to a search key that
   the process knows. */
static void winnow_plugin_mailbox_allocated(struct mailbox *box)
{
	struct winnow_user *wuser = winnow_user_get(box->storage->user);
	struct mailbox_vfuncs *v;

	if (wuser == NULL) {
		winnow_search_guard_hook(box);
		return;
	}
	v = winnow_mailbox_create(box, wuser);
	v->close = winnow_plugin_mailbox_close;
	winnow_transaction_hook(v);
	winnow_save_hook(v);
	winnow_search_hook(v);
	winnow_quiet_hook(v);
	winnow_attribute_list_hook(v);
}

/* Called for every user of the process. */
static struct mail_storage_hooks winnow_mail_storage_hooks = {
	.mail_user_created = winnow_plugin_user_created,
	.mailbox_allocated = winnow_plugin_mailbox_allocated,
	.mailbox_opened = winnow_mailbox_opened,
	.mail_allocated = winnow_sort_mail_allocated,
};

void winnow_plugin_init(struct module *module)
{
	winnow_key_register();
	winnow_filter_key_register();
	winnow_module = module;
	winnow_crypto_module_init(module);
	mail_storage_hooks_add_forced(module, &winnow_mail_storage_hooks);
	winnow_preference_attributes_init();
	winnow_filter_attributes_init();
}

void winnow_plugin_deinit(void)
{
	mail_storage_hooks_remove(&winnow_mail_storage_hooks);
	winnow_preference_attributes_deinit();
	winnow_filter_attributes_deinit();
	winnow_shared_policy_deinit();
	winnow_crypto_module_deinit();
}
