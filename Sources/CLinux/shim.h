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

// How many processors this process may run on, by sched_getaffinity(2); 1 where that cannot be told. One system call,
// where sysconf(3) reads a file.
static inline int linux_usable_processors(void) {
    int sched_getaffinity(int, unsigned long, void *);
    int __sched_cpucount(unsigned long, const void *);
    unsigned long mask[16]; // a cpu_set_t: 1024 processors
    if (sched_getaffinity(0, sizeof mask, mask) != 0) return 1;
    return __sched_cpucount(sizeof mask, mask);
}

// prctl(2), PR_SET_DUMPABLE: whether the process may be dumped and traced, 0 or 1.
static inline void linux_set_dumpable(unsigned long is_dumpable) {
    int prctl(int, ...);
    prctl(4, is_dumpable, 0ul, 0ul, 0ul);
}
