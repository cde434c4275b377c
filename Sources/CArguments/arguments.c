// Swift's standard library finds the arguments of the process by a static initializer that reads /proc/self/maps, which
// is a twentieth of the whole time that an `eval` over TCP takes. The dynamic linker hands them to a constructor for
// nothing. These are the two functions that the library asks (stdlib/public/stubs/CommandLine.cpp): with them here, its
// own object is not linked. Should a later Swift ask others, its own come back, and only the time is lost.
#include "arguments.h"

static int count;
static char **vector;

__attribute__((constructor)) static void keep(int argc, char **argv) {
    count = argc;
    vector = argv;
}

char **_swift_stdlib_getUnsafeArgvArgc(int *length) {
    *length = count;
    return vector;
}

void _swift_stdlib_overrideUnsafeArgvArgc(char **argv, int argc) {
    keep(argc, argv);
}
