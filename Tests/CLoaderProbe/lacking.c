#include "CLoaderProbe.h"
#include "library_define.h"

#define FUNCTIONS(F) F(scalb) F(erlclu_lacking_function)

static const char *const sonames[] = {"libm.so.6", "liberlclu-absent.so.2", 0};
LIBRARY_DEFINE(lacking, FUNCTIONS, .name = "lacking", .sonames = sonames, .debian = "on-debian", .fedora = "on-fedora",
               .alpine = "on-alpine");

struct library *probe_lacking(void) { return &lacking; }
