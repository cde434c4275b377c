// The functions of libncursesw and libtinfo that are called, one a line.
#pragma once

#define NCURSES_FUNCTIONS(F) \
    F(clearok) \
    F(delscreen) \
    F(delwin) \
    F(doupdate) \
    F(endwin) \
    F(has_colors) \
    F(init_pair) \
    F(leaveok) \
    F(newterm) \
    F(newwin) \
    F(resizeterm) \
    F(set_term) \
    F(setcchar) \
    F(start_color) \
    F(tigetnum) \
    F(tigetstr) \
    F(use_default_colors) \
    F(use_env) \
    F(use_tioctl) \
    F(wadd_wch) \
    F(wmove) \
    F(wnoutrefresh)
