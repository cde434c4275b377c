// Libraries for the tests of CLibraryLoader. What is found is a part of libc, so that the tests need nothing else.
#pragma once

#include "CLibraryLoader.h"

// libm under its own soname, with one function.
struct library *probe_present(void);
double probe_significand(double x);

// libm under its second soname: the first is that of no library.
struct library *probe_second_name(void);
double probe_drem(double x, double y);

// A library that is not there under any of its names.
struct library *probe_absent(void);

// libm, which lacks one of the functions.
struct library *probe_lacking(void);
