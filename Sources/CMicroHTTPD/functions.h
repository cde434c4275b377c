// The functions of libmicrohttpd that are called, one a line.
#pragma once

#define MICROHTTPD_FUNCTIONS(F) \
    F(MHD_add_response_header) \
    F(MHD_create_response_from_buffer) \
    F(MHD_destroy_response) \
    F(MHD_get_connection_info) \
    F(MHD_get_daemon_info) \
    F(MHD_get_timeout) \
    F(MHD_queue_response) \
    F(MHD_run) \
    F(MHD_start_daemon) \
    F(MHD_stop_daemon)
