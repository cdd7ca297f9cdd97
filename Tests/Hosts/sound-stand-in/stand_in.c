/* A sound device in a folder, as an ALSA I/O plug-in (alsa-lib's pcm_ioplug.h).
 *
 * Capture gives the bytes of the file "source", then silence; playback writes what was heard to
 * the file "played". When the folder has a pipe named "clock", time is what is written there
 * (struct stand_in_tick); else it is the machine's, by a timer. A file "absent" stands for a
 * device that is not plugged in, "busy" for one that another program holds; the number in
 * "latency", in frames, is the device's own delay; "rate" is the only rate it can do. */
#include "stand_in.h"

#include <alsa/asoundlib.h>
#include <alsa/pcm_external.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

struct device {
    snd_pcm_ioplug_t io;
    char folder[3500];
    FILE *source, *played;
    int has_clock, is_running, has_pending;
    struct stand_in_tick pending;
    struct timespec started;
    snd_pcm_uframes_t boundary;
    /* Frames since the device was opened: now, at the last prepare, at the last start. */
    unsigned long long now, prepared, start, stored;
    /* What was written and is not yet heard, by position modulo its size. */
    char *ring;
    int is_gone, latency;
};

static void name_of(struct device *device, const char *name, char path[4096]) {
    snprintf(path, 4096, "%s/%s", device->folder, name);
}

static int exists(struct device *device, const char *name) {
    char path[4096];
    name_of(device, name, path);
    return access(path, F_OK) == 0;
}

static FILE *open_file(struct device *device, const char *name, const char *mode) {
    char path[4096];
    name_of(device, name, path);
    return fopen(path, mode);
}

static int number(struct device *device, const char *name) {
    int value = 0;
    FILE *file = open_file(device, name, "r");
    if (!file) return 0;
    if (fscanf(file, "%d", &value) != 1) value = 0;
    fclose(file);
    return value;
}

static size_t frame_bytes(snd_pcm_ioplug_t *io) { return 2 * io->channels; }

/* Frames between the program's position and the device's. */
static unsigned long long held(struct device *device) {
    unsigned long long program = device->prepared + device->io.appl_ptr;
    return device->io.stream == SND_PCM_STREAM_CAPTURE ? device->now - program
                                                       : program - device->now;
}

/* Lets time go on; -EPIPE when the program was too slow. */
static int advance(struct device *device, unsigned long long frames) {
    snd_pcm_ioplug_t *io = &device->io;
    unsigned long long waiting = held(device);
    if (io->stream == SND_PCM_STREAM_CAPTURE) {
        device->now += frames;
        return waiting + frames > io->buffer_size ? -EPIPE : 0;
    }
    unsigned long long heard = frames < waiting ? frames : waiting;
    for (unsigned long long i = 0; i < heard; i++) {
        size_t at = (device->now + i) % io->buffer_size * frame_bytes(io);
        fwrite(device->ring + at, frame_bytes(io), 1, device->played);
    }
    fflush(device->played);
    device->now += heard;
    return heard == waiting ? -EPIPE : 0;
}

/* What a device that is gone or asleep does: whoever polls wakes up. */
static int wake(struct device *device, snd_pcm_state_t state) {
    struct stand_in_tick nothing = {stand_in_advance, 0};
    snd_pcm_ioplug_set_state(&device->io, state);
    return write(device->io.poll_fd, &nothing, sizeof nothing) < 0 ? -errno : 0;
}

static int take_ticks(struct device *device) {
    snd_pcm_ioplug_t *io = &device->io;
    for (;;) {
        if (!device->has_pending &&
            read(io->poll_fd, &device->pending, sizeof device->pending) !=
                (ssize_t)sizeof device->pending)
            return 0;
        device->has_pending = 1;
        unsigned frames = device->pending.frames;
        int is_late = io->stream == SND_PCM_STREAM_CAPTURE
                          ? held(device) + frames > io->buffer_size
                          : held(device) <= frames;
        if (device->pending.kind == stand_in_advance && is_late) return 0;
        device->has_pending = 0;
        if (device->pending.kind == stand_in_unplug) {
            device->is_gone = 1;
            return wake(device, SND_PCM_STATE_DISCONNECTED);
        }
        if (device->pending.kind == stand_in_suspend) return wake(device, SND_PCM_STATE_SUSPENDED);
        int error = advance(device, frames);
        if (error) return error;
    }
}

