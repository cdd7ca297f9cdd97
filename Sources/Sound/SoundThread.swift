internal import CALSA
internal import Glibc

/// Wakes a sound thread that waits in `poll(2)`; signals add up until `drain()`.
final class SoundWakeup: Sendable {
    let descriptor: CInt

    init(device: String) throws(SoundError) {
        descriptor = calsa_wakeup_open()
        guard descriptor >= 0 else {
            throw SoundError(device: device, operation: "make a wake-up for", code: errno)
        }
    }

    deinit { close(descriptor) }

    func signal() {
        var one: UInt64 = 1
        while unsafe write(descriptor, &one, 8) < 0 && errno == EINTR {}
    }

    func drain() {
        var count: UInt64 = 0
        while unsafe read(descriptor, &count, 8) < 0 && errno == EINTR {}
    }

    /// Waits for a signal alone, at most `milliseconds` (-1: without end).
    func wait(milliseconds: CInt) {
        var descriptors = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        if unsafe poll(&descriptors, 1, milliseconds) > 0 { drain() }
    }
}

/// A detached thread of its own for a device: sound waits for nobody's queue.
enum SoundThread {
    private final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    static func start(
        for device: String, _ body: @escaping @Sendable () -> Void
    ) throws(SoundError) {
        let box = unsafe Unmanaged.passRetained(Box(body))
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread, nil,
            { context in
                guard let context = unsafe context else { return nil }
                let box = unsafe Unmanaged<Box>.fromOpaque(context).takeRetainedValue()
                box.body()
                return nil
            }, unsafe box.toOpaque())
        guard code == 0 else {
            unsafe box.release()
            throw SoundError(device: device, operation: "make a thread for", code: code)
        }
        pthread_detach(thread)
    }
}
