#include "CProcessStart.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int move_up(int descriptor) {
    int moved = fcntl(descriptor, F_DUPFD_CLOEXEC, 20);
    int failure = moved < 0 ? errno : 0;
    close(descriptor);
    return failure ? -failure : moved;
}

int CProcessStart_pipe(int *reading, int *writing) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return errno;
    *reading = move_up(ends[0]);
    *writing = move_up(ends[1]);
    return *reading < 0 ? -*reading : *writing < 0 ? -*writing : 0;
}

int CProcessStart_open_terminal(unsigned short rows, unsigned short columns, int *master, char *path, size_t size) {
    int opened = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (opened < 0) return errno;
    struct winsize window = {.ws_row = rows, .ws_col = columns};
    if (grantpt(opened) != 0 || unlockpt(opened) != 0 || ioctl(opened, TIOCSWINSZ, &window) != 0 ||
        ptsname_r(opened, path, size) != 0) {
        int failure = errno;
        close(opened);
        return failure;
    }
    *master = move_up(opened);
    return *master < 0 ? -*master : 0;
}

int CProcessStart_spawn(pid_t *child, const char *executable, char *const *argv, char *const *envp,
                        const int *pairs, size_t count, const char *terminal, const char *directory) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    if (terminal) {  // The first terminal that a session leader opens becomes its controlling one.
        posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0);
        posix_spawn_file_actions_adddup2(&actions, 0, 1);
        posix_spawn_file_actions_adddup2(&actions, 0, 2);
    }
    for (size_t i = 0; i < count; i++) posix_spawn_file_actions_adddup2(&actions, pairs[2 * i], pairs[2 * i + 1]);
    // Foundation's pipes are inherited: a node that outlives its test would keep one of another test open, whose reader
    // waits for its end.
    int unused = 3;
    for (size_t i = 0; i < count; i++) {
        if (pairs[2 * i + 1] >= unused) unused = pairs[2 * i + 1] + 1;
    }
    posix_spawn_file_actions_addclosefrom_np(&actions, unused);
    if (directory) posix_spawn_file_actions_addchdir_np(&actions, directory);
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
    int status = posix_spawnp(child, executable, &actions, &attributes, argv, envp);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return status;
}
