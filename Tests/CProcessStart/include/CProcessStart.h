#ifndef CPROCESSSTART_H
#define CPROCESSSTART_H

#include <sys/types.h>

// What glibc shows only under _GNU_SOURCE, which the Glibc module is not read with. Each gives 0 or an errno.

/// pipe2(2), both ends close-on-exec and numbered from 20 on: a child finds its own descriptors below that, and a
/// dup2 of equal numbers would keep close-on-exec.
int CProcessStart_pipe(int *reading, int *writing);

/// posix_openpt(3): the master, close-on-exec, and the path of the other side.
int CProcessStart_open_terminal(unsigned short rows, unsigned short columns, int *master, char *path, size_t size);

/// posix_spawnp(3) into a session of its own with signals at their defaults, so that the program and all that it
/// starts can be killed together and no signal meant for the caller reaches it.
/// pairs: count of (ours, theirs); terminal: NULL, or what becomes descriptors 0, 1, 2; directory: NULL, or where.
int CProcessStart_spawn(pid_t *child, const char *executable, char *const *argv, char *const *envp,
                        const int *pairs, size_t count, const char *terminal, const char *directory);

#endif
