#include "openssl.h"

#include "functions.h"
#include "library_define.h"

// The program is compiled with the headers of OpenSSL 3 and calls nothing that is deprecated there, so that the next
// major release can take its place. libcrypto comes with libssl, in the same release.
static const char *const sonames[] = {"libssl.so.3", "libssl.so.4", 0};

LIBRARY_DEFINE(openssl, OPENSSL_FUNCTIONS, .name = "OpenSSL", .sonames = sonames, .debian = "libssl3",
               .fedora = "openssl-libs", .alpine = "libssl3");

struct library *cossl_library(void) { return &openssl; }
