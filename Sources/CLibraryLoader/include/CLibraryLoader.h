// Loads a shared library when it is first needed, instead of at each start of the program.
//
// A library has a C target of its own. One file of it describes the library with LIBRARY_DEFINE (library_define.h) and
// returns the description from a function. Its functions are called by their own names once library_load() has
// succeeded.
#pragma once

#include <stddef.h>

// A library that can be loaded. LIBRARY_DEFINE fills it in.
struct library {
    // The name for people, as in "OpenSSL".
    const char *name;
    // The accepted sonames, the preferred one first; a null pointer ends the list. A soname names the ABI. Libraries
    // that this one needs itself are of the same release: the dynamic linker takes those that it was built with.
    const char *const *sonames;
    // The packages that have it.
    const char *debian, *fedora, *alpine;
    // The names of the functions, each with its zero byte; an empty name ends them.
    const char *functions;
    // The addresses of the functions, in the same order: whole pages, null before the library is loaded, read-only
    // after that.
    void (**table)(void);
    size_t table_size; // in bytes
    // Only library_load() uses what follows.
    int state;
    char problem[768];
    char remedy[192];
};

// Why a library cannot be used: phrases without a final period, which live as long as the process.
struct library_failure {
    const char *problem; // null: the library is loaded
    const char *remedy;  // names the package for Debian, Fedora and Alpine
};

// Loads the library and fills its table, the first time that it is called for it; later calls return the same result.
// It may be called by any thread. A function of the library that is called before it has succeeded jumps to address 0.
struct library_failure library_load(struct library *library);
