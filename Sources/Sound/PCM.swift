internal import CALSA
internal import Glibc

/// An open ALSA device in the format of ``VoiceFormat``, never blocking.
///
/// `@unchecked Sendable`: alsa-lib locks a handle in every call (since 1.1.2), and the handle is
/// closed when the last owner lets go.
@safe final class PCM: @unchecked Sendable {
    /// The state of the device that the loops act upon.
    enum State { case prepared, running, overrun, suspended, gone, other }

    let name: String
    /// Whether `plug` had to be put before the device.
    let isConverted: Bool
    let bufferFrames: Int
    private let handle: OpaquePointer

    /// Opens a device; where it cannot do the format itself, `plug` converts.
    init(
        _ name: String, _ direction: SoundDevice.Direction, bufferFrames: Int
    ) throws(SoundError) {
        LibraryMessages.route()
        let opened = try unsafe Self.open(name, direction, device: name)
        do {
            self.bufferFrames = try unsafe Self.configure(opened, name, direction, bufferFrames)
            unsafe handle = opened
            isConverted = false
        } catch {
            unsafe snd_pcm_close(opened)
            guard error.code == EINVAL else { throw error }
            let quote = name.contains("\"") ? "'" : "\""
            let converting = try unsafe Self.open(
                "plug:" + quote + name + quote, direction, device: name)
            do {
                self.bufferFrames = try unsafe Self.configure(
                    converting, name, direction, bufferFrames)
            } catch {
                unsafe snd_pcm_close(converting)
                throw error
            }
            unsafe handle = converting
            isConverted = true
        }
        self.name = name
    }

    deinit { unsafe snd_pcm_close(handle) }

    /// What was opened, in words for the screen.
    var summary: String {
        "\(name), 24 kHz mono 16-bit\(isConverted ? " through plug" : ""),"
            + " \(bufferFrames * 1000 / VoiceFormat.rate) ms buffer"
    }

    private static func open(
        _ name: String, _ direction: SoundDevice.Direction, device: String
    ) throws(SoundError) -> OpaquePointer {
        var handle: OpaquePointer?
        let stream = direction == .capture ? SND_PCM_STREAM_CAPTURE : SND_PCM_STREAM_PLAYBACK
        let code = unsafe snd_pcm_open(&handle, name, stream, CInt(SND_PCM_NONBLOCK))
        guard code >= 0, let handle = unsafe handle else {
            throw SoundError(device: device, operation: "open", code: code)
        }
        return unsafe handle
    }

    /// Settles format, period and buffer; the size of the buffer in frames.
    private static func configure(
        _ handle: OpaquePointer, _ name: String, _ direction: SoundDevice.Direction,
        _ wanted: Int
    ) throws(SoundError) -> Int {
        var hardware: OpaquePointer?
        var software: OpaquePointer?
        unsafe snd_pcm_hw_params_malloc(&hardware)
        unsafe snd_pcm_sw_params_malloc(&software)
        defer {
            unsafe snd_pcm_hw_params_free(hardware)
            unsafe snd_pcm_sw_params_free(software)
        }
        func check(_ code: CInt) throws(SoundError) {
            if code < 0 { throw SoundError(device: name, operation: "set up", code: code) }
        }
        var period = snd_pcm_uframes_t(VoiceFormat.periodFrames)
        var buffer = snd_pcm_uframes_t(wanted)
        try check(unsafe snd_pcm_hw_params_any(handle, hardware))
        try check(
            unsafe snd_pcm_hw_params_set_access(handle, hardware, SND_PCM_ACCESS_RW_INTERLEAVED))
        try check(unsafe snd_pcm_hw_params_set_format(handle, hardware, SND_PCM_FORMAT_S16_LE))
        try check(unsafe snd_pcm_hw_params_set_channels(handle, hardware, 1))
        try check(
            unsafe snd_pcm_hw_params_set_rate(handle, hardware, UInt32(VoiceFormat.rate), 0))
        try check(unsafe snd_pcm_hw_params_set_period_size_near(handle, hardware, &period, nil))
        try check(unsafe snd_pcm_hw_params_set_buffer_size_near(handle, hardware, &buffer))
        try check(unsafe snd_pcm_hw_params(handle, hardware))
        var boundary: snd_pcm_uframes_t = 0
        try check(unsafe snd_pcm_sw_params_current(handle, software))
        try check(unsafe snd_pcm_sw_params_get_boundary(software, &boundary))
        // Started by hand; woken for a period; stopped when it ran over or dry.
        try check(unsafe snd_pcm_sw_params_set_start_threshold(handle, software, boundary))
        try check(unsafe snd_pcm_sw_params_set_stop_threshold(handle, software, buffer))
        try check(
            unsafe snd_pcm_sw_params_set_avail_min(
                handle, software, min(snd_pcm_uframes_t(VoiceFormat.periodFrames), buffer / 2)))
        if direction == .playback {
            // What was played is overwritten by silence, so that no end of it comes twice.
            try check(unsafe snd_pcm_sw_params_set_silence_size(handle, software, boundary))
        }
        try check(unsafe snd_pcm_sw_params(handle, software))
        return Int(buffer)
    }

