/// Types of frames (RFC 9114, section 11.2.1; RFC 9218, section 7).
enum FrameType {
    static let data: UInt64 = 0x00
    static let headers: UInt64 = 0x01
    static let cancelPush: UInt64 = 0x03
    static let settings: UInt64 = 0x04
    static let pushPromise: UInt64 = 0x05
    static let goAway: UInt64 = 0x07
    static let maximumPush: UInt64 = 0x0d
    static let webTransport: UInt64 = 0x41
    static let priorityUpdateOfRequest: UInt64 = 0xf0700
    static let priorityUpdateOfPush: UInt64 = 0xf0701
    /// Taken from HTTP/2 and not to be used.
    static let reserved: Set<UInt64> = [0x02, 0x06, 0x08, 0x09]

    /// A frame of one kind around a payload.
    static func frame(_ type: UInt64, _ payload: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(payload.count + 16)
        VariableInteger.append(type, to: &out)
        VariableInteger.append(UInt64(payload.count), to: &out)
        return out + payload
    }
}

/// Types of unidirectional streams (RFC 9114, section 6.2; RFC 9204, section 4.2).
enum StreamType {
    static let control: UInt64 = 0x00
    static let push: UInt64 = 0x01
    static let encoder: UInt64 = 0x02
    static let decoder: UInt64 = 0x03
    static let webTransport: UInt64 = 0x54
}

/// What a frame decoder found; data comes in the pieces in which it came, the rest whole.
enum FramePart: Equatable, Sendable {
    case data([UInt8])
    /// An encoded field section.
    case headers([UInt8])
    /// A field section larger than allowed begins; it is passed over.
    case headersTooLong
    case settings([Setting])
    case goAway(UInt64)
    case cancelPush(UInt64)
    case maximumPush(UInt64)
    case priorityUpdate(element: UInt64, isPush: Bool, field: [UInt8])
    /// No frame, but the beginning of a bidirectional WebTransport stream: the rest is the
    /// application's.
    case webTransport(session: UInt64)
}

/// One entry of a SETTINGS frame.
struct Setting: Equatable, Sendable {
    var identifier: UInt64
    var value: UInt64
}
