// libssh, as a client. Its functions are called by their own names once library_load() has succeeded.
#pragma once

#include <libssh/callbacks.h>
#include <libssh/libssh.h>

#include "CLibraryLoader.h"

// libssh, to be loaded with library_load() before any other function of this module is called.
struct library *clibssh_library(void);

// Reads a private key. Neither libssh nor OpenSSL ever asks for a passphrase by itself: a file that wants one is not read
// without it.
//
// Gives null where it is not read, and then says whether a passphrase was wanted.
ssh_key clibssh_private_key(const char *path, const char *passphrase, int *is_encrypted);

// The least size of packets that a host has asked for since the last call with 1, in bytes; UINT32_MAX where none has.
// libssh up to 0.11 writes for ever to a host that takes packets of 10 bytes. It tells the size in its log alone, which is
// read from here, on this thread, between a call with 1 and one with 0.
uint32_t clibssh_watch_packet_size(int is_on);

// Has the session refuse all that a server may ask a client for by itself, such as channels of its own. Else libssh keeps
// each such request until somebody takes it.
void clibssh_refuse_requests(ssh_session session);
