// The part of libmicrohttpd that answers GET and HEAD with short texts, on the loop of the caller: no thread, and no
// parser of ours.
#pragma once

#include <stddef.h>
#include <sys/socket.h>

#include "CLibraryLoader.h"

// libmicrohttpd, to be loaded with library_load() before any other function of this module is called.
struct library *cmicrohttpd_library(void);

struct cmicrohttpd_server;

// What is answered; `answer` fills it in. The bytes are copied once it has returned.
struct cmicrohttpd_response {
    int status;
    const char *type;
    const void *bytes;
    size_t count;
};

// Answers one request for a path, without its query. `response->bytes` must live until the next call.
typedef void (*cmicrohttpd_answer)(void *context, const char *path, struct cmicrohttpd_response *response);

// Starts to listen. Null with errno where it cannot.
//   connections   are open at a time; the one that has waited longest for its request makes room for the next
//   idle_seconds  until a connection on which nothing moves is closed
struct cmicrohttpd_server *cmicrohttpd_start(const struct sockaddr *address, unsigned connections,
                                             unsigned idle_seconds, cmicrohttpd_answer answer, void *context);

// The epoll descriptor: readable when there is something to do.
int cmicrohttpd_descriptor(struct cmicrohttpd_server *server);

// The port that it listens on.
int cmicrohttpd_port(struct cmicrohttpd_server *server);

// Milliseconds until cmicrohttpd_run() is to be called in any case; -1: not before the descriptor is readable.
long cmicrohttpd_timeout(struct cmicrohttpd_server *server);

// Does what there is to do. It does not wait.
void cmicrohttpd_run(struct cmicrohttpd_server *server);

// Closes all connections and frees the server.
void cmicrohttpd_stop(struct cmicrohttpd_server *server);
