#ifndef WINNOW_COMPAT_H
#define WINNOW_COMPAT_H

/* The only place where Dovecot versions differ, beside those files of the
   settings room that are built for one series only. HAVE_* come from
   m4/dovecot-prototypes.m4. */

#include "winnow-config.h"

/* Parses what is in a stream already: no literal has to be asked for, and
   nothing of it is too long. Users include imap-parser.h. */
#ifdef HAVE_IMAP_PARSER_PARAMS
#  define winnow_imap_parser_create(input) \
	imap_parser_create(input, NULL, SIZE_MAX, NULL)
#else
#  define winnow_imap_parser_create(input) \
	imap_parser_create(input, NULL, SIZE_MAX)
#endif

/* What the callback of imap_feature_register() returns:
   `return WINNOW_ENABLE_ACCEPTED;` */
#ifdef HAVE_IMAP_ENABLE_RESULT
typedef bool winnow_enable_result_t;
#define WINNOW_ENABLE_ACCEPTED TRUE
#else
typedef void winnow_enable_result_t;
#define WINNOW_ENABLE_ACCEPTED
#endif

/* Whether the client has enabled UTF8=ACCEPT (RFC 6855), which Dovecot 2.3 does
   not have. Users include imap-common.h. */
#ifdef HAVE_UTF8ACCEPT
#  define winnow_client_has_utf8(client) \
	((client_enabled_mailbox_features(client) & \
	  MAILBOX_FEATURE_UTF8ACCEPT) != 0)
#else
#  define winnow_client_has_utf8(client) FALSE
#endif

/* Whether Dovecot tells of long commands by INPROGRESS (RFC 9585). */
#ifdef HAVE_NOTIFY_PROGRESS
#  define WINNOW_HAS_INPROGRESS TRUE
#else
#  define WINNOW_HAS_INPROGRESS FALSE
#endif

/* doveadm_mail_cmd_context.v.init(): parameters after the context. */
#ifdef HAVE_DOVEADM_INIT_ARGS
#  define DOVEADM_INIT_ARGS_PARAM , const char *const args[] ATTR_UNUSED
#else
#  define DOVEADM_INIT_ARGS_PARAM
#endif

/* Dovecot 2.3 wants each option of a mail command accepted by its letter, too,
   before doveadm_cmd_param_bool() and the like give its value. */
#ifdef HAVE_DOVEADM_INIT_ARGS
#  define WINNOW_DOVEADM_ACCEPT_OPTIONS(ctx, func) \
	((ctx)->v.parse_arg = (func))
#else
#  define WINNOW_DOVEADM_ACCEPT_OPTIONS(ctx, func) ((void)(func))
#endif

/* The one name of a module for module_dir_try_load_missing(). */
#ifdef HAVE_MODULE_NAME_ARRAY
#  define WINNOW_MODULE_NAME(name) ((const char *const []) { name, NULL })
#else
#  define WINNOW_MODULE_NAME(name) (name)
#endif

#endif
