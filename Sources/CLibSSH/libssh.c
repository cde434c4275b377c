#include "CLibSSH.h"

#include <libssh/server.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "functions.h"
#include "library_define.h"

static const char *const sonames[] = {"libssh.so.4", 0};

LIBRARY_DEFINE(libssh, LIBSSH_FUNCTIONS, .name = "libssh", .sonames = sonames, .debian = "libssh-4", .fedora = "libssh",
               .alpine = "libssh");

struct library *clibssh_library(void) { return &libssh; }

// Without a function of ours OpenSSL asks at the terminal for the passphrase of a PEM file.
static int passphrase_wanted(const char *prompt, char *text, size_t size, int echo, int verify, void *is_encrypted) {
    (void)prompt, (void)text, (void)size, (void)echo, (void)verify;
    *(int *)is_encrypted = 1;
    return -1;
}

ssh_key clibssh_private_key(const char *path, const char *passphrase, int *is_encrypted) {
    ssh_key key = 0;
    *is_encrypted = 0;
    if (ssh_pki_import_privkey_file(path, passphrase, passphrase_wanted, is_encrypted, &key) != SSH_OK) return 0;
    return key;
}

static _Thread_local uint32_t least_packet = UINT32_MAX;

static void read_log(int priority, const char *function, const char *text, void *data) {
    (void)priority, (void)function, (void)data;
    unsigned size;
    const char *found = strstr(text, "maxpacket : ");
    if (found && sscanf(found, "maxpacket : %u", &size) == 1 && size < least_packet) least_packet = size;
}

uint32_t clibssh_watch_packet_size(int is_on) {
    // Before 0.11 it is at a lower level.
    if (is_on) {
        least_packet = UINT32_MAX;
        ssh_set_log_callback(read_log);
    }
    ssh_set_log_level(is_on ? SSH_LOG_PACKET : SSH_LOG_NOLOG);
    return least_packet;
}

// 1: refused, as libssh does itself with what nobody handles.
static int refuse(ssh_session session, ssh_message message, void *data) {
    (void)session, (void)message, (void)data;
    return 1;
}

void clibssh_refuse_requests(ssh_session session) { ssh_set_message_callback(session, refuse, 0); }
