/* ncurses as a compositor into memory, and the terminal's guard against signals and crashes.
 *
 * Swift cannot import what curses keeps in macros, globals and variadic functions, and a
 * signal handler must not run Swift: both are done here and nothing else is. No curses type
 * passes through this header. */
#ifndef CNCURSES_H
#define CNCURSES_H

#include <stddef.h>
#include <stdint.h>
#include <termios.h>

/* One character to draw: a spacing scalar and up to four marks, 0 where there is none. */
struct compositor_cell {
    uint32_t text[5];
    uint32_t attributes;
    int32_t pair;
};

enum {
    compositor_bold = 1,
    compositor_dim = 2,
    compositor_italic = 4,
    compositor_underline = 8,
    compositor_reverse = 16,
    compositor_strikethrough = 32,
};

enum {
    compositor_failed = -1,
    compositor_unknown_terminal = -2,
    compositor_cannot_address = -3,
};

/* Opens the only compositor for the terminal type `term`; `directory`, when not null, is
 * searched for its description first. `colored` is 0 for a screen that never sends colour.
 * Returns 0 or one of the errors above; the length of the bytes drawn so far is 0. */
int compositor_open(const char *term, const char *directory, int rows, int columns, int colored);
void compositor_close(void);
int compositor_resize(int rows, int columns);

/* How many colours and colour pairs the terminal type has; 0 when it has none. */
int compositor_colors(void);
int compositor_pairs(void);
/* Whether what the terminal type calls invisible strikes through; else dim stands in. */
void compositor_strike_through(int yes);

/* Defines a pair by the terminal type's colour numbers, -1 for the terminal's own. */
int compositor_define_pair(int pair, int foreground, int background);
/* Forgets all pairs and draws everything anew next time. */
void compositor_reset_pairs(void);

/* Draws `count` characters (a wide one takes two columns) from a place on. What the C
 * library holds to have another width than `wide` says (a bit per character) becomes '?'. */
void compositor_put(
    int row, int column, const struct compositor_cell *cells, const uint8_t *wide, int count);
/* Draws everything anew next time. */
void compositor_invalidate(void);
/* Computes what brings the terminal up to date and returns how many bytes that takes. */
long compositor_update(void);
/* Moves the bytes of the last update to `buffer`; returns how many. */
long compositor_take(uint8_t *buffer, size_t capacity);

/* The terminal type's string capability (terminfo name), or null when it has none. */
const char *compositor_string(const char *name);

/* The colours of a terminal type, 0 for none, or an error; nothing stays open. Some types
 * have their last cell inserted, which splits a wide character there. */
int compositor_probe(const char *term, int *inserts_last_cell);
/* Takes LC_CTYPE from the environment, or C.UTF-8 where that is not UTF-8. Returns 1 when
 * the environment was UTF-8 already, 2 when C.UTF-8 stood in, 0 when neither is there. */
int compositor_use_utf8_locale(void);

/* ---- The guard ---- */

/* Routes the terminal signals to a pipe and returns its read end, or -1 with errno set. */
int guard_open(void);
/* Gives every signal back its former action and closes the pipe. */
void guard_close(void);
/* What a crash must undo: the keyboard's modes, the terminal's state (`restore` is kept),
 * the standard error there was (-1: unchanged); and the words to print then (kept, may be
 * empty). Both descriptors must be open without blocking. */
void guard_arm(
    int terminal, int keyboard, const struct termios *saved, const uint8_t *restore,
    size_t length, int standard_error, const char *words);
/* Nothing is left to undo. */
void guard_disarm(void);
/* Undoes at once, within a bounded time even if the terminal takes nothing. */
void guard_restore(void);
/* Stops the whole process group as Ctrl-Z does; returns when it is continued. */
void guard_stop(void);

/* ---- What Glibc's module lacks ---- */

/* Fills `size` with rows and columns; returns 0 or -1. */
int terminal_size(int terminal, int size[2]);
/* A non-blocking eventfd that is closed on exec, or -1. */
int wakeup_open(void);
/* The process's environment, ended by null. */
char **process_environment(void);

#endif
