#ifndef IMAP_WINNOW_WEAK_H
#define IMAP_WINNOW_WEAK_H

/* Dovecot binds all symbols of a module when it opens it, and an open that
   fails ends the process: set in the global mail_plugins, this module would
   stop deliveries. So what only the imap binary and the storage plugin have is
   bound weakly, and imap_winnow_plugin_init() looks whether it is there.
   tests/lint/weak.sh holds this list against the built module. */

#pragma weak client_add_capability
#pragma weak client_args_finished
#pragma weak client_enabled_mailbox_features
#pragma weak client_find_namespace
#pragma weak client_has_enabled
#pragma weak client_send_box_error
#pragma weak client_send_command_error
#pragma weak client_send_line
#pragma weak client_send_tagline
#pragma weak client_send_untagged_storage_error
#pragma weak command_find
#pragma weak command_hook_register
#pragma weak command_hook_unregister
#pragma weak command_register
#pragma weak command_unregister
#pragma weak imap_client_created_hook_set
#pragma weak imap_feature_register
#pragma weak imap_fetch_add_handler
#pragma weak imap_fetch_handler_unregister
#pragma weak imap_fetch_handlers_register
#pragma weak imap_module_register
#pragma weak imap_status_get_result
#pragma weak imap_status_parse_items
#pragma weak imap_status_send
#pragma weak imap_sync_deinit
#pragma weak imap_sync_init
#pragma weak imap_sync_more
#pragma weak winnow_class_by_verdict
#pragma weak winnow_class_without_verdict
#pragma weak winnow_mailbox_count
#pragma weak winnow_mailbox_get
#pragma weak winnow_mailbox_is_junk
#pragma weak winnow_message_judge
#pragma weak winnow_message_source_name
#pragma weak winnow_preferences_get
#pragma weak winnow_preferences_refuse
#pragma weak winnow_quiet_begin
#pragma weak winnow_quiet_end
#pragma weak winnow_search_keys_set_gate
#pragma weak winnow_settings_offers
#pragma weak winnow_sort_expect
#pragma weak winnow_transaction_classifier
#pragma weak winnow_user_get

#endif
