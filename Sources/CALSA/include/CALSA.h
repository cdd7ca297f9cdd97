/* alsa-lib, and the little of it and of Glibc that Swift cannot import: an error handler with
 * variable arguments and an event descriptor's flags. */
#ifndef CALSA_H
#define CALSA_H

#include <alsa/asoundlib.h>

/* Hands every message of alsa-lib to `receiver`, one line each, instead of standard error. */
void calsa_route_messages(void (*receiver)(const char *line));

/* A non-blocking eventfd that is closed on exec, or -1. */
int calsa_wakeup_open(void);

#endif
