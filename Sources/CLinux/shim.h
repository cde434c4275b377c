// GNU functions that Swift's Glibc module leaves out.
//
// No system header is included: what two modules include belongs to either one, by chance of the build's order, and
// disappears from the other. So the functions are declared here, inside the wrappers, with pointers to anything.
#pragma once

// signalfd(2) for a new descriptor; mask points at a sigset_t. Flags as O_CLOEXEC and O_NONBLOCK.
static inline int linux_signalfd(const void *mask, int flags) {
    int signalfd(int, const void *, int);
    return signalfd(-1, mask, flags);
}

// accept4(2), not asking for the address. Flags as SOCK_CLOEXEC and SOCK_NONBLOCK.
static inline int linux_accept4(int descriptor, int flags) {
    int accept4(int, void *, void *, int);
    return accept4(descriptor, (void *)0, (void *)0, flags);
}
