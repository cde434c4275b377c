#include "CLoaderProbe.h"
#include "library_define.h"

#define FUNCTIONS(F) F(significand)

double significand(double);

static const char *const sonames[] = {"libm.so.6", 0};
LIBRARY_DEFINE(present, FUNCTIONS, .name = "present", .sonames = sonames, .debian = "d", .fedora = "f", .alpine = "a");

struct library *probe_present(void) { return &present; }
double probe_significand(double x) { return significand(x); }
