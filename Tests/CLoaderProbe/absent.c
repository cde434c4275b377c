#include "CLoaderProbe.h"
#include "library_define.h"

#define FUNCTIONS(F) F(erlclu_absent_function)

static const char *const sonames[] = {"liberlclu-absent.so.1", "liberlclu-absent.so.2", 0};
LIBRARY_DEFINE(absent, FUNCTIONS, .name = "absent", .sonames = sonames, .debian = "on-debian", .fedora = "on-fedora",
               .alpine = "on-alpine");

struct library *probe_absent(void) { return &absent; }
