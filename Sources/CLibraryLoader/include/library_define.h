// LIBRARY_DEFINE, for the one C file that describes a library; one library a file.
//
//     #define OPENSSL_FUNCTIONS(F) F(SSL_new) F(SSL_free)
//     static const char *const sonames[] = {"libssl.so.3", 0};
//     LIBRARY_DEFINE(openssl, OPENSSL_FUNCTIONS, .name = "OpenSSL", .sonames = sonames, .debian = "libssl3", ...)
//
// For each function it defines a symbol of that name, which jumps to the address in the table. A jump keeps registers
// and stack, so that it suits all signatures, and calls can be compiled with the library's own headers. The symbols are
// hidden: calls inside the library do not come here. A function that is called and not listed is an undefined symbol at
// link time.
#pragma once

#include "CLibraryLoader.h"

// The largest page that the processor's Linux has, in bytes: mprotect(2) works on whole pages.
#if defined(__x86_64__)
#define LIBRARY_PAGE 4096
#define LIBRARY_JUMP "jmpq *library_table + 8 * library_slot(%rip)\n"
#elif defined(__aarch64__)
#define LIBRARY_PAGE 65536
#define LIBRARY_JUMP                                                                                                   \
    "adrp x16, library_table + 8 * library_slot\n"                                                                     \
    "ldr x16, [x16, :lo12:library_table + 8 * library_slot]\n"                                                         \
    "br x16\n"
#else
#error "LIBRARY_JUMP is not written for this processor"
#endif

#define LIBRARY_ONE(function) +1
#define LIBRARY_NAME(function) #function "\0"
#define LIBRARY_SYMBOL(function)                                                                                       \
    ".globl " #function "\n.hidden " #function "\n.type " #function ", %function\n" #function ":\n" LIBRARY_JUMP       \
    ".size " #function ", . - " #function "\n.set library_slot, library_slot + 1\n"
#define LIBRARY_TABLE_SIZE(list) ((8 * (0 list(LIBRARY_ONE)) + LIBRARY_PAGE - 1) / LIBRARY_PAGE * LIBRARY_PAGE)

// Defines `struct library variable`, static. `list` is a macro that applies its argument to each function; the rest are
// the other fields of the description.
#define LIBRARY_DEFINE(variable, list, ...)                                                                            \
    __attribute__((aligned(LIBRARY_PAGE), used)) static void (*library_table[LIBRARY_TABLE_SIZE(list) / 8])(void);     \
    __asm__(".text\n.set library_slot, 0\n" list(LIBRARY_SYMBOL));                                                     \
    static struct library variable = {.functions = list(LIBRARY_NAME),                                                 \
                                      .table = library_table,                                                          \
                                      .table_size = sizeof library_table,                                              \
                                      __VA_ARGS__}
