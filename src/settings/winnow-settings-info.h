#ifndef WINNOW_SETTINGS_INFO_H
#define WINNOW_SETTINGS_INFO_H

/* Dovecot 2.4: the declared settings, for the storage plugin and for the
   config process, which must agree on them. */
extern const struct setting_parser_info winnow_setting_parser_info;

#endif
