#include "CNcurses.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Signals that ask the loop for something; the second request to end is obeyed at once. */
static const int asking[] = {SIGWINCH, SIGTSTP, SIGCONT, SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGUSR1};
/* Signals of a broken program. */
static const int crashing[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT, SIGSYS};
enum {
    asking_count = sizeof asking / sizeof *asking,
    crashing_count = sizeof crashing / sizeof *crashing,
    signal_stack_size = 64 * 1024,
};

static struct sigaction asking_before[asking_count], crashing_before[crashing_count];
static int is_open;
static int pipe_ends[2] = {-1, -1};
static volatile sig_atomic_t ending;

static struct {
    int terminal, keyboard, standard_error;
    struct termios saved;
    uint8_t restore[1024];
    size_t length;
    char words[1024];
} undo;
static volatile int armed;

static int asks_to_end(int number) {
    return number == SIGTERM || number == SIGHUP || number == SIGINT || number == SIGQUIT;
}

/* Async-signal-safe: only system calls. A stalled terminal costs at most 100 ms. */
static void undo_everything(void) {
    if (!__atomic_exchange_n(&armed, 0, __ATOMIC_SEQ_CST)) return;
    sigset_t quiet, before;
    sigemptyset(&quiet);
    sigaddset(&quiet, SIGTTOU);
    sigprocmask(SIG_BLOCK, &quiet, &before);
    /* The descriptor is our own and never blocks. */
    size_t sent = 0;
    for (int tries = 0; sent < undo.length && tries < 10;) {
        ssize_t n = write(undo.terminal, undo.restore + sent, undo.length - sent);
        if (n > 0) {
            sent += (size_t)n;
        } else if (n < 0 && errno == EINTR) {
            continue;
        } else {
            struct pollfd writable = {undo.terminal, POLLOUT, 0};
            poll(&writable, 1, 10);
            /* Stalled: what nobody reads makes room for what must be read in the end. */
            if (++tries == 4) {
                tcflush(undo.terminal, TCOFLUSH);
                sent = 0;
            }
        }
    }
    tcsetattr(undo.keyboard, TCSANOW, &undo.saved);
    if (undo.standard_error >= 0) dup2(undo.standard_error, STDERR_FILENO);
    sigprocmask(SIG_SETMASK, &before, NULL);
}

static int wants_backtrace;

static void ask(int number) {
    int saved = errno;
    if (asks_to_end(number) && ending++) {
        undo_everything();
        _exit(128 + number);
    }
    uint8_t byte = (uint8_t)number;
    while (write(pipe_ends[1], &byte, 1) < 0 && errno == EINTR) {}
    errno = saved;
}

static void crash(int number, siginfo_t *info, void *context) {
    (void)context;
    if (armed) {
        undo_everything();
        size_t length = strlen(undo.words);
        if (length && write(STDERR_FILENO, undo.words, length) < 0) {}
    }
    /* Swift's backtracer waits for a key on a terminal, and would let the program go on after
       a signal that somebody else sent. So it is called only for our own faults, and only when
       SWIFT_BACKTRACE says that it is wanted. */
    int is_own = info->si_code > 0 || info->si_pid == getpid();
    struct sigaction standard = {.sa_handler = SIG_DFL};
    for (int i = 0; i < crashing_count; i++)
        if (crashing[i] == number)
            sigaction(number, is_own && wants_backtrace ? &crashing_before[i] : &standard, NULL);
    /* A faulting instruction faults again on return; what was sent must be sent again. */
    if (info->si_code <= 0 || number == SIGTRAP || number == SIGSYS)
        syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), number);
}

/* Lets a stack overflow on this thread reach the guard; returns 0 or -1. */
static int cover_thread(void) {
    stack_t current;
    if (sigaltstack(NULL, &current) == 0 && !(current.ss_flags & SS_DISABLE)) return 0;
    void *memory = mmap(
        NULL, signal_stack_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return -1;
    stack_t stack = {.ss_sp = memory, .ss_size = signal_stack_size};
    return sigaltstack(&stack, NULL);
}

int guard_open(void) {
    static int registered;
    if (is_open) return errno = EBUSY, -1;
    if (pipe2(pipe_ends, O_NONBLOCK | O_CLOEXEC) != 0) return -1;
    if (cover_thread() != 0) {
        int saved = errno;
        close(pipe_ends[0]);
        close(pipe_ends[1]);
        errno = saved;
        return -1;
    }
    if (!registered) registered = atexit(undo_everything) == 0;
    ending = 0;
    struct sigaction action = {.sa_handler = ask, .sa_flags = SA_RESTART | SA_ONSTACK};
    sigfillset(&action.sa_mask);
    for (int i = 0; i < asking_count; i++) sigaction(asking[i], &action, &asking_before[i]);
    /* Whoever started the program may have blocked them. */
    sigset_t wanted;
    sigemptyset(&wanted);
    for (int i = 0; i < asking_count; i++) sigaddset(&wanted, asking[i]);
    sigprocmask(SIG_UNBLOCK, &wanted, NULL);
    wants_backtrace = getenv("SWIFT_BACKTRACE") != NULL;
    struct sigaction broken = {.sa_sigaction = crash, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigfillset(&broken.sa_mask);
    for (int i = 0; i < crashing_count; i++)
        sigaction(crashing[i], &broken, &crashing_before[i]);
    is_open = 1;
    return pipe_ends[0];
}

void guard_close(void) {
    if (!is_open) return;
    for (int i = 0; i < asking_count; i++) sigaction(asking[i], &asking_before[i], NULL);
    for (int i = 0; i < crashing_count; i++) sigaction(crashing[i], &crashing_before[i], NULL);
    close(pipe_ends[0]);
    close(pipe_ends[1]);
    pipe_ends[0] = pipe_ends[1] = -1;
    is_open = 0;
}

void guard_arm(
    int terminal, int keyboard, const struct termios *saved, const uint8_t *restore,
    size_t length, int standard_error, const char *words) {
    guard_disarm();
    undo.terminal = terminal;
    undo.keyboard = keyboard;
    undo.standard_error = standard_error;
    undo.saved = *saved;
    undo.length = length < sizeof undo.restore ? length : sizeof undo.restore;
    memcpy(undo.restore, restore, undo.length);
    undo.words[0] = 0;
    strncat(undo.words, words, sizeof undo.words - 1);
    __atomic_store_n(&armed, 1, __ATOMIC_SEQ_CST);
}

void guard_disarm(void) { __atomic_store_n(&armed, 0, __ATOMIC_SEQ_CST); }

void guard_restore(void) { undo_everything(); }

void guard_stop(void) {
    struct sigaction action = {.sa_handler = SIG_IGN}, before;
    sigemptyset(&action.sa_mask);
    sigaction(SIGTSTP, &action, &before);
    kill(0, SIGTSTP);
    /* Sent to this thread alone, so that it is stopped when the call returns. */
    action.sa_handler = SIG_DFL;
    sigaction(SIGTSTP, &action, NULL);
    raise(SIGTSTP);
    sigaction(SIGTSTP, &before, NULL);
}
