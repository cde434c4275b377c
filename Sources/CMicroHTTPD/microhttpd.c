#include "CMicroHTTPD.h"

#include <errno.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "functions.h"
#include "library_define.h"

static const char *const sonames[] = {"libmicrohttpd.so.12", 0};

LIBRARY_DEFINE(microhttpd, MICROHTTPD_FUNCTIONS, .name = "libmicrohttpd", .sonames = sonames,
               .debian = "libmicrohttpd12", .fedora = "libmicrohttpd", .alpine = "libmicrohttpd");

struct library *cmicrohttpd_library(void) { return &microhttpd; }

// A connection that is open. Those of a server are in a ring, in the order in which they came or were answered last.
struct visitor {
    struct visitor *before, *after;
    int descriptor;
    int is_leaving;
};

struct cmicrohttpd_server {
    struct MHD_Daemon *daemon;
    cmicrohttpd_answer answer;
    void *context;
    // The head of the ring: the longest waiting visitor is behind it.
    struct visitor visitors;
    unsigned staying;
    unsigned most;
    // Whether a connection was closed since libmicrohttpd last ran.
    int has_closed;
};

static void unlink_visitor(struct visitor *visitor) {
    visitor->before->after = visitor->after;
    visitor->after->before = visitor->before;
}

static void append_visitor(struct cmicrohttpd_server *server, struct visitor *visitor) {
    visitor->before = server->visitors.before;
    visitor->after = &server->visitors;
    visitor->before->after = visitor;
    server->visitors.before = visitor;
}

// The one that has waited for the longest makes room for the next. libmicrohttpd has no function that closes a
// connection of its own, but it closes one that has ended. Its time for an idle one does not help: whoever sends a byte
// now and then is not idle.
static void make_room(struct cmicrohttpd_server *server) {
    for (struct visitor *visitor = server->visitors.after; visitor != &server->visitors; visitor = visitor->after) {
        if (visitor->is_leaving) continue;
        visitor->is_leaving = 1;
        server->staying--;
        shutdown(visitor->descriptor, SHUT_RDWR);
        return;
    }
}

static void notify(void *context, struct MHD_Connection *connection, void **state,
                   enum MHD_ConnectionNotificationCode what) {
    struct cmicrohttpd_server *server = context;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        struct visitor *visitor = info ? calloc(1, sizeof *visitor) : 0;
        *state = visitor;
        if (!visitor) return;
        visitor->descriptor = info->connect_fd;
        append_visitor(server, visitor);
        if (++server->staying > server->most) make_room(server);
    } else {
        server->has_closed = 1;
        struct visitor *visitor = *state;
        if (!visitor) return;
        unlink_visitor(visitor);
        if (!visitor->is_leaving) server->staying--;
        free(visitor);
        *state = 0;
    }
}

// It has asked, so it has waited for nothing.
static void answered(struct cmicrohttpd_server *server, struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct visitor *visitor = info ? info->socket_context : 0;
    if (!visitor) return;
    unlink_visitor(visitor);
    append_visitor(server, visitor);
}

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
    answered(server, connection);
    return queue(connection, &answer, 0);
}

struct cmicrohttpd_server *cmicrohttpd_start(const struct sockaddr *address, unsigned connections,
                                             unsigned idle_seconds, cmicrohttpd_answer answer, void *context) {
    struct cmicrohttpd_server *server = calloc(1, sizeof *server);
    if (!server) return 0;
    server->visitors.before = server->visitors.after = &server->visitors;
    // Below the limit of libmicrohttpd, which takes nobody in while it is reached.
    server->most = connections - (connections > 64 ? 16 : connections / 4);
    server->answer = answer;
    server->context = context;
    unsigned flags = MHD_USE_EPOLL | (address->sa_family == AF_INET6 ? MHD_USE_IPv6 : 0);
    errno = 0;
    // A head that is larger than its memory is refused by libmicrohttpd (431).
    server->daemon = MHD_start_daemon(flags, 0, 0, 0, &handle, server, MHD_OPTION_SOCK_ADDR, address,
                                      MHD_OPTION_CONNECTION_LIMIT, connections, MHD_OPTION_CONNECTION_TIMEOUT,
                                      idle_seconds, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)8192,
                                      MHD_OPTION_NOTIFY_CONNECTION, &notify, server, MHD_OPTION_END);
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
    // At its limit it does not listen, and begins again only when it runs the next time.
    if (server->has_closed) return 0;
    MHD_UNSIGNED_LONG_LONG milliseconds;
    if (MHD_get_timeout(server->daemon, &milliseconds) != MHD_YES) return -1;
    return milliseconds > 3600000 ? 3600000 : (long)milliseconds;
}

void cmicrohttpd_run(struct cmicrohttpd_server *server) {
    server->has_closed = 0;
    MHD_run(server->daemon);
}

void cmicrohttpd_stop(struct cmicrohttpd_server *server) {
    MHD_stop_daemon(server->daemon);
    free(server);
}
