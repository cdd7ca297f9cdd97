#include "CALSA.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>

static void (*message_receiver)(const char *line);

static void route(
    const char *file, int line, const char *function, int code, const char *format, ...) {
    (void)file;
    (void)line;
    char text[512];
    int used = snprintf(text, sizeof text, "%s: ", function);
    if (used < 0 || (size_t)used >= sizeof text) used = 0;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + used, sizeof text - (size_t)used, format, arguments);
    va_end(arguments);
    size_t length = strlen(text);
    if (code != 0)
        snprintf(text + length, sizeof text - length, ": %s", snd_strerror(code < 0 ? code : -code));
    if (message_receiver) message_receiver(text);
}

void calsa_route_messages(void (*receiver)(const char *line)) {
    message_receiver = receiver;
    snd_lib_error_set_handler(receiver ? route : NULL);
}

int calsa_wakeup_open(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }
