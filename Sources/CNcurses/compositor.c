#include "CNcurses.h"

#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <term.h>
#include <unistd.h>
#include <wchar.h>

/* A macro of term.h. */
#undef columns

static SCREEN *screen;
static FILE *output, *input;
static int strikes_through;

static const int curses_signals[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
enum { curses_signal_count = sizeof curses_signals / sizeof *curses_signals };

/* A variable of the environment with a value for a while. */
struct borrowed {
    const char *name;
    char *before;
};

static struct borrowed borrow(const char *name, const char *value) {
    const char *before = getenv(name);
    struct borrowed result = {name, before ? strdup(before) : NULL};
    if (value) setenv(name, value, 1);
    return result;
}

static void give_back(struct borrowed variable) {
    if (variable.before) setenv(variable.name, variable.before, 1);
    else unsetenv(variable.name);
    free(variable.before);
}

static void close_files(void) {
    if (output) fclose(output);
    if (input) fclose(input);
    output = input = NULL;
}

static void forget_bytes(void) {
    fflush(output);
    lseek(fileno(output), 0, SEEK_SET);
}

/* newterm with the environment it shall see: our description, no padding, and the size,
 * which it can neither ask of memory nor find in every description. */
static SCREEN *open_screen(const char *term, const char *directory, int rows, int cols) {
    char lines_text[16], columns_text[16];
    snprintf(lines_text, sizeof lines_text, "%d", rows);
    snprintf(columns_text, sizeof columns_text, "%d", cols);
    struct borrowed variables[] = {
        borrow("TERMINFO", directory),
        borrow("NCURSES_NO_PADDING", "1"),
        borrow("LINES", lines_text),
        borrow("COLUMNS", columns_text),
    };
    /* Whoever owns the signals keeps them. */
    struct sigaction before[curses_signal_count];
    for (int i = 0; i < curses_signal_count; i++) sigaction(curses_signals[i], NULL, &before[i]);
    SCREEN *opened = newterm(term, output, input);
    for (int i = 0; i < curses_signal_count; i++) sigaction(curses_signals[i], &before[i], NULL);
    for (int i = 0; i < 4; i++) give_back(variables[i]);
    return opened;
}

int compositor_open(const char *term, const char *directory, int rows, int columns, int colored) {
    if (screen) return errno = EBUSY, compositor_failed;
    int memory = memfd_create("frame", MFD_CLOEXEC);
    if (memory < 0) return compositor_failed;
    output = fdopen(memory, "w");
    input = fopen("/dev/null", "re");
    if (!output || !input) {
        if (!output) close(memory);
        close_files();
        return compositor_failed;
    }
    screen = open_screen(term, directory, rows, columns);
    if (!screen) {
        close_files();
        return compositor_unknown_terminal;
    }
    set_term(screen);
    if (!cursor_address) {
        compositor_close();
        return compositor_cannot_address;
    }
    if (colored && has_colors()) {
        start_color();
        use_default_colors();
    }
    typeahead(-1);
    leaveok(stdscr, TRUE);
    idlok(stdscr, FALSE);
    idcok(stdscr, FALSE);
    scrollok(stdscr, FALSE);
    resizeterm(rows, columns);
    /* The first update enters the alternate screen; that is the caller's to do. */
    wnoutrefresh(stdscr);
    doupdate();
    forget_bytes();
    compositor_invalidate();
    return 0;
}

void compositor_close(void) {
    if (!screen) return;
    endwin();
    set_term(screen);
    delscreen(screen);
    screen = NULL;
    strikes_through = 0;
    close_files();
}

int compositor_resize(int rows, int columns) {
    int result = resizeterm(rows, columns);
    leaveok(stdscr, TRUE);
    return result == OK ? 0 : compositor_failed;
}

int compositor_colors(void) { return has_colors() && COLORS > 0 ? COLORS : 0; }

int compositor_pairs(void) { return has_colors() && COLOR_PAIRS > 0 ? COLOR_PAIRS : 0; }

void compositor_strike_through(int yes) { strikes_through = yes; }

int compositor_define_pair(int pair, int foreground, int background) {
    return init_extended_pair(pair, foreground, background) == OK ? 0 : compositor_failed;
}

void compositor_reset_pairs(void) {
    reset_color_pairs();
    compositor_invalidate();
}

static attr_t attributes_of(uint32_t bits) {
    attr_t result = 0;
    if (bits & compositor_bold) result |= WA_BOLD;
    if (bits & compositor_dim) result |= WA_DIM;
    if (bits & compositor_italic) result |= WA_ITALIC;
    if (bits & compositor_underline) result |= WA_UNDERLINE;
    if (bits & compositor_reverse) result |= WA_REVERSE;
    if (bits & compositor_strikethrough) result |= strikes_through ? WA_INVIS : WA_DIM;
    return result;
}

static int width_of(uint32_t scalar) {
    return scalar >= 0x20 && scalar < 0x7f ? 1 : wcwidth((wchar_t)scalar);
}

enum { run_limit = 256 };

void compositor_put(
    int row, int column, const struct compositor_cell *cells, const uint8_t *wide, int count) {
    cchar_t run[2 * run_limit];
    int length = 0, start = column;
    for (int i = 0; i < count; i++) {
        int columns = wide[i] ? 2 : 1, taken = 1;
        int agrees = width_of(cells[i].text[0]) == columns;
        int pair = cells[i].pair;
        wchar_t text[6] = {agrees ? (wchar_t)cells[i].text[0] : L'?'};
        for (int mark = 1; agrees && mark < 5 && cells[i].text[mark]; mark++)
            if (width_of(cells[i].text[mark]) == 0) text[taken++] = (wchar_t)cells[i].text[mark];
        text[taken] = 0;
        attr_t attributes = attributes_of(cells[i].attributes);
        setcchar(&run[length++], text, attributes, 0, &pair);
        if (!agrees && columns == 2) setcchar(&run[length++], L" ", attributes, 0, &pair);
        column += columns;
        if (length >= run_limit || i == count - 1) {
            mvadd_wchnstr(row, start, run, length);
            length = 0;
            start = column;
        }
    }
}

void compositor_invalidate(void) { clearok(curscr, TRUE); }

long compositor_update(void) {
    wnoutrefresh(stdscr);
    doupdate();
    fflush(output);
    return (long)lseek(fileno(output), 0, SEEK_CUR);
}

long compositor_take(uint8_t *buffer, size_t capacity) {
    size_t taken = 0;
    while (taken < capacity) {
        ssize_t n = pread(fileno(output), buffer + taken, capacity - taken, (off_t)taken);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        taken += (size_t)n;
    }
    forget_bytes();
    return (long)taken;
}

const char *compositor_string(const char *name) {
    const char *value = tigetstr(name);
    return value == (const char *)-1 ? NULL : value;
}

int compositor_probe(const char *term, int *inserts_last_cell) {
    int status = 0;
    TERMINAL *before = set_curterm(NULL);
    if (setupterm(term, STDOUT_FILENO, &status) != OK) {
        set_curterm(before);
        return compositor_unknown_terminal;
    }
    int colors = tigetnum("colors");
    int addressable = cursor_address != NULL;
    *inserts_last_cell = auto_right_margin && !(enter_am_mode && exit_am_mode);
    del_curterm(set_curterm(before));
    if (!addressable) return compositor_cannot_address;
    return colors > 0 ? colors : 0;
}

int compositor_use_utf8_locale(void) {
    if (setlocale(LC_CTYPE, "") && strcmp(nl_langinfo(CODESET), "UTF-8") == 0) return 1;
    if (setlocale(LC_CTYPE, "C.UTF-8")) return 2;
    return setlocale(LC_CTYPE, "en_US.UTF-8") ? 2 : 0;
}
