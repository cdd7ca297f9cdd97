import Foundation
import SoundStandIn
import Synchronization
import Timeline

@testable import Sound

/// A sound device in a folder of its own, whose time is what the test says.
final class StandIn: Sendable {
    let folder: URL
    private let clock: CInt

    /// What alsa-lib calls it.
    var name: String { "standin:'\(folder.path)'" }

    init(source: [UInt8] = [], rate: Int? = nil, latency: Int? = nil) throws {
        Self.configure()
        folder = FileManager.default.temporaryDirectory.appending(
            path: "sound-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(source).write(to: folder.appending(path: "source"))
        if let rate { try Data("\(rate)".utf8).write(to: folder.appending(path: "rate")) }
        if let latency { try Data("\(latency)".utf8).write(to: folder.appending(path: "latency")) }
        let path = folder.appending(path: "clock").path
        guard unsafe mkfifo(path, 0o600) == 0 else { throw POSIXError(.EIO) }
        clock = unsafe open(path, O_RDWR | O_CLOEXEC)
        guard clock >= 0 else { throw POSIXError(.EIO) }
    }

    deinit {
        close(clock)
        // Left behind in the folder for temporary files, it does no harm.
        try? FileManager.default.removeItem(at: folder)
    }

    /// Lets the device's time go on as soon as the program has kept up.
    func advance(_ frames: Int) { tick(stand_in_advance, frames) }

    /// Lets it go on although the program has not.
    func stall(_ frames: Int) { tick(stand_in_stall, frames) }

    func suspend() { tick(stand_in_suspend, 0) }

    func unplug() throws {
        try Data().write(to: folder.appending(path: "absent"))
        tick(stand_in_unplug, 0)
    }

    func plugIn() throws {
        try FileManager.default.removeItem(at: folder.appending(path: "absent"))
    }

    func occupy() throws { try Data().write(to: folder.appending(path: "busy")) }

    /// Everything that was heard so far.
    func played() throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: "played")))
    }

    private func tick(_ kind: Int, _ frames: Int) {
        var tick = stand_in_tick(kind: UInt32(kind), frames: UInt32(frames))
        let count = unsafe write(clock, &tick, MemoryLayout<stand_in_tick>.size)
        precondition(count == MemoryLayout<stand_in_tick>.size, "the clock takes no more")
    }

    /// Tells alsa-lib of the plug-in, once for the process.
    private static func configure() { precondition(isConfigured) }

    private static let isConfigured: Bool = {
        let library = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().appending(path: "libSoundStandIn.so")
        let file = FileManager.default.temporaryDirectory.appending(
            path: "sound-\(UUID().uuidString).conf")
        let text = """
            pcm_type.standin { lib "\(library.path)" }
            pcm.standin {
                @args [ FOLDER ]
                @args.FOLDER { type string }
                type standin
                folder $FOLDER
            }
            """
        guard (try? Data(text.utf8).write(to: file)) != nil else { return false }
        let path = "/usr/share/alsa/alsa.conf:\(file.path)"
        return unsafe setenv("ALSA_CONFIG_PATH", path, 1) == 0
    }()
}

/// A clock that shows what the test says.
final class TestClock: Sendable {
    private let time = Mutex(Instant.zero)

    var now: Instant {
        get { time.withLock { $0 } }
        set { time.withLock { $0 = newValue } }
    }
}

/// Reports of a sound thread, in order, for a test to await.
struct Reports<Report: Sendable>: Sendable {
    private let stream: AsyncStream<Report>
    let send: @Sendable (Report) -> Void

    init() {
        let (stream, continuation) = AsyncStream<Report>.makeStream()
        self.stream = stream
        send = { continuation.yield($0) }
    }

    /// The next report for which `found` gives a value; those before it are passed over.
    func first<Value>(_ found: (Report) throws -> Value?) async throws -> Value {
        for await report in stream {
            if let value = try found(report) { return value }
        }
        throw CancellationError()
    }
}

/// Bytes that repeat nowhere, seeded.
func noise(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var random = SeededRandom(seed: seed)
    return (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next() >> 24) }
}
