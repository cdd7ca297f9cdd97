import ArgumentParser
import Foundation
import QUIC
import Timeline

extension TransportSettings.CongestionControl: ExpressibleByArgument {}

/// Options that both sides have.
struct TransportOptions: ParsableArguments {
    @Option(help: "Application protocol.") var alpn = "test"
    @Option(help: "reno, cubic or bbr2.") var congestionControl =
        TransportSettings.CongestionControl.cubic
    @Option(help: "Fixed UDP payload, for paths known to carry it.") var payload: Int?
    @Option(help: "UDP payload on this machine, or 0 for no larger one than elsewhere.")
    var loopbackPayload = 16_000
    @Option(help: "Folder for qlog files.") var qlog: String?
    @Option(help: "File for the connections' secrets.") var keylog: String?
    @Flag(name: .customLong("no-gso"), help: "Send every datagram by itself.")
    var sendsSingly = false
    @Option(help: "Largest window of a stream and of the connection, in bytes.")
    var window: UInt64?
    @Option(help: "Idle timeout in seconds.") var idle = 30.0

    var largestLoopbackPayload: Int? { loopbackPayload == 0 ? nil : loopbackPayload }

    var settings: TransportSettings {
        var out = TransportSettings()
        out.congestionControl = congestionControl
        out.fixedPayload = payload
        out.qlog = qlog != nil
        out.keyLog = keylog != nil
        out.idleTimeout = .seconds(idle)
        out.maximumBidirectionalStreams = 20_000
        out.maximumUnidirectionalStreams = 20_000
        if let window {
            (out.maximumStreamWindow, out.maximumConnectionWindow) = (window, window)
        }
        return out
    }
}

/// The time since the start, and the wall clock then.
enum Clock {
    private static let start = ContinuousClock.now
    static let wallClockAtZero = UInt64(Date().timeIntervalSince1970 * 1e9)

    static let now: @Sendable () -> Instant = {
        let passed = (ContinuousClock.now - start).components
        return Instant(
            nanoseconds: passed.seconds * 1_000_000_000 + passed.attoseconds / 1_000_000_000)
    }
}

/// Bytes of which everyone knows what they are: at place `i`, `(i ^ i >> 8) & 0xff`.
enum Pattern {
    static let period = 65_536
    static let block = SharedBytes((0..<16 * period).map { byte($0) })

    static func byte(_ place: Int) -> UInt8 { UInt8(truncatingIfNeeded: place ^ (place >> 8)) }

    static func bytes(from start: Int, count: Int) -> [UInt8] {
        (start..<start + count).map { byte($0) }
    }

    private static let reference = (0..<2 * period).map { byte($0) }

    /// Whether bytes continue the pattern from a place on.
    static func continues(_ bytes: [UInt8], from start: Int) -> Bool {
        var done = 0
        while done < bytes.count {
            let place = (start + done) % period
            let count = min(bytes.count - done, period)
            guard bytes[done..<done + count].elementsEqual(reference[place..<place + count]) else {
                return false
            }
            done += count
        }
        return true
    }
}
