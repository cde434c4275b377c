#include "CMicroHTTPD.h"

#include <errno.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>

#include "functions.h"
#include "library_define.h"

static const char *const sonames[] = {"libmicrohttpd.so.12", 0};

LIBRARY_DEFINE(microhttpd, MICROHTTPD_FUNCTIONS, .name = "libmicrohttpd", .sonames = sonames,
               .debian = "libmicrohttpd12", .fedora = "libmicrohttpd", .alpine = "libmicrohttpd");

struct library *cmicrohttpd_library(void) { return &microhttpd; }

struct cmicrohttpd_server {
    struct MHD_Daemon *daemon;
    cmicrohttpd_answer answer;
    void *context;
};

static enum MHD_Result queue(struct MHD_Connection *connection, const struct cmicrohttpd_response *answer,
                             const char *allowed) {
    struct MHD_Response *response = MHD_create_response_from_buffer(
        answer->count, (void *)(uintptr_t)answer->bytes, MHD_RESPMEM_MUST_COPY);
    if (!response) return MHD_NO;
    MHD_add_response_header(response, "Content-Type", answer->type);
    MHD_add_response_header(response, "Cache-Control", "no-store");
    if (allowed) MHD_add_response_header(response, "Allow", allowed);
    enum MHD_Result result = MHD_queue_response(connection, (unsigned)answer->status, response);
    MHD_destroy_response(response);
    return result;
}

// libmicrohttpd calls it once for the head of a request, and again for each part of its body and its end. The head is
// answered at once where the method is none of ours, so that no body is read; then *state says that this was the first.
static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *path, const char *method,
                              const char *version, const char *body, size_t *body_size, void **state) {
    (void)version;
    (void)body;
    static char seen;
    struct cmicrohttpd_server *server = context;
    if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0) {
        const struct cmicrohttpd_response refusal = {405, "text/plain", "GET and HEAD only\n", 18};
        return *state ? MHD_NO : (*state = &seen, queue(connection, &refusal, "GET, HEAD"));
    }
    if (!*state) {
        *state = &seen;
        return MHD_YES;
    }
    if (*body_size) {
        *body_size = 0;
        return MHD_YES;
    }
    struct cmicrohttpd_response answer = {500, "text/plain", "", 0};
    server->answer(server->context, path, &answer);
    return queue(connection, &answer, 0);
}

struct cmicrohttpd_server *cmicrohttpd_start(const struct sockaddr *address, unsigned connections,
                                             unsigned idle_seconds, cmicrohttpd_answer answer, void *context) {
    struct cmicrohttpd_server *server = malloc(sizeof *server);
    if (!server) return 0;
    server->answer = answer;
    server->context = context;
    unsigned flags = MHD_USE_EPOLL | (address->sa_family == AF_INET6 ? MHD_USE_IPv6 : 0);
    errno = 0;
    // A head that is larger than its memory is refused by libmicrohttpd (431).
    server->daemon = MHD_start_daemon(flags, 0, 0, 0, &handle, server, MHD_OPTION_SOCK_ADDR, address,
                                      MHD_OPTION_CONNECTION_LIMIT, connections, MHD_OPTION_CONNECTION_TIMEOUT,
                                      idle_seconds, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)8192,
                                      MHD_OPTION_END);
    if (server->daemon) return server;
    int error = errno;
    free(server);
    errno = error ? error : EADDRINUSE;
    return 0;
}

int cmicrohttpd_descriptor(struct cmicrohttpd_server *server) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    return info ? info->epoll_fd : -1;
}

int cmicrohttpd_port(struct cmicrohttpd_server *server) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT);
    return info ? info->port : 0;
}

long cmicrohttpd_timeout(struct cmicrohttpd_server *server) {
    MHD_UNSIGNED_LONG_LONG milliseconds;
    if (MHD_get_timeout(server->daemon, &milliseconds) != MHD_YES) return -1;
    return milliseconds > 3600000 ? 3600000 : (long)milliseconds;
}

void cmicrohttpd_run(struct cmicrohttpd_server *server) { MHD_run(server->daemon); }

void cmicrohttpd_stop(struct cmicrohttpd_server *server) {
    MHD_stop_daemon(server->daemon);
    free(server);
}
