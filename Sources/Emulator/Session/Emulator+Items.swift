import JSONText
import RealtimeProtocol
import Timeline

/// Items that the client makes, asks for, cuts and removes.
extension Emulator {
    mutating func createItem(_ item: JSON, after previous: String?) throws(Complaint) {
        let id = item["id"]?.stringValue ?? name("item")
        guard conversation.index(of: id) == nil else {
            throw Complaint(
                code: "item_create_duplicate_item_id",
                message: "Error adding item: an item with id '\(id)' already exists.",
                parameter: "item.id")
        }
        if let previous, previous != "root", conversation.index(of: previous) == nil {
            throw Complaint(
                code: "item_create_invalid_previous_item_id",
                message: "Error adding item: the previous item with id '\(previous)' does not "
                    + "exist.", parameter: "previous_item_id")
        }
        let taken = Self.item(item, id: id, format: settings.inputFormat)
        if taken.role == "user" { speaker.hear(taken.text) }
        let before = conversation.add(taken, after: previous)
        sendItem(taken, after: before, at: answerTime())
        restartIdleTimer()
    }

    /// The events with which the server takes an item.
    mutating func sendItem(_ item: ServerItem, after previous: String?, at time: Instant) {
        let members: [JSON.Member] = [
            .init(key: "previous_item_id", value: previous.map { .string($0) } ?? nil),
            .init(key: "item", value: item.json),
        ]
        send("conversation.item.added", members, at: time)
        guard configuration.profile != .xAI else { return }
        let done = time + .milliseconds(between(0.2, 0.6))
        send("conversation.item.done", members, at: done)
        lastAnswer = max(lastAnswer, done)
    }

    /// What a client's item becomes: with an id, without its sound, with what it says.
    static func item(_ item: JSON, id: String, format: AudioFormat) -> ServerItem {
        var members = (item.objectValue ?? []).filter {
            !["id", "object", "status"].contains($0.key)
        }
        var text: [String] = []
        var tokens = TokenCount(text: 4)
        var sound: [UInt8] = []
        if let place = members.firstIndex(where: { $0.key == "content" }) {
            let parts = (members[place].value.arrayValue ?? []).map { part -> JSON in
                if let said = part["text"]?.stringValue ?? part["transcript"]?.stringValue {
                    text.append(said)
                    tokens.text += Pieces.of(said).count
                }
                guard let audio = part["audio"]?.stringValue else { return part }
                sound += AudioChunk(base64: Array(audio.utf8)[...]).decoded()
                return .object((part.objectValue ?? []).filter { $0.key != "audio" })
            }
            members[place].value = .array(parts)
        }
        for key in ["output", "arguments"] {
            guard let said = item[key]?.stringValue else { continue }
            text.append(said)
            tokens.text += Pieces.of(said).count
        }
        let milliseconds = format.milliseconds(byteCount: sound.count)
        tokens.audio = Int((milliseconds / 100).rounded(.up))
        members.insert(.init(key: "id", value: .string(id)), at: 0)
        if item["type"]?.stringValue != "mcp_approval_response" {
            members.insert(.init(key: "status", value: "completed"), at: 2)
        }
        var result = ServerItem(
            id: id, json: .object(members), text: text.joined(separator: " "), tokens: tokens)
        result.audio = sound
        result.milliseconds = milliseconds
        return result
    }

    private func item(_ id: String, _ code: String) throws(Complaint) -> ServerItem {
        guard let item = conversation[id] else {
            throw Complaint(
                code: "\(code)_invalid_item_id",
                message: "The item with id '\(id)' does not exist.", parameter: "item_id")
        }
        return item
    }

    mutating func deleteItem(_ id: String) throws(Complaint) {
        _ = try item(id, "item_delete")
        conversation[id] = nil
        send("conversation.item.deleted", ["item_id": .string(id)], at: answerTime())
    }

    mutating func retrieveItem(_ id: String) throws(Complaint) {
        let item = try item(id, "item_retrieve")
        var json = item.json
        if !item.audio.isEmpty, case .object(var members) = json,
            let place = members.firstIndex(where: { $0.key == "content" }),
            case .array(var parts) = members[place].value,
            let part = parts.firstIndex(where: { $0["type"]?.stringValue == "input_audio" }),
            case .object(var fields) = parts[part]
        {
            let audio = AudioChunk(encoding: item.audio).base64
            fields.append(
                .init(key: "audio", value: .string(String(decoding: audio, as: UTF8.self))))
            parts[part] = .object(fields)
            members[place].value = .array(parts)
            json = .object(members)
        }
        send("conversation.item.retrieved", ["item": json], at: answerTime())
    }

    /// Cuts an answer at what was heard; its transcript goes with the sound.
    mutating func truncateItem(
        _ id: String, contentIndex: Int, milliseconds: Int
    ) throws(Complaint) {
        let place = jobs.firstIndex { job in
            job.conversationID != nil && job.outputs.contains { $0.itemID == id && $0.isBegun }
        }
        let active = place.flatMap { place in
            jobs[place].outputs.first { $0.itemID == id && !$0.isDone }
        }
        var cut: ServerItem?
        if active == nil { cut = try item(id, "item_truncate") }
        let generated = active?.milliseconds ?? cut?.milliseconds ?? 0
        guard active.map({ !$0.isCall }) ?? (cut?.role == "assistant"), generated > 0,
            contentIndex == 0
        else {
            throw Complaint(
                code: "invalid_value",
                message: "Only model output audio messages can be truncated.",
                parameter: "content_index")
        }
        guard milliseconds <= Int(generated) else {
            throw Complaint(
                code: "invalid_value",
                message: "Audio content of \(Int(generated))ms is already shorter than "
                    + "\(milliseconds)ms", parameter: "audio_end_ms")
        }
        if var cut {
            cut.milliseconds = Double(milliseconds)
            cut.tokens = TokenCount(audio: Int((Double(milliseconds) / 50).rounded(.up)))
            cut.text = ""
            cut.json = Self.withoutTranscript(cut.json)
            conversation[id] = cut
        }
        send(
            "conversation.item.truncated",
            [
                "item_id": .string(id), "content_index": JSON(contentIndex),
                "audio_end_ms": JSON(milliseconds),
            ], at: answerTime())
    }

    private static func withoutTranscript(_ item: JSON) -> JSON {
        guard case .object(var members) = item,
            let place = members.firstIndex(where: { $0.key == "content" })
        else { return item }
        members[place].value = [["type": "output_audio", "transcript": ""]]
        return .object(members)
    }
}