static int take_time(struct device *device) {
    unsigned long long expired;
    if (read(device->io.poll_fd, &expired, sizeof expired) < 0 && errno != EAGAIN) return -errno;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    long long elapsed = (now.tv_sec - device->started.tv_sec) * 1000000000LL + now.tv_nsec -
                        device->started.tv_nsec;
    unsigned long long position =
        device->start + (unsigned long long)(elapsed * device->io.rate / 1000000000LL);
    return position > device->now ? advance(device, position - device->now) : 0;
}

static snd_pcm_sframes_t pointer(snd_pcm_ioplug_t *io) {
    struct device *device = io->private_data;
    if (device->is_running && io->state == SND_PCM_STATE_RUNNING) {
        int error = device->has_clock ? take_ticks(device) : take_time(device);
        if (error) return error;
    }
    return (snd_pcm_sframes_t)((device->now - device->prepared) % device->boundary);
}

/* In mapped mode the same region comes again and again: the place of the data follows from the
 * program's position, never from a cursor of our own. */
static snd_pcm_sframes_t transfer(
    snd_pcm_ioplug_t *io, const snd_pcm_channel_area_t *areas, snd_pcm_uframes_t offset,
    snd_pcm_uframes_t size) {
    struct device *device = io->private_data;
    if (device->is_gone) return -ENODEV;
    size_t bytes = frame_bytes(io);
    char *data = (char *)areas->addr + (areas->first + areas->step * offset) / 8;
    unsigned long long position = device->prepared + io->appl_ptr;
    if (io->stream == SND_PCM_STREAM_CAPTURE) {
        memset(data, 0, size * bytes);
        fseek(device->source, (long)(position * bytes), SEEK_SET);
        if (fread(data, bytes, size, device->source) < size) clearerr(device->source);
        return (snd_pcm_sframes_t)size;
    }
    for (snd_pcm_uframes_t i = 0; i < size; i++)
        memcpy(
            device->ring + (position + i) % io->buffer_size * bytes, data + i * bytes, bytes);
    return (snd_pcm_sframes_t)size;
}

static int start(snd_pcm_ioplug_t *io) {
    struct device *device = io->private_data;
    device->is_running = 1;
    device->start = device->now;
    clock_gettime(CLOCK_MONOTONIC, &device->started);
    if (device->has_clock) return 0;
    long period = (long)(io->period_size * 1000000000LL / io->rate);
    struct itimerspec timer = {{0, period}, {0, period}};
    return timerfd_settime(io->poll_fd, 0, &timer, NULL) ? -errno : 0;
}

static int stop(snd_pcm_ioplug_t *io) {
    ((struct device *)io->private_data)->is_running = 0;
    return 0;
}

static int prepare(snd_pcm_ioplug_t *io) {
    struct device *device = io->private_data;
    if (device->is_gone) return -ENODEV;
    device->prepared = device->now;
    free(device->ring);
    device->ring = calloc(io->buffer_size, frame_bytes(io));
    return device->ring ? 0 : -ENOMEM;
}

static int resume(snd_pcm_ioplug_t *io) {
    return snd_pcm_ioplug_set_state(io, SND_PCM_STATE_RUNNING);
}

static int delay(snd_pcm_ioplug_t *io, snd_pcm_sframes_t *frames) {
    struct device *device = io->private_data;
    snd_pcm_sframes_t position = pointer(io);
    *frames = position < 0 ? 0 : (snd_pcm_sframes_t)held(device) + device->latency;
    return position == -EPIPE ? -EPIPE : 0;
}

static int sw_params(snd_pcm_ioplug_t *io, snd_pcm_sw_params_t *parameters) {
    struct device *device = io->private_data;
    return snd_pcm_sw_params_get_boundary(parameters, &device->boundary);
}

