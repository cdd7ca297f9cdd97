/// A capsule of an extended CONNECT (RFC 9297, section 3.2; draft-ietf-webtrans-http3, section 5).
enum Capsule: Equatable, Sendable {
    case datagram([UInt8])
    case close(code: UInt32, reason: String)
    /// The peer asks to end the session soon.
    case drain

    static let datagramType: UInt64 = 0x00
    static let closeType: UInt64 = 0x2843
    static let drainType: UInt64 = 0x78ae
    /// The longest reason of a close.
    static let reasonLimit = 1_024

    var bytes: [UInt8] {
        switch self {
        case .datagram(let payload): return FrameType.frame(Self.datagramType, payload)
        case .drain: return FrameType.frame(Self.drainType, [])
        case .close(let code, let reason):
            let number = (0..<4).map { UInt8(truncatingIfNeeded: code >> UInt32(24 - 8 * $0)) }
            return FrameType.frame(Self.closeType, number + reason.utf8.prefix(Self.reasonLimit))
        }
    }
}

/// Reads capsules from bytes that come in pieces; unknown ones are passed over.
struct CapsuleDecoder: Sendable {
    private enum State: Sendable {
        case type
        case length(type: UInt64)
        case whole(type: UInt64, left: Int)
        case skipped(left: UInt64)
    }

    private var state = State.type
    private var integer = IntegerDecoder()
    private var payload: [UInt8] = []

    /// The largest datagram that may come as a capsule.
    static let datagramLimit = 65_536

    var isBetweenCapsules: Bool {
        if case .type = state { integer.isEmpty } else { false }
    }

    mutating func next(_ input: inout ArraySlice<UInt8>) throws(HTTP3Error) -> Capsule? {
        while true {
            switch state {
            case .type:
                guard let type = integer.take(&input) else { return nil }
                state = .length(type: type)
            case .length(let type):
                guard let length = integer.take(&input) else { return nil }
                state = try begin(type, length)
            case .whole(let type, let left):
                let piece = input.prefix(left)
                input.removeFirst(piece.count)
                payload += piece
                state = .whole(type: type, left: left - piece.count)
                guard piece.count == left else { return nil }
                state = .type
                defer { payload.removeAll() }
                return try Self.parse(type, payload)
            case .skipped(let left):
                let count = min(left, UInt64(input.count))
                input.removeFirst(Int(count))
                state = left == count ? .type : .skipped(left: left - count)
                if left > count { return nil }
            }
        }
    }

    private func begin(_ type: UInt64, _ length: UInt64) throws(HTTP3Error) -> State {
        let limit: Int
        switch type {
        case Capsule.datagramType:
            // Larger ones are dropped, as datagrams may be.
            guard length <= UInt64(Self.datagramLimit) else { return .skipped(left: length) }
            limit = Self.datagramLimit
        case Capsule.closeType: limit = 4 + Capsule.reasonLimit
        case Capsule.drainType: limit = 0
        default: return .skipped(left: length)
        }
        guard length <= UInt64(limit) else {
            throw .malformed("a capsule of \(length) bytes")
        }
        return .whole(type: type, left: Int(length))
    }

    private static func parse(_ type: UInt64, _ payload: [UInt8]) throws(HTTP3Error) -> Capsule {
        switch type {
        case Capsule.datagramType: return .datagram(payload)
        case Capsule.drainType: return .drain
        default:
            guard payload.count >= 4 else { throw .malformed("a close capsule without a code") }
            let code = payload.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            return .close(
                code: code, reason: String(decoding: payload.dropFirst(4), as: UTF8.self))
        }
    }
}
