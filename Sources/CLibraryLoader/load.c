#include "CLibraryLoader.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

enum { unknown, loaded, failed };

// One lock for all libraries: dlopen(3) has one as well.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

// Adds a phrase to the problem; what does not fit is cut.
static void add_problem(struct library *library, const char *text) {
    size_t used = strlen(library->problem);
    snprintf(library->problem + used, sizeof library->problem - used, "%s%s", used ? "; " : "",
             text ? text : "unknown error");
}

// Fills the table from the library that `file` stands for. dlsym(3) searches the libraries that it needs as well, such
// as libcrypto behind libssl. Returns whether all functions are there.
static int fill_table(struct library *library, void *file) {
    const char *name = library->functions;
    for (size_t slot = 0; *name; slot++, name += strlen(name) + 1) {
        *(void **)&library->table[slot] = dlsym(file, name);
        if (!library->table[slot]) {
            add_problem(library, dlerror());
            return 0;
        }
    }
    return 1;
}

// A bug that writes to a wrong address must not be able to redirect the calls of a library.
static int protect_table(struct library *library) {
    if (mprotect(library->table, library->table_size, PROT_READ) == 0) return 1;
    char text[96];
    snprintf(text, sizeof text, "the table of functions cannot be made read-only: %s", strerror(errno));
    add_problem(library, text);
    return 0;
}

static void load(struct library *library) {
    int is_found = 0;
    for (const char *const *soname = library->sonames; *soname; soname++) {
        void *file = dlopen(*soname, RTLD_LAZY | RTLD_LOCAL);
        if (!file) {
            add_problem(library, dlerror());
            continue;
        }
        is_found = 1;
        if (fill_table(library, file) && protect_table(library)) {
            library->state = loaded;
            return;
        }
        memset(library->table, 0, library->table_size);
        dlclose(file);
    }
    snprintf(library->remedy, sizeof library->remedy, "%s the package %s (Debian), %s (Fedora) or %s (Alpine)",
             is_found ? "update" : "install", library->debian, library->fedora, library->alpine);
    library->state = failed;
}

struct library_failure library_load(struct library *library) {
    pthread_mutex_lock(&lock);
    if (library->state == unknown) load(library);
    struct library_failure failure = {0, 0};
    if (library->state == failed) failure = (struct library_failure){library->problem, library->remedy};
    pthread_mutex_unlock(&lock);
    return failure;
}
