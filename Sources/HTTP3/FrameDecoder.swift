/// Reads frames from the bytes of one stream, however they are split; unknown ones are passed over.
///
/// Total: every input gives parts or an error of the connection. It holds at most one frame of a
/// kind that comes whole, and no more of it than the limits allow.
struct FrameDecoder: Sendable {
    /// Whose frames these are: it decides which are allowed.
    enum Place: Sendable {
        case control
        /// Requests and responses; at a bidirectional stream's beginning WebTransport may be.
        case message(isServer: Bool, mayBeWebTransport: Bool)
    }

    private enum State: Sendable {
        case type
        case length(type: UInt64)
        case data(left: UInt64)
        case whole(type: UInt64, left: Int)
        case skipped(left: UInt64)
    }

    let place: Place
    /// The largest encoded field section.
    let headerLimit: Int
    private var state = State.type
    private var integer = IntegerDecoder()
    private var payload: [UInt8] = []
    private var isFirst = true

    /// The largest frame of the control stream.
    static let controlLimit = 8_192

    init(_ place: Place, headerLimit: Int = 16_384) {
        (self.place, self.headerLimit) = (place, headerLimit)
    }

    /// Whether a stream may end here.
    var isBetweenFrames: Bool {
        if case .type = state { integer.isEmpty } else { false }
    }

    /// Bytes held until their frame is whole.
    var heldCount: Int { payload.count }

    /// Takes bytes off the front up to the next part; nil when more must come first.
    mutating func next(_ input: inout ArraySlice<UInt8>) throws(HTTP3Error) -> FramePart? {
        while true {
            switch state {
            case .type:
                guard let type = integer.take(&input) else { return nil }
                try check(type)
                state = .length(type: type)
            case .length(let type):
                guard let length = integer.take(&input) else { return nil }
                if type == FrameType.webTransport, mayBeWebTransport {
                    state = .type
                    isFirst = false
                    return .webTransport(session: length)
                }
                isFirst = false
                if type == FrameType.headers, length > UInt64(headerLimit) {
                    state = .skipped(left: length)
                    return .headersTooLong
                }
                state = try begin(type, length)
            case .data(let left):
                guard left > 0 else {
                    state = .type
                    continue
                }
                guard !input.isEmpty else { return nil }
                let piece = input.prefix(Int(clamping: left))
                input.removeFirst(piece.count)
                state = .data(left: left - UInt64(piece.count))
                return .data(Array(piece))
            case .whole(let type, let left):
                let piece = input.prefix(left)
                input.removeFirst(piece.count)
                payload += piece
                guard piece.count == left else {
                    state = .whole(type: type, left: left - piece.count)
                    return nil
                }
                state = .type
                defer { payload.removeAll() }
                return try FrameDecoder.parse(type, payload)
            case .skipped(let left):
                let count = min(left, UInt64(input.count))
                input.removeFirst(Int(count))
                state = left == count ? .type : .skipped(left: left - count)
                if left > count { return nil }
            }
        }
    }

    private var mayBeWebTransport: Bool {
        if case .message(_, mayBeWebTransport: true) = place { isFirst } else { false }
    }

    /// Whether a type may stand where it does (RFC 9114, section 7).
    private func check(_ type: UInt64) throws(HTTP3Error) {
        if FrameType.reserved.contains(type) {
            throw HTTP3Error(.frameUnexpected, "a frame of HTTP/2, type \(type)")
        }
        switch place {
        case .control:
            if isFirst {
                guard type == FrameType.settings else {
                    throw HTTP3Error(.missingSettings, "the control stream begins without SETTINGS")
                }
            } else if [FrameType.data, FrameType.headers, FrameType.pushPromise].contains(type) {
                throw HTTP3Error(.frameUnexpected, "frame \(type) on the control stream")
            } else if type == FrameType.settings {
                throw HTTP3Error(.frameUnexpected, "a second SETTINGS frame")
            }
        case .message(let isServer, _):
            let control = [
                FrameType.cancelPush, FrameType.settings, FrameType.goAway,
                FrameType.maximumPush, FrameType.priorityUpdateOfRequest,
                FrameType.priorityUpdateOfPush,
            ]
            if control.contains(type) {
                throw HTTP3Error(.frameUnexpected, "frame \(type) outside the control stream")
            }
            if type == FrameType.pushPromise {
                throw isServer
                    ? HTTP3Error(.frameUnexpected, "a client promises nothing")
                    : HTTP3Error(.idError, "a push that nobody allowed")
            }
        }
    }

    private func begin(_ type: UInt64, _ length: UInt64) throws(HTTP3Error) -> State {
        switch type {
        case FrameType.data: return .data(left: length)
        case FrameType.headers: return .whole(type: type, left: Int(length))
        case FrameType.settings, FrameType.priorityUpdateOfRequest,
            FrameType.priorityUpdateOfPush:
            guard length <= UInt64(Self.controlLimit) else {
                throw HTTP3Error(.excessiveLoad, "a control frame of \(length) bytes")
            }
            return .whole(type: type, left: Int(length))
        case FrameType.goAway, FrameType.cancelPush, FrameType.maximumPush:
            guard length <= 8 else {
                throw HTTP3Error(.frameError, "frame \(type) holds more than one integer")
            }
            return .whole(type: type, left: Int(length))
        default: return .skipped(left: length)
        }
    }

    private static func parse(_ type: UInt64, _ payload: [UInt8]) throws(HTTP3Error) -> FramePart {
        var rest = payload[...]
        switch type {
        case FrameType.headers: return .headers(payload)
        case FrameType.settings:
            var settings: [Setting] = []
            while !rest.isEmpty {
                settings.append(
                    Setting(identifier: try integer(&rest), value: try integer(&rest)))
            }
            return .settings(settings)
        case FrameType.priorityUpdateOfRequest, FrameType.priorityUpdateOfPush:
            let element = try integer(&rest)
            return .priorityUpdate(
                element: element, isPush: type == FrameType.priorityUpdateOfPush,
                field: Array(rest))
        default:
            let value = try integer(&rest)
            guard rest.isEmpty else {
                throw HTTP3Error(.frameError, "frame \(type) holds more than one integer")
            }
            switch type {
            case FrameType.goAway: return .goAway(value)
            case FrameType.cancelPush: return .cancelPush(value)
            default: return .maximumPush(value)
            }
        }
    }

    private static func integer(_ rest: inout ArraySlice<UInt8>) throws(HTTP3Error) -> UInt64 {
        var decoder = IntegerDecoder()
        guard let value = decoder.take(&rest) else {
            throw HTTP3Error(.frameError, "a frame ends within an integer")
        }
        return value
    }
}