static int poll_revents(
    snd_pcm_ioplug_t *io, struct pollfd *descriptors, unsigned count, unsigned short *revents) {
    (void)count;
    int is_due = descriptors[0].revents & POLLIN;
    *revents = !is_due ? 0 : io->stream == SND_PCM_STREAM_CAPTURE ? POLLIN : POLLOUT;
    return 0;
}

static int close_device(snd_pcm_ioplug_t *io) {
    struct device *device = io->private_data;
    if (device->source) fclose(device->source);
    if (device->played) fclose(device->played);
    close(io->poll_fd);
    free(device->ring);
    free(device);
    return 0;
}

static const snd_pcm_ioplug_callback_t callbacks = {
    .start = start,
    .stop = stop,
    .pointer = pointer,
    .transfer = transfer,
    .close = close_device,
    .sw_params = sw_params,
    .prepare = prepare,
    .resume = resume,
    .delay = delay,
    .poll_revents = poll_revents,
};

/* Without MMAP_INTERLEAVED the plug-ins that convert refuse the device. */
static int constrain(struct device *device) {
    snd_pcm_ioplug_t *io = &device->io;
    int rate = number(device, "rate");
    unsigned accesses[] = {SND_PCM_ACCESS_MMAP_INTERLEAVED, SND_PCM_ACCESS_RW_INTERLEAVED};
    unsigned formats[] = {SND_PCM_FORMAT_S16_LE};
    int error = snd_pcm_ioplug_set_param_list(io, SND_PCM_IOPLUG_HW_ACCESS, 2, accesses);
    if (!error) error = snd_pcm_ioplug_set_param_list(io, SND_PCM_IOPLUG_HW_FORMAT, 1, formats);
    if (!error) error = snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_CHANNELS, 1, 1);
    if (!error)
        error = snd_pcm_ioplug_set_param_minmax(
            io, SND_PCM_IOPLUG_HW_RATE, rate ? rate : 8000, rate ? rate : 48000);
    if (!error)
        error = snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_PERIOD_BYTES, 160, 16384);
    if (!error) error = snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_PERIODS, 2, 64);
    return error;
}

static int open_clock(struct device *device) {
    char path[4096];
    name_of(device, "clock", path);
    device->has_clock = exists(device, "clock");
    device->io.poll_fd = device->has_clock
                             ? open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
                             : timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    return device->io.poll_fd < 0 ? -errno : 0;
}

SND_PCM_PLUGIN_DEFINE_FUNC(standin) {
    (void)root;
    const char *folder = NULL;
    snd_config_t *node;
    if (snd_config_search(conf, "folder", &node) < 0 || snd_config_get_string(node, &folder) < 0)
        return -EINVAL;
    struct device *device = calloc(1, sizeof *device);
    if (!device) return -ENOMEM;
    snprintf(device->folder, sizeof device->folder, "%s", folder);
    int error = exists(device, "absent") ? -ENODEV : exists(device, "busy") ? -EBUSY : 0;
    if (!error) {
        if (stream == SND_PCM_STREAM_CAPTURE) device->source = open_file(device, "source", "rb");
        else device->played = open_file(device, "played", "ab");
        error = device->source || device->played ? open_clock(device) : -errno;
    }
    if (!error) {
        device->latency = number(device, "latency");
        device->boundary = 1;
        device->io.version = SND_PCM_IOPLUG_VERSION;
        device->io.name = "a sound device in a folder";
        device->io.flags = SND_PCM_IOPLUG_FLAG_BOUNDARY_WA;
        device->io.poll_events = POLLIN;
        device->io.callback = &callbacks;
        device->io.private_data = device;
        error = snd_pcm_ioplug_create(&device->io, name, stream, mode);
    }
    if (error) {
        if (device->source) fclose(device->source);
        if (device->played) fclose(device->played);
        free(device);
        return error;
    }
    error = constrain(device);
    if (error) {
        snd_pcm_ioplug_delete(&device->io);
        return error;
    }
    *pcmp = device->io.pcm;
    return 0;
}

SND_PCM_PLUGIN_SYMBOL(standin);
