#include "lib.h"
#include "time-util.h"
#include "mail-user.h"
#include "mail-namespace.h"
#include "mail-storage-private.h"
#include "winnow-settings.h"
#include "winnow-user.h"

#define WINNOW_USER_CONTEXT(obj) \
	MODULE_CONTEXT(obj, winnow_user_module)

struct winnow_user_context {
	union mail_user_module_context module_ctx;
	struct winnow_user user;
};

static MODULE_CONTEXT_DEFINE_INIT(winnow_user_module,
				  &mail_user_module_register);

static void user_free(struct winnow_user *wuser)
{
	winnow_shared_policy_unref(&wuser->shared);
	winnow_settings_free(&wuser->set);
}

static void winnow_user_deinit(struct mail_user *user)
{
	struct winnow_user_context *ctx = WINNOW_USER_CONTEXT(user);

	i_assert(ctx != NULL);
	user_free(&ctx->user);
	ctx->module_ctx.super.deinit(user);
}

uint64_t winnow_user_now_usecs(void)
{
	struct timeval tv;

	i_gettimeofday(&tv);
	return (uint64_t)tv.tv_sec * 1000000 + tv.tv_usec;
}

/* Without a scanner only keywords and \Junk mailboxes can say anything. One
   reminder per process is enough. */
static void warn_no_scanner(struct mail_user *user)
{
	static bool warned = FALSE;

	if (warned)
		return;
	warned = TRUE;
	e_warning(user->event, "winnow: winnow_scanner is not set, so every "
		  "message is unknown: set it to the filter that judges your "
		  "mail, e.g. winnow_scanner = rspamd");
}

static int
user_read_settings(struct mail_user *user, struct winnow_user *wuser)
{
	const char *error;

	if (winnow_settings_get(user, &wuser->set, &error) < 0) {
		e_error(user->event, "winnow: Off for this user: %s", error);
		return -1;
	}
	if (!wuser->set->enable)
		return 0;
	if (winnow_shared_policy_get(wuser->set, &wuser->shared, &error) < 0) {
		e_error(user->event, "winnow: Off for this user: %s", error);
		return -1;
	}
	if (*wuser->set->scanner == '\0')
		warn_no_scanner(user);
	return 1;
}

void winnow_user_created(struct mail_user *user)
{
	struct mail_user_vfuncs *v = user->vlast;
	struct winnow_user_context *ctx;

	ctx = p_new(user->pool, struct winnow_user_context, 1);
	ctx->user.user = user;
	if (user_read_settings(user, &ctx->user) <= 0) {
		user_free(&ctx->user);
		return;
	}
	ctx->user.policy = &ctx->user.shared->policy;
	ctx->user.fingerprint = ctx->user.shared->fingerprint;
	ctx->user.settings_usecs = winnow_user_now_usecs();

	ctx->module_ctx.super = *v;
	user->vlast = &ctx->module_ctx.super;
	v->deinit = winnow_user_deinit;
	MODULE_CONTEXT_SET(user, winnow_user_module, ctx);
}

struct winnow_user *winnow_user_get(struct mail_user *user)
{
	struct winnow_user_context *ctx = WINNOW_USER_CONTEXT(user);

	return ctx == NULL ? NULL : &ctx->user;
}

bool winnow_user_owns(const struct winnow_user *wuser,
		      const struct mail_namespace *ns)
{
	return ns->type == MAIL_NAMESPACE_TYPE_PRIVATE &&
		ns->owner == wuser->user;
}
