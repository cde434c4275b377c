// The functions of libssh that are called, one a line.
#pragma once

#define LIBSSH_FUNCTIONS(F) \
    F(ssh_channel_close) \
    F(ssh_channel_free) \
    F(ssh_channel_get_exit_status) \
    F(ssh_channel_is_closed) \
    F(ssh_channel_is_eof) \
    F(ssh_channel_new) \
    F(ssh_channel_open_forward) \
    F(ssh_channel_open_session) \
    F(ssh_channel_poll) \
    F(ssh_channel_read_nonblocking) \
    F(ssh_channel_request_exec) \
    F(ssh_channel_window_size) \
    F(ssh_channel_write) \
    F(ssh_connect) \
    F(ssh_disconnect) \
    F(ssh_free) \
    F(ssh_get_error) \
    F(ssh_get_fd) \
    F(ssh_get_poll_flags) \
    F(ssh_get_server_publickey) \
    F(ssh_get_serverbanner) \
    F(ssh_is_connected) \
    F(ssh_key_free) \
    F(ssh_new) \
    F(ssh_options_set) \
    F(ssh_pki_copy_cert_to_privkey) \
    F(ssh_pki_export_pubkey_base64) \
    F(ssh_pki_import_cert_file) \
    F(ssh_pki_import_privkey_file) \
    F(ssh_pki_import_pubkey_file) \
    F(ssh_set_agent_socket) \
    F(ssh_set_blocking) \
    F(ssh_set_channel_callbacks) \
    F(ssh_set_log_callback) \
    F(ssh_set_log_level) \
    F(ssh_set_message_callback) \
    F(ssh_string_free_char) \
    F(ssh_userauth_agent) \
    F(ssh_userauth_list) \
    F(ssh_userauth_publickey) \
    F(ssh_userauth_try_publickey)
