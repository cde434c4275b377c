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

// Flags of recv(2) and send(2). Some C libraries have them as an enumeration and some as macros, which Swift sees in
// different ways.
static const int LINUX_MSG_PEEK = 0x2;
static const int LINUX_MSG_DONTWAIT = 0x40;
static const int LINUX_MSG_NOSIGNAL = 0x4000;

// What epoll_wait(2) gives back: struct epoll_event, which is packed on x86-64 only.
struct linux_epoll_event {
    unsigned int events;
    unsigned long long data;
}
#if defined(__x86_64__)
__attribute__((packed))
#endif
;

static const unsigned int LINUX_EPOLLIN = 0x001;
static const unsigned int LINUX_EPOLLOUT = 0x004;
static const unsigned int LINUX_EPOLLERR = 0x008;
static const unsigned int LINUX_EPOLLHUP = 0x010;
static const int LINUX_EPOLL_CTL_ADD = 1;
static const int LINUX_EPOLL_CTL_DEL = 2;
static const int LINUX_EPOLL_CTL_MOD = 3;

// epoll_create1(2) with EPOLL_CLOEXEC.
static inline int linux_epoll_create(void) {
    int epoll_create1(int);
    return epoll_create1(02000000);
}

// epoll_ctl(2). The operation is one of LINUX_EPOLL_CTL_*, the events are some of LINUX_EPOLL*.
static inline int linux_epoll_control(int epoll, int operation, int descriptor, unsigned int events, unsigned long long data) {
    int epoll_ctl(int, int, int, void *);
    struct linux_epoll_event event = {events, data};
    return epoll_ctl(epoll, operation, descriptor, &event);
}

// epoll_wait(2).
static inline int linux_epoll_wait(int epoll, struct linux_epoll_event *events, int room, int milliseconds) {
    int epoll_wait(int, void *, int, int);
    return epoll_wait(epoll, events, room, milliseconds);
}

// eventfd(2), from 0, with EFD_CLOEXEC and EFD_NONBLOCK.
static inline int linux_eventfd(void) {
    int eventfd(unsigned int, int);
    return eventfd(0, 02004000);
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

// memfd_create(2) with MFD_CLOEXEC: a file without a name, in memory.
static inline int linux_memory_file(void) {
    int memfd_create(const char *, unsigned int);
    return memfd_create("screen", 1u);
}

// pidfd_open(2): a descriptor that becomes readable when the process has ended; -1 before Linux 5.3.
static inline int linux_process_descriptor(int process) {
    long syscall(long, ...);
    return (int)syscall(434, process, 0);
}

// pipe2(2) with O_CLOEXEC.
static inline int linux_pipe(int ends[2]) {
    int pipe2(int[2], int);
    return pipe2(ends, 02000000);
}

// The process group of a program that is started: see linux_start_process.
static const int LINUX_GROUP_OURS = 0;
static const int LINUX_GROUP_OWN = 1;
static const int LINUX_GROUP_OURS_AS_USUAL = 2;

// Starts a program that the path finds, with this process's environment. The descriptors become its 0, 1 and 2; each of
// them is above 2, or is that already. It gets the signal when the thread that started it ends, however that ends. In a
// process group of its own the terminal's signals do not reach it; in ours it ignores SIGINT, which is for us to act on,
// unless the group is LINUX_GROUP_OURS_AS_USUAL: then it is a command that a person has typed.
//
// Gives its number, or -1 with an errno in *failure. posix_spawn(3) cannot ask for that death.
static inline int linux_start_process(char *const *words, const int descriptors[3], int group, int death, int *failure) {
    int fork(void);
    int getpid(void);
    int getppid(void);
    int prctl(int, ...);
    int setpgid(int, int);
    int dup2(int, int);
    int close(int);
    long read(int, void *, unsigned long);
    long write(int, const void *, unsigned long);
    int waitpid(int, int *, int);
    int sigprocmask(int, const void *, void *);
    void (*signal(int, void (*)(int)))(int);
    int execvp(const char *, char *const *);
    void _exit(int);
    int *__errno_location(void);
    int parent = getpid(), report[2], error = 0;
    if (linux_pipe(report) != 0) {
        *failure = *__errno_location();
        return -1;
    }
    int child = fork();
    if (child == 0) {
        unsigned char none[128] = {0}; // a sigset_t
        prctl(1, (unsigned long)death, 0ul, 0ul, 0ul); // PR_SET_PDEATHSIG
        if (getppid() != parent) _exit(127);
        if (group == LINUX_GROUP_OWN) setpgid(0, 0);
        for (int number = 1; number < 32; number++) signal(number, (void (*)(int))0);
        if (group == LINUX_GROUP_OURS) signal(2, (void (*)(int))1);
        sigprocmask(2, none, (void *)0);
        for (int i = 0; i < 3; i++) dup2(descriptors[i], i);
        execvp(words[0], words);
        error = *__errno_location();
        write(report[1], &error, sizeof error);
        _exit(127);
    }
    if (child < 0) error = *__errno_location();
    close(report[1]);
    if (child > 0) {
        long count;
        do {
            count = read(report[0], &error, sizeof error);
        } while (count < 0 && *__errno_location() == 4); // EINTR
        if (count > 0) waitpid(child, (void *)0, 0);
    }
    close(report[0]);
    *failure = error;
    return error == 0 ? child : -1;
}
