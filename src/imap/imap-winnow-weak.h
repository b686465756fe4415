#ifndef IMAP_WINNOW_WEAK_H
#define IMAP_WINNOW_WEAK_H

/* Dovecot binds all symbols of a module when it opens it, and an open that
   fails ends the process: set in the global mail_plugins, this module would
   stop deliveries. So what only the imap binary and the storage plugin have is
   bound weakly, and imap_winnow_plugin_init() looks whether it is there.

   For the assembler, not as #pragma weak: clang refuses that for what a file
   does not declare. */
#define IMAP_WINNOW_WEAK(symbol) __asm__(".weak " #symbol)

IMAP_WINNOW_WEAK(client_add_capability);
IMAP_WINNOW_WEAK(client_args_finished);
IMAP_WINNOW_WEAK(client_command_free);
IMAP_WINNOW_WEAK(client_continue_pending_input);
IMAP_WINNOW_WEAK(client_enable);
IMAP_WINNOW_WEAK(client_enabled_mailbox_features);
IMAP_WINNOW_WEAK(client_find_namespace);
IMAP_WINNOW_WEAK(client_find_namespace_full);
IMAP_WINNOW_WEAK(client_handle_unfinished_cmd);
IMAP_WINNOW_WEAK(client_has_enabled);
IMAP_WINNOW_WEAK(client_read_args);
IMAP_WINNOW_WEAK(client_send_box_error);
IMAP_WINNOW_WEAK(client_send_command_error);
IMAP_WINNOW_WEAK(client_send_error);
IMAP_WINNOW_WEAK(client_send_line);
IMAP_WINNOW_WEAK(client_send_line_next);
IMAP_WINNOW_WEAK(client_send_list_error);
IMAP_WINNOW_WEAK(client_send_tagline);
IMAP_WINNOW_WEAK(client_send_untagged_storage_error);
IMAP_WINNOW_WEAK(client_verify_open_mailbox);
IMAP_WINNOW_WEAK(cmd_search_parse_return_if_found);
IMAP_WINNOW_WEAK(cmd_sync);
IMAP_WINNOW_WEAK(cmd_sync_delayed);
IMAP_WINNOW_WEAK(command_exec);
IMAP_WINNOW_WEAK(command_find);
IMAP_WINNOW_WEAK(command_hook_register);
IMAP_WINNOW_WEAK(command_hook_unregister);
IMAP_WINNOW_WEAK(command_register);
IMAP_WINNOW_WEAK(command_unregister);
IMAP_WINNOW_WEAK(imap_client_created_hook_set);
IMAP_WINNOW_WEAK(imap_feature_condstore);
IMAP_WINNOW_WEAK(imap_feature_register);
IMAP_WINNOW_WEAK(imap_fetch_add_handler);
IMAP_WINNOW_WEAK(imap_fetch_handler_unregister);
IMAP_WINNOW_WEAK(imap_fetch_handlers_register);
IMAP_WINNOW_WEAK(imap_module_register);
IMAP_WINNOW_WEAK(imap_search_context_free);
IMAP_WINNOW_WEAK(imap_status_get_result);
IMAP_WINNOW_WEAK(imap_status_parse_items);
IMAP_WINNOW_WEAK(imap_status_send);
IMAP_WINNOW_WEAK(imap_sync_deinit);
IMAP_WINNOW_WEAK(imap_sync_init);
IMAP_WINNOW_WEAK(imap_sync_more);
IMAP_WINNOW_WEAK(winnow_class_by_verdict);
IMAP_WINNOW_WEAK(winnow_class_without_verdict);
IMAP_WINNOW_WEAK(winnow_clean_expect);
IMAP_WINNOW_WEAK(winnow_clean_expect_nothing);
IMAP_WINNOW_WEAK(winnow_criteria_begin);
IMAP_WINNOW_WEAK(winnow_criteria_check);
IMAP_WINNOW_WEAK(winnow_criteria_end);
IMAP_WINNOW_WEAK(winnow_criteria_next);
IMAP_WINNOW_WEAK(winnow_filter_get);
IMAP_WINNOW_WEAK(winnow_filter_parse);
IMAP_WINNOW_WEAK(winnow_key_from_arg);
IMAP_WINNOW_WEAK(winnow_key_set_gate);
IMAP_WINNOW_WEAK(winnow_mailbox_count);
IMAP_WINNOW_WEAK(winnow_mailbox_get);
IMAP_WINNOW_WEAK(winnow_mailbox_is_junk);
IMAP_WINNOW_WEAK(winnow_message_judge);
IMAP_WINNOW_WEAK(winnow_message_peek);
IMAP_WINNOW_WEAK(winnow_message_source_name);
IMAP_WINNOW_WEAK(winnow_preferences_get);
IMAP_WINNOW_WEAK(winnow_preferences_refuse);
IMAP_WINNOW_WEAK(winnow_quiet_begin);
IMAP_WINNOW_WEAK(winnow_quiet_end);
IMAP_WINNOW_WEAK(winnow_quiet_is_on);
IMAP_WINNOW_WEAK(winnow_quiet_is_pending);
IMAP_WINNOW_WEAK(winnow_quiet_owes);
IMAP_WINNOW_WEAK(winnow_search_next_message);
IMAP_WINNOW_WEAK(winnow_settings_offers);
IMAP_WINNOW_WEAK(winnow_search_begin_half);
IMAP_WINNOW_WEAK(winnow_search_end_half);
IMAP_WINNOW_WEAK(winnow_search_skip_half);
IMAP_WINNOW_WEAK(winnow_sort_expect);
IMAP_WINNOW_WEAK(winnow_transaction_classifier);
IMAP_WINNOW_WEAK(winnow_user_get);

#endif
