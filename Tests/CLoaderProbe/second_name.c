#include "CLoaderProbe.h"
#include "library_define.h"

// The one that is called is not the first, so that a wrong slot is noticed.
#define FUNCTIONS(F) F(gamma) F(drem)

double drem(double, double);

static const char *const sonames[] = {"liberlclu-absent.so.1", "libm.so.6", 0};
LIBRARY_DEFINE(second, FUNCTIONS, .name = "second", .sonames = sonames, .debian = "d", .fedora = "f", .alpine = "a");

struct library *probe_second_name(void) { return &second; }
double probe_drem(double x, double y) { return drem(x, y); }
