import JSONText

extension RecordingCodec {
    /// Reads a header line; `number` is its place in the file, for errors.
    package static func decodeHeader(
        _ line: [UInt8], number: Int = 1
    ) throws(RecordingError) -> RecordingHeader {
        var header = RecordingHeader(origin: "")
        var seen: Set<String> = []
        for member in try members(line, number: number) {
            let known = ["midstream", "started", "clock", "origin", "session"].contains(member.key)
            guard known else {
                header.extra.append(member)
                continue
            }
            guard seen.insert(member.key).inserted else {
                throw RecordingError(line: number, message: "the header says \(member.key) twice")
            }
            try set(member, in: &header, number: number)
        }
        for key in ["midstream", "clock", "origin"] where !seen.contains(key) {
            throw RecordingError(line: number, message: "the header lacks \"\(key)\"")
        }
        return header
    }

    private static func members(
        _ line: [UInt8], number: Int
    ) throws(RecordingError) -> [JSON.Member] {
        let value: JSON
        do throws(JSONError) { value = try JSON(parsing: line) } catch {
            throw RecordingError(error, line: number)
        }
        guard case .object(let members) = value else {
            throw RecordingError(line: number, column: 1, message: "the header is not an object")
        }
        return members
    }

    private static func set(
        _ member: JSON.Member, in header: inout RecordingHeader, number: Int
    ) throws(RecordingError) {
        if member.key == "midstream" {
            guard let version = member.value.intValue, version >= 1 else {
                throw RecordingError(
                    line: number, message: "\"midstream\" must be the version, 1 or more")
            }
            header.version = version
            return
        }
        guard let text = member.value.stringValue else {
            throw RecordingError(line: number, message: "\"\(member.key)\" must be a string")
        }
        switch member.key {
        case "started": header.startedAt = text
        case "origin": header.origin = text
        case "session": header.sessionName = text
        default:
            guard let clock = RecordingHeader.Clock(rawValue: text) else {
                throw RecordingError(
                    line: number, message: "\"clock\" must be measured, partial or none")
            }
            header.clock = clock
        }
    }
}

extension RecordingError {
    init(_ error: JSONError, line: Int) {
        self.init(line: line, column: error.offset + 1, message: error.message)
    }
}
