#include "CNcurses.h"

// Functions only: a macro would touch the library's variables, which are not loaded with it.
#define NCURSES_NOMACROS 1
#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

// Of <term.h>, which makes macros of many plain words.
int tigetnum(const char *);
char *tigetstr(const char *);

#include "functions.h"
#include "library_define.h"

static const char *const sonames[] = {"libncursesw.so.6", 0};

LIBRARY_DEFINE(ncurses, NCURSES_FUNCTIONS, .name = "ncurses", .sonames = sonames, .debian = "libncursesw6",
               .fedora = "ncurses-libs", .alpine = "libncursesw");

struct library *cncurses_library(void) { return &ncurses; }

struct cncurses_screen {
    SCREEN *screen;
    WINDOW *window;
    FILE *output, *input;
    int colors;
};

// Pairs of the foreground colours with the terminal's own background, by enum cncurses_color.
static void start_colors(struct cncurses_screen *screen) {
    if (!has_colors() || start_color() == ERR) return;
    short background = use_default_colors() == ERR ? COLOR_BLACK : -1;
    int available = tigetnum("colors");
    // Bright black is the grey of terminals with 16 colours.
    const short grey = available >= 16 ? 8 : COLOR_WHITE;
    const short foregrounds[] = {COLOR_RED, COLOR_GREEN, COLOR_YELLOW, COLOR_CYAN, grey};
    for (short pair = 1; pair <= 5; pair++)
        if (init_pair(pair, foregrounds[pair - 1], background) == ERR) return;
    screen->colors = available;
}

static int make_window(struct cncurses_screen *screen) {
    if (screen->window) delwin(screen->window);
    screen->window = newwin(0, 0, 0, 0);
    if (!screen->window) return 0;
    // The cursor may stay where the last change was.
    leaveok(screen->window, TRUE);
    return 1;
}

struct cncurses_screen *cncurses_open(const char *type, int descriptor, int columns, int rows, int has_color) {
    struct cncurses_screen *screen = calloc(1, sizeof *screen);
    FILE *output = fdopen(descriptor, "w");
    FILE *input = fopen("/dev/null", "r");
    if (screen && output && input) {
        // Neither LINES and COLUMNS nor the descriptor say how large the terminal is. Of the two only the latter may be asked:
        // the descriptor is no terminal. Where neither is, newterm(3) wants terminfo to know the size, which for the consoles of
        // Linux and Cygwin it does not.
        use_env(FALSE);
        use_tioctl(TRUE);
        // newterm(3) takes these for itself. Its handler of SIGTSTP would leave the screen a second time, and what it writes
        // would stand before the next screen.
        static const int signals[] = {SIGTSTP, SIGINT, SIGTERM, SIGWINCH};
        struct sigaction found[sizeof signals / sizeof *signals];
        for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) sigaction(signals[i], 0, &found[i]);
        screen->screen = newterm((char *)type, output, input);
        for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) sigaction(signals[i], &found[i], 0);
    }
    if (!screen || !screen->screen) {
        free(screen);
        if (output) fclose(output); else close(descriptor);
        if (input) fclose(input);
        return 0;
    }
    screen->output = output;
    screen->input = input;
    const char *address = tigetstr("cup");
    if (!address || address == (char *)-1 || resizeterm(rows, columns) == ERR || !make_window(screen)) {
        cncurses_close(screen);
        return 0;
    }
    if (has_color) start_colors(screen);
    // What has been written is for a terminal as large as terminfo has it, the region that scrolls above all. All of it is
    // written anew with the first screen.
    endwin();
    fflush(output);
    if (ftruncate(descriptor, 0) == 0) lseek(descriptor, 0, SEEK_SET);
    clearok(screen->window, TRUE);
    return screen;
}

int cncurses_colors(const struct cncurses_screen *screen) { return screen->colors; }

int cncurses_put(struct cncurses_screen *screen, int column, int row, const uint32_t *text, int color, int attributes) {
    wchar_t wide[CCHARW_MAX + 1] = {0};
    for (int i = 0; i < CCHARW_MAX && text[i]; i++) wide[i] = (wchar_t)text[i];
    attr_t attribute = A_NORMAL;
    if (attributes & CNCURSES_BOLD) attribute |= A_BOLD;
    if (attributes & CNCURSES_REVERSE) attribute |= A_REVERSE;
    if (attributes & CNCURSES_UNDERLINE) attribute |= A_UNDERLINE;
    cchar_t cell;
    if (setcchar(&cell, wide, attribute, (short)(screen->colors ? color : 0), 0) == ERR) return 0;
    if (wmove(screen->window, row, column) == ERR) return 0;
    // ERR in the last cell: it is written, but the cursor has no place behind it.
    wadd_wch(screen->window, &cell);
    return 1;
}

void cncurses_update(struct cncurses_screen *screen) {
    wnoutrefresh(screen->window);
    doupdate();
    fflush(screen->output);
}

void cncurses_repaint(struct cncurses_screen *screen) { clearok(screen->window, TRUE); }

int cncurses_resize(struct cncurses_screen *screen, int columns, int rows) {
    if (resizeterm(rows, columns) == ERR || !make_window(screen)) return 0;
    clearok(screen->window, TRUE);
    return 1;
}

void cncurses_leave(struct cncurses_screen *screen) {
    endwin();
    fflush(screen->output);
}

void cncurses_close(struct cncurses_screen *screen) {
    if (screen->window) delwin(screen->window);
    delscreen(screen->screen);
    fclose(screen->output);
    fclose(screen->input);
    free(screen);
}
