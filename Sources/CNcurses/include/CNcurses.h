// The part of ncursesw that draws a screen of cells into a file. It reads no keys, sets no terminal modes and asks no
// terminal for its size.
#pragma once

#include <stdint.h>

#include "CLibraryLoader.h"

// ncursesw, to be loaded with library_load() before any other function of this module is called.
struct library *cncurses_library(void);

// A screen; ncurses knows one current screen a process, so there is one at a time.
struct cncurses_screen;

enum cncurses_color { CNCURSES_PLAIN, CNCURSES_RED, CNCURSES_GREEN, CNCURSES_YELLOW, CNCURSES_CYAN, CNCURSES_GREY };
enum cncurses_attribute { CNCURSES_BOLD = 1, CNCURSES_REVERSE = 2, CNCURSES_UNDERLINE = 4 };

// Starts a screen for a terminal of this type (terminfo) that is drawn into `descriptor`, which it takes. Null where
// the type is not known or cannot address the cursor; the descriptor is closed then.
struct cncurses_screen *cncurses_open(const char *type, int descriptor, int columns, int rows, int has_color);

// How many colours are used: 0 for a monochrome screen.
int cncurses_colors(const struct cncurses_screen *screen);

// Puts one character, followed by the marks that combine with it, at a cell: code points that end with a 0. Returns
// whether it could.
int cncurses_put(struct cncurses_screen *screen, int column, int row, const uint32_t *text, int color, int attributes);

// Writes what is different from the last time to the descriptor.
void cncurses_update(struct cncurses_screen *screen);

// Forgets what the terminal shows: the next update draws everything.
void cncurses_repaint(struct cncurses_screen *screen);

// The terminal has another size now; the screen is empty, and is drawn whole at the next update.
int cncurses_resize(struct cncurses_screen *screen, int columns, int rows);

// Leaves the screen: what puts the terminal back is written to the descriptor. The next update shows
// it again.
void cncurses_leave(struct cncurses_screen *screen);

// Frees the screen and closes the descriptor.
void cncurses_close(struct cncurses_screen *screen);
