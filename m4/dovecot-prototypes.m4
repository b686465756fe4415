# What differs between Dovecot versions, found by compiling against the
# installed headers: security updates change prototypes without changing the
# version. src/compat and src/settings are the only users.

WINNOW_DOVECOT_COMPILE([whether Dovecot has settings_get()],
	[winnow_cv_settings_get], [
	#include "settings.h"
	struct winnow_probe { pool_t pool; };
	int winnow_probe(struct event *event,
		const struct setting_parser_info *info,
		const struct winnow_probe **set, const char **error);
	int winnow_probe(struct event *event,
		const struct setting_parser_info *info,
		const struct winnow_probe **set, const char **error)
	{
		return settings_get(event, info, 0, set, error);
	}
])
AS_IF([test "$winnow_cv_settings_get" = yes],
	[AC_DEFINE([HAVE_SETTINGS_GET], [1], [Settings come from settings_get()])])
AM_CONDITIONAL([HAVE_SETTINGS_GET], [test "$winnow_cv_settings_get" = yes])

WINNOW_DOVECOT_COMPILE([whether doveadm commands get their arguments in init()],
	[winnow_cv_doveadm_init_args], [
	#include "doveadm-mail.h"
	void winnow_probe(struct doveadm_mail_cmd_context *ctx,
		const char *const *args);
	void winnow_probe(struct doveadm_mail_cmd_context *ctx,
		const char *const *args)
	{
		ctx->v.init(ctx, args);
	}
])
AS_IF([test "$winnow_cv_doveadm_init_args" = yes],
	[AC_DEFINE([HAVE_DOVEADM_INIT_ARGS], [1],
		[doveadm_mail_cmd_context.v.init() takes the arguments])])

WINNOW_DOVECOT_COMPILE([whether imap_parser_create() takes parameters],
	[winnow_cv_imap_parser_params], [
	#include "imap-parser.h"
	struct imap_parser *winnow_probe(struct istream *input,
		const struct imap_parser_params *params);
	struct imap_parser *winnow_probe(struct istream *input,
		const struct imap_parser_params *params)
	{
		return imap_parser_create(input, NULL, 0, params);
	}
])
AS_IF([test "$winnow_cv_imap_parser_params" = yes],
	[AC_DEFINE([HAVE_IMAP_PARSER_PARAMS], [1],
		[imap_parser_create() takes struct imap_parser_params])])

WINNOW_DOVECOT_COMPILE([whether the callback of an IMAP feature has a result],
	[winnow_cv_imap_enable_result], [
	#include "imap-common.h"
	#include "imap-feature.h"
	bool winnow_probe(imap_client_enable_callback_t *callback,
		struct client *client);
	bool winnow_probe(imap_client_enable_callback_t *callback,
		struct client *client)
	{
		return callback(client);
	}
])
AS_IF([test "$winnow_cv_imap_enable_result" = yes],
	[AC_DEFINE([HAVE_IMAP_ENABLE_RESULT], [1],
		[imap_client_enable_callback_t returns bool])])

WINNOW_DOVECOT_COMPILE([whether Dovecot tells if there is an attribute dict],
	[winnow_cv_attribute_dict_is_enabled], [
	#include "mail-storage.h"
	int winnow_probe(struct mail_user *user, const char **error);
	int winnow_probe(struct mail_user *user, const char **error)
	{
		return mailbox_attribute_dict_is_enabled(user, error);
	}
])
AS_IF([test "$winnow_cv_attribute_dict_is_enabled" = yes],
	[AC_DEFINE([HAVE_ATTRIBUTE_DICT_IS_ENABLED], [1],
		[mailbox_attribute_dict_is_enabled() exists])])

WINNOW_DOVECOT_COMPILE([whether names of modules are an array],
	[winnow_cv_module_name_array], [
	#include "module-dir.h"
	int winnow_probe(struct module **modules, const char *const *names,
		const char **error);
	int winnow_probe(struct module **modules, const char *const *names,
		const char **error)
	{
		return module_dir_try_load_missing(modules, "/", names, NULL,
						   error);
	}
])
AS_IF([test "$winnow_cv_module_name_array" = yes],
	[AC_DEFINE([HAVE_MODULE_NAME_ARRAY], [1],
		[module_dir_try_load_missing() takes an array of names])])

WINNOW_DOVECOT_COMPILE([whether Dovecot knows UTF8=ACCEPT],
	[winnow_cv_utf8accept], [
	#include "mail-storage.h"
	enum mailbox_feature winnow_probe(void);
	enum mailbox_feature winnow_probe(void)
	{
		return MAILBOX_FEATURE_UTF8ACCEPT;
	}
])
AS_IF([test "$winnow_cv_utf8accept" = yes],
	[AC_DEFINE([HAVE_UTF8ACCEPT], [1],
		[MAILBOX_FEATURE_UTF8ACCEPT exists])])

WINNOW_DOVECOT_COMPILE([whether Dovecot tells how far a command is],
	[winnow_cv_notify_progress], [
	#include "mail-storage.h"
	bool winnow_probe(const struct mail_storage_callbacks *callbacks);
	bool winnow_probe(const struct mail_storage_callbacks *callbacks)
	{
		return callbacks->notify_progress != NULL;
	}
])
AS_IF([test "$winnow_cv_notify_progress" = yes],
	[AC_DEFINE([HAVE_NOTIFY_PROGRESS], [1],
		[struct mail_storage_callbacks has notify_progress])])
