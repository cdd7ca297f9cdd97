#include "CNcurses.h"

#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

int terminal_size(int terminal, int size[2]) {
    struct winsize window;
    if (ioctl(terminal, TIOCGWINSZ, &window) != 0) return -1;
    size[0] = window.ws_row;
    size[1] = window.ws_col;
    return 0;
}

int wakeup_open(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

char **process_environment(void) { return environ; }
