#pragma once

// Loads the system's OpenSSL and binds every function of symbols.def. Once it has succeeded the others are good to
// call; before that each of them ends the process. Null, or why it failed (the words of dlerror(3)).
const char *cossl_load(void);
