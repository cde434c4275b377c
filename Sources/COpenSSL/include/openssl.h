#pragma once

#include "CLibraryLoader.h"

// OpenSSL 3 or 4, to be loaded with library_load() before any other function of this module is called.
struct library *cossl_library(void);