    var state: State {
        switch unsafe snd_pcm_state(handle) {
        case SND_PCM_STATE_PREPARED: .prepared
        case SND_PCM_STATE_RUNNING: .running
        case SND_PCM_STATE_XRUN: .overrun
        case SND_PCM_STATE_SUSPENDED: .suspended
        case SND_PCM_STATE_DISCONNECTED: .gone
        default: .other
        }
    }

    func failure(_ operation: String, _ code: CInt) -> SoundError {
        SoundError(device: name, operation: operation, code: code)
    }

    func prepare() throws(SoundError) {
        let code = unsafe snd_pcm_prepare(handle)
        if code < 0 { throw failure("prepare", code) }
    }

    func start() throws(SoundError) {
        let code = unsafe snd_pcm_start(handle)
        if code < 0 { throw failure("start", code) }
    }

    /// Stops at once and forgets what was not played.
    func drop() throws(SoundError) {
        let code = unsafe snd_pcm_drop(handle)
        if code < 0 { throw failure("stop", code) }
    }

    /// Wakes a device after the machine slept; false while it is not awake yet.
    func resume() throws(SoundError) -> Bool {
        let code = unsafe snd_pcm_resume(handle)
        if code == -EAGAIN { return false }
        // ENOSYS: such a device goes on by being prepared anew.
        if code < 0 && code != -ENOSYS { throw failure("resume", code) }
        if code == 0 && state == .running { return true }
        try prepare()
        return true
    }

    /// Frames that can be read or written now, and frames between the program and the world:
    /// the age of the next frame to read, or the time until a frame written next is heard.
    ///
    /// Nil when the device ran over or dry, sleeps or is gone; `state` says which.
    func position() -> (available: Int, delay: Int)? {
        // Plug-ins that do their own input and output answer on, whatever their state.
        let state = state
        guard state != .gone, state != .suspended else { return nil }
        var available: snd_pcm_sframes_t = 0
        var delay: snd_pcm_sframes_t = 0
        let code = unsafe snd_pcm_avail_delay(handle, &available, &delay)
        return code < 0 ? nil : (Int(available), Int(delay))
    }

    /// Reads up to `frames`; negative is an error number, `-EAGAIN` when there are none.
    func read(into buffer: inout [UInt8], frames: Int) -> Int {
        unsafe buffer.withUnsafeMutableBytes { bytes in
            unsafe snd_pcm_readi(handle, bytes.baseAddress, snd_pcm_uframes_t(frames))
        }
    }

    /// Writes whole frames; negative is an error number, `-EAGAIN` when there is no room.
    func write(_ bytes: ArraySlice<UInt8>) -> Int {
        unsafe bytes.withUnsafeBytes { bytes in
            unsafe snd_pcm_writei(
                handle, bytes.baseAddress,
                snd_pcm_uframes_t(bytes.count / VoiceFormat.bytesPerFrame))
        }
    }

    /// Waits for the device or `wakeup`, at most `milliseconds` (-1: without end).
    ///
    /// - Returns: false when the time ran out.
    func wait(orFor wakeup: SoundWakeup, milliseconds: CInt) -> Bool {
        let count = unsafe max(0, Int(snd_pcm_poll_descriptors_count(handle)))
        var descriptors = [pollfd](repeating: pollfd(), count: count + 1)
        _ = unsafe descriptors.withUnsafeMutableBufferPointer {
            unsafe snd_pcm_poll_descriptors(handle, $0.baseAddress, UInt32(count))
        }
        descriptors[count] = pollfd(fd: wakeup.descriptor, events: Int16(POLLIN), revents: 0)
        let ready = unsafe poll(&descriptors, nfds_t(count + 1), milliseconds)
        if ready == 0 { return false }
        // Some plug-ins clear what woke us only when asked what it meant.
        var events: UInt16 = 0
        _ = unsafe descriptors.withUnsafeMutableBufferPointer {
            unsafe snd_pcm_poll_descriptors_revents(
                handle, $0.baseAddress, UInt32(count), &events)
        }
        if descriptors[count].revents != 0 { wakeup.drain() }
        return true
    }
}
