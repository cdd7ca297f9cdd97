/* A sound device in a folder, as an ALSA plug-in: see stand_in.c. */
#ifndef STAND_IN_H
#define STAND_IN_H

/* What a test writes to the folder's "clock", each at once. */
struct stand_in_tick {
    unsigned kind;
    unsigned frames;
};

enum {
    stand_in_advance = 0, /* time goes on by frames as soon as the program has kept up */
    stand_in_stall = 1,   /* time goes on by frames whether or not: an overrun or underrun */
    stand_in_unplug = 2,  /* the device is gone until the folder's "absent" is */
    stand_in_suspend = 3, /* the machine slept */
};

#endif
