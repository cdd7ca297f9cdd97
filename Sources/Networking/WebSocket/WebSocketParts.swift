import NIOCore
import NIOWebSocket
import Timeline

/// A close frame's content (RFC 6455 §5.5.1).
struct CloseFrame: Equatable {
    var code: Int?
    var reason: String

    /// The reason is cut at a character so that it fits into 123 bytes.
    init(code: Int?, reason: String) {
        self.code = code
        var kept = reason
        while kept.utf8.count > 123 { kept.removeLast() }
        self.reason = code == nil ? "" : kept
    }

    /// Nil when the content is malformed.
    init?(payload: [UInt8]) {
        guard payload.count >= 2 else {
            guard payload.isEmpty else { return nil }
            code = nil
            reason = ""
            return
        }
        guard UTF8Text.isValid(Array(payload[2...])) else { return nil }
        code = Int(payload[0]) << 8 | Int(payload[1])
        reason = String(decoding: payload[2...], as: UTF8.self)
    }

    var payload: [UInt8] {
        guard let code else { return [] }
        return [UInt8(truncatingIfNeeded: code >> 8), UInt8(truncatingIfNeeded: code)]
            + Array(reason.utf8)
    }
}

/// Messages put together from frames (RFC 6455 §5.4).
struct MessageAssembly {
    enum Step {
        case incomplete
        case text([UInt8])
        case binary([UInt8])
        case violation(code: Int, reason: String)
    }

    private var kind: WebSocketOpcode?
    private var bytes: [UInt8] = []

    mutating func add(
        _ part: [UInt8], opcode: WebSocketOpcode, isLast: Bool, limit: Int
    ) -> Step {
        if opcode == .continuation {
            guard kind != nil else {
                return .violation(code: 1002, reason: "a continuation of no message")
            }
        } else {
            guard kind == nil else {
                return .violation(code: 1002, reason: "a message in the middle of another")
            }
            kind = opcode
        }
        guard bytes.count + part.count <= limit else {
            return .violation(code: 1009, reason: "a message above \(limit) bytes")
        }
        if bytes.isEmpty { bytes = part } else { bytes += part }
        guard isLast, let whole = kind else { return .incomplete }
        defer {
            kind = nil
            bytes = []
        }
        return whole == .text ? .text(bytes) : .binary(bytes)
    }
}

/// Whether the far end is still there: our pings, and when something was heard last.
struct Liveness {
    let timeout: Interval
    /// While we do not read, silence says nothing.
    var isPaused = false
    private var count: UInt64 = 0
    private var asked: NIODeadline?
    private var lastHeard = NIODeadline.now()

    init(timeout: Interval) { self.timeout = timeout }

    var isWaiting: Bool { asked != nil }

    mutating func heard(at now: NIODeadline) { lastHeard = now }

    /// The payload of the ping to send; nil while the answer to one is awaited.
    mutating func nextPing(at now: NIODeadline) -> [UInt8]? {
        if let asked, lastHeard < asked { return nil }
        count += 1
        asked = now
        return Self.payload(count)
    }

    /// How long the answer to our last ping took; nil when this is none.
    mutating func answered(_ payload: [UInt8], at now: NIODeadline) -> Interval? {
        guard let sent = asked, payload == Self.payload(count) else { return nil }
        asked = nil
        return Interval(now - sent)
    }

    func isSilent(at now: NIODeadline) -> Bool {
        guard let asked, !isPaused, lastHeard < asked else { return false }
        return Interval(now - asked) >= timeout
    }

    private static func payload(_ count: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: count >> UInt64(56 - 8 * $0)) }
    }
}

enum UTF8Text {
    /// Whether the bytes are well-formed UTF-8.
    static func isValid(_ bytes: [UInt8]) -> Bool {
        do {
            _ = try UTF8Span(validating: bytes.span)
            return true
        } catch {
            return false
        }
    }
}
