// What Swift's importer cannot see of OpenSSL: function-like macros, and constants defined by macros.
#pragma once
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
