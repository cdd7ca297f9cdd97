import JSONText
import Timeline
import TextEncodings

/// Lines of a recording from values and back: version 1 of `docs/RECORDING.md`.
package enum RecordingCodec {
    /// The header line with its newline.
    package static func encode(_ header: RecordingHeader) -> [UInt8] {
        var members: [JSON.Member] = [.init(key: "midstream", value: JSON(header.version))]
        if let started = header.startedAt {
            members.append(.init(key: "started", value: .string(started)))
        }
        members.append(.init(key: "clock", value: .string(header.clock.rawValue)))
        members.append(.init(key: "origin", value: .string(header.origin)))
        if let name = header.sessionName {
            members.append(.init(key: "session", value: .string(name)))
        }
        return JSON.object(members + header.extra).bytes + [newline]
    }

    /// The event's line with its newline; an unknown kind's line is what it was.
    package static func encode(_ recorded: RecordedEvent) -> [UInt8] {
        var output: [UInt8] = []
        encode(recorded, into: &output)
        return output
    }

    /// Appends the event's line with its newline to `output`. Linear in the payload.
    package static func encode(_ recorded: RecordedEvent, into output: inout [UInt8]) {
        let event = recorded.event
        if case .unknown(_, let line) = event.payload {
            precondition(!line.contains(newline), "an unknown kind's line is one line")
            output.append(contentsOf: line)
            output.append(newline)
            return
        }
        output.append(contentsOf: "{\"t\":".utf8)
        append(decimal: event.time.nanoseconds, to: &output)
        append(member: "src", event.source.name, to: &output)
        append(member: "kind", Kind(event.payload).rawValue, to: &output)
        append(event.payload, to: &output)
        for field in recorded.unknownFields {
            append(key: field.key, to: &output)
            field.value.write(to: &output)
        }
        output.append(UInt8(ascii: "}"))
        output.append(newline)
    }

    static let newline = UInt8(ascii: "\n")

    private static func append(_ payload: Payload, to output: inout [UInt8]) {
        switch payload {
        case .received(let bytes), .sent(let bytes), .statistics(let bytes):
            if isUTF8(bytes) {
                append(key: "text", to: &output)
                append(string: bytes, to: &output)
            } else {
                append(base64: bytes, to: &output)
            }
        case .receivedBinary(let bytes), .sentBinary(let bytes): append(base64: bytes, to: &output)
        case .key(let key): append(member: "key", key, to: &output)
        case .resize(let columns, let rows):
            append(key: "columns", to: &output)
            append(decimal: Int64(columns), to: &output)
            append(key: "rows", to: &output)
            append(decimal: Int64(rows), to: &output)
        case .opened(let detail): append(member: "detail", detail, to: &output)
        case .closed(let code, let reason):
            if let code {
                append(key: "code", to: &output)
                append(decimal: Int64(code), to: &output)
            }
            append(member: "reason", reason, to: &output)
        case .failed(let reason): append(member: "reason", reason, to: &output)
        case .mark(let label): append(member: "label", label, to: &output)
        case .unknown: preconditionFailure("an unknown kind is written as its line")
        }
    }

    private static func append(base64 bytes: [UInt8], to output: inout [UInt8]) {
        append(key: "base64", to: &output)
        output.append(UInt8(ascii: "\""))
        output += Base64.encoded(bytes)
        output.append(UInt8(ascii: "\""))
    }

    private static func append(key: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: ","))
        append(string: key, to: &output)
        output.append(UInt8(ascii: ":"))
    }

    private static func append(member key: String, _ value: String, to output: inout [UInt8]) {
        append(key: key, to: &output)
        append(string: value, to: &output)
    }

    private static func append(string text: String, to output: inout [UInt8]) {
        var text = text
        text.withUTF8 { unsafe append(string: $0, to: &output) }
    }

    private static func append(string bytes: [UInt8], to output: inout [UInt8]) {
        unsafe bytes.withUnsafeBufferPointer { unsafe append(string: $0, to: &output) }
    }

    private static func append(decimal value: Int64, to output: inout [UInt8]) {
        output.append(contentsOf: String(value).utf8)
    }

    /// Appends UTF-8 as a string literal: plain runs are copied whole, since frames are long.
    ///
    /// DEL is escaped too, so that a recording shown raw sends no control byte but the newline.
    /// Runs are short in a frame inside a frame, so they are lent, not sliced.
    private static func append(
        string bytes: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]
    ) {
        output.append(UInt8(ascii: "\""))
        var plain = 0
        for index in 0..<bytes.count {
            let byte = unsafe bytes[index]
            guard byte < 0x20 || byte == 0x22 || byte == 0x5C || byte == 0x7F else { continue }
            unsafe output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[plain..<index]))
            plain = index + 1
            append(escaped: byte, to: &output)
        }
        unsafe output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[plain...]))
        output.append(UInt8(ascii: "\""))
    }

    private static func append(escaped byte: UInt8, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x22, 0x5C: output.append(byte)
        case 0x0A: output.append(UInt8(ascii: "n"))
        case 0x0D: output.append(UInt8(ascii: "r"))
        case 0x09: output.append(UInt8(ascii: "t"))
        default:
            let digits = Array("0123456789abcdef".utf8)
            output.append(contentsOf: "u00".utf8)
            output.append(digits[Int(byte >> 4)])
            output.append(digits[Int(byte & 15)])
        }
    }

    static func isUTF8(_ bytes: [UInt8]) -> Bool { (try? UTF8Span(validating: bytes.span)) != nil }
}

/// The spelling of each payload case in a line's `kind`.
enum Kind: String, CaseIterable {
    case received
    case sent
    case receivedBinary = "received-binary"
    case sentBinary = "sent-binary"
    case key
    case resize
    case opened
    case closed
    case failed
    case statistics
    case mark

    /// The kind of a payload that is not `.unknown`.
    init(_ payload: Payload) {
        switch payload {
        case .received: self = .received
        case .sent: self = .sent
        case .receivedBinary: self = .receivedBinary
        case .sentBinary: self = .sentBinary
        case .key: self = .key
        case .resize: self = .resize
        case .opened: self = .opened
        case .closed: self = .closed
        case .failed: self = .failed
        case .statistics: self = .statistics
        case .mark: self = .mark
        case .unknown: preconditionFailure("an unknown kind has no spelling of ours")
        }
    }
}
