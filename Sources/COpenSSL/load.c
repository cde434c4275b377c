// OpenSSL, loaded when it is first called for. Linked in the ordinary way it costs every start of the program 0.8 ms,
// also where no TLS is spoken, which is a third of what a whole `eval` may take.
//
// For each function there is a symbol of its name that jumps to wherever its slot points. A jump leaves registers and
// stack alone, so it serves any signature. The symbols are hidden: libssl's own calls never come here.
#include "load.h"

#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

enum {
#define BIND(name) SLOT_##name,
#include "symbols.def"
#undef BIND
    SLOTS
};

static const char names[] =
#define BIND(name) #name "\0"
#include "symbols.def"
#undef BIND
    ;

static void unbound(void) {
    static const char text[] = "erlclu-ctl: OpenSSL is called before it is loaded\n";
    ssize_t ignored = write(STDERR_FILENO, text, sizeof text - 1);
    (void)ignored;
    abort();
}

__attribute__((visibility("hidden"), used)) void (*cossl_slots[SLOTS])(void) = {[0 ... SLOTS - 1] = unbound};

// `slot` counts while the assembler goes through the list, as the enumeration above does.
__asm__(".text\n.set cossl_slot, 0\n");
#if defined(__x86_64__)
#define JUMP(name) "jmpq *cossl_slots + 8 * cossl_slot(%rip)\n"
#elif defined(__aarch64__)
#define JUMP(name)                                                                                                   \
    "adrp x16, cossl_slots + 8 * cossl_slot\n"                                                                       \
    "ldr x16, [x16, :lo12:cossl_slots + 8 * cossl_slot]\n"                                                           \
    "br x16\n"
#else
#error "a jump through a pointer for this processor is missing"
#endif
#define BIND(name)                                                                                                   \
    __asm__(".globl " #name "\n.hidden " #name "\n.type " #name ", %function\n" #name ":\n" JUMP(name) ".size " #name \
            ", . - " #name "\n.set cossl_slot, cossl_slot + 1\n");
#include "symbols.def"
#undef BIND

const char *cossl_load(void) {
    // The name carries the ABI: OpenSSL 3.
    void *library = dlopen("libssl.so.3", RTLD_LAZY | RTLD_LOCAL);
    if (!library) return dlerror();
    const char *name = names;
    void (*found[SLOTS])(void);
    for (int slot = 0; slot < SLOTS; slot++) {
        // libcrypto is searched, too, as something that libssl needs.
        *(void **)&found[slot] = dlsym(library, name);
        if (!found[slot]) return dlerror();
        while (*name++) {}
    }
    for (int slot = 0; slot < SLOTS; slot++) cossl_slots[slot] = found[slot];
    return 0;
}
