/* The kernel's scheduling attributes, for which glibc before 2.41 has no functions. */
#ifndef CSCHEDULING_H
#define CSCHEDULING_H

#include <stdint.h>

/* Asks for time slices of so many nanoseconds (0.1 to 100 ms) for this thread and those it starts.
 * Kernels before 6.12 take the wish and do nothing. Returns 0, or an error number below 0. */
int scheduling_ask_slice(uint64_t nanoseconds);

/* The time slice of this thread in nanoseconds; 0 when the kernel does not tell. */
uint64_t scheduling_slice(void);

#endif
