import JSONText
import RealtimeProtocol
import Timeline

/// What the server makes of each client event.
extension Emulator {
    mutating func receive(text bytes: [UInt8]) {
        // The usual frame by far is sound; it is not turned into a tree.
        let decoded = RealtimeDecoder.client(bytes)
        if case .audioAppend(let chunk) = decoded.body, decoded.problems.isEmpty,
            decoded.unknownFields.isEmpty
        {
            return append(chunk, eventID: decoded.eventID)
        }
        let value: JSON
        do {
            value = try JSON(parsing: bytes)
        } catch {
            return refuse(
                Complaint(
                    code: "invalid_json",
                    message: "The event could not be read as JSON: \(error.message)."),
                eventID: nil)
        }
        guard let members = value.objectValue else {
            return refuse(
                Complaint(code: "invalid_json", message: "An event must be a JSON object."),
                eventID: nil)
        }
        let eventID = value["event_id"]?.stringValue
        do throws(Complaint) {
            let type = try Self.check(value, members)
            if let complaint = scriptedComplaint(about: type) { throw complaint }
            try perform(type, value, eventID)
        } catch {
            refuse(error, eventID: eventID)
        }
    }

    /// The type of an event that fits the API's description.
    private static func check(
        _ value: JSON, _ members: [JSON.Member]
    ) throws(Complaint) -> String {
        guard let type = value["type"]?.stringValue else {
            throw Complaint(
                code: "missing_required_parameter",
                message: "Missing required parameter: 'type'.", parameter: "type")
        }
        guard let fields = ClientSchema.fields(of: type) else {
            throw Shape.unsupported(type, ClientSchema.types, "type")
        }
        try Shape.check(
            members,
            [.init("type", .string), .init("event_id", .nullable(.string))] + fields, "")
        return type
    }

    private mutating func perform(
        _ type: String, _ value: JSON, _ eventID: String?
    ) throws(Complaint) {
        switch type {
        case "session.update": updateSession(value["session"] ?? nil, eventID: eventID)
        case "conversation.item.create":
            try createItem(value["item"] ?? nil, after: value["previous_item_id"]?.stringValue)
        case "conversation.item.delete": try deleteItem(value["item_id"]?.stringValue ?? "")
        case "conversation.item.retrieve": try retrieveItem(value["item_id"]?.stringValue ?? "")
        case "conversation.item.truncate":
            try truncateItem(
                value["item_id"]?.stringValue ?? "",
                contentIndex: value["content_index"]?.intValue ?? 0,
                milliseconds: value["audio_end_ms"]?.intValue ?? 0)
        case "input_audio_buffer.append":
            let text = Array((value["audio"]?.stringValue ?? "").utf8)
            append(AudioChunk(base64: text[...]), eventID: eventID)
        case "input_audio_buffer.clear":
            input.clear()
            send("input_audio_buffer.cleared", [], at: answerTime())
        case "input_audio_buffer.commit": try commitInput()
        case "output_audio_buffer.clear": try clearOutput()
        case "response.create": try createResponse(value["response"] ?? nil)
        case "response.cancel": try cancelResponse(value["response_id"]?.stringValue)
        default: preconditionFailure("\(type) is in the schema and not answered")
        }
    }

    private mutating func append(_ chunk: AudioChunk, eventID: String?) {
        if chunk.byteCount > 15 << 20 {
            return refuse(
                Complaint(
                    code: "string_above_max_length",
                    message: "Invalid 'audio': more than 15 MiB of audio in one event.",
                    parameter: "audio"), eventID: eventID)
        }
        if chunk.firstInvalidCharacter != nil {
            return refuse(
                Complaint(
                    code: "invalid_value",
                    message: "Invalid 'audio'. Expected base64-encoded audio bytes.",
                    parameter: "audio"), eventID: eventID)
        }
        hear(chunk.decoded())
    }

    private mutating func clearOutput() throws(Complaint) {
        guard let lastResponseID else {
            throw Complaint(
                code: "output_audio_buffer_empty",
                message: "There is no response whose audio could be cleared.")
        }
        send(
            "output_audio_buffer.cleared", ["response_id": .string(lastResponseID)],
            at: answerTime())
    }

    /// The refusal that a script has in store for an event of `type`.
    private mutating func scriptedComplaint(about type: String) -> Complaint? {
        if type == "conversation.item.truncate", mischief.has(.truncateBeyond) {
            return Complaint(
                code: "invalid_value",
                message: "Audio content of 3700ms is already shorter than 3760ms")
        }
        if type == "response.create", mischief.strikes(.activeResponse, every: 1...2) {
            return Self.activeResponse(name("resp"))
        }
        guard mischief.strikes(.errorEvents, every: 2...4) else { return nil }
        refusals += 1
        return Self.nonFatal[(refusals - 1) % Self.nonFatal.count]
    }

    static func activeResponse(_ id: String) -> Complaint {
        Complaint(
            code: "conversation_already_has_active_response",
            message: "Conversation already has an active response in progress: \(id). "
                + "Wait until the response is finished before creating a new one.")
    }

    private static let nonFatal: [Complaint] = [
        Complaint(code: "invalid_json", message: "The event could not be read as JSON."),
        Complaint(
            code: "unknown_parameter", message: "Unknown parameter: 'session.mood'.",
            parameter: "session.mood"),
        Shape.unsupported("session.dance", ClientSchema.types, "type"),
        Complaint(
            code: "integer_below_min_value",
            message: "Invalid 'session.audio.input.format.rate': integer below minimum value. "
                + "Expected a value >= 24000, but got 16000 instead.",
            parameter: "session.audio.input.format.rate"),
        activeResponse("resp_0000000000000000000"),
        Complaint(
            code: "response_cancel_not_active",
            message: "Cancellation failed: no active response found"),
        Complaint(
            code: "input_audio_buffer_commit_empty",
            message: "Error committing input audio buffer: buffer too small. Expected at least "
                + "100ms of audio, but buffer only has 0.00ms of audio."),
        Complaint(
            code: "invalid_value",
            message: "Audio content of 9250ms is already shorter than 57340ms"),
    ]
}
