// What Swift's Glibc module leaves out: headers that it does not map, and GNU declarations.
#pragma once
#include <sys/signalfd.h>
#include <sys/socket.h>

static inline int linux_accept4(int descriptor, int flags) {
    int accept4(int, struct sockaddr *, socklen_t *, int);
    return accept4(descriptor, 0, 0, flags);
}
