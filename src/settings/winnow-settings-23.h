#ifndef WINNOW_SETTINGS_23_H
#define WINNOW_SETTINGS_23_H

struct mail_user;
struct winnow_settings;

/* Dovecot 2.3: reads set->filters, allocated from set->pool. Returns FALSE and
   the error if one of them is wrong. */
bool winnow_settings_read_filters(const struct mail_user *user,
				  struct winnow_settings *set,
				  const char **error_r);

#endif
