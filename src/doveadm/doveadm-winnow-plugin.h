#ifndef DOVEADM_WINNOW_PLUGIN_H
#define DOVEADM_WINNOW_PLUGIN_H

#include "doveadm-cmd.h"

struct module;
struct doveadm_mail_cmd_context;
struct mail_user;
struct winnow_user;

extern const char *doveadm_winnow_plugin_version;
extern struct doveadm_cmd_ver2 doveadm_winnow_cmd_explain;
extern struct doveadm_cmd_ver2 doveadm_winnow_cmd_rescan;
extern struct doveadm_cmd_ver2 doveadm_winnow_cmd_stats;
extern struct doveadm_cmd_ver2 doveadm_winnow_cmd_status;

/* Returns the user, or NULL if winnow is off for them, which the command then
   has told and fails for. */
struct winnow_user *doveadm_winnow_user(struct doveadm_mail_cmd_context *ctx,
					struct mail_user *user);

/* Accepts any declared option of a command. */
bool doveadm_winnow_option(struct doveadm_mail_cmd_context *ctx, int c);

void doveadm_winnow_plugin_init(struct module *module);
void doveadm_winnow_plugin_deinit(void);

#endif
