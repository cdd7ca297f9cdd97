import JSONText

package extension ClientEvent {
    /// The event as a GA frame. Settings and items are written as they are given.
    func encoded(eventID: String) -> [UInt8] {
        var output: [UInt8] = []
        if case .audioAppend(let chunk) = self { output.reserveCapacity(chunk.base64Count + 96) }
        output.append(contentsOf: #"{"type":""#.utf8)
        output.append(contentsOf: wireName.utf8)
        output.append(contentsOf: #"","event_id":"#.utf8)
        JSON.write(string: eventID, to: &output)
        writeFields(to: &output)
        output.append(UInt8(ascii: "}"))
        return output
    }

    /// The event's type on the wire.
    var wireName: String {
        switch self {
        case .sessionUpdate: "session.update"
        case .itemCreate: "conversation.item.create"
        case .itemDelete: "conversation.item.delete"
        case .itemRetrieve: "conversation.item.retrieve"
        case .itemTruncate: "conversation.item.truncate"
        case .audioAppend: "input_audio_buffer.append"
        case .audioClear: "input_audio_buffer.clear"
        case .audioCommit: "input_audio_buffer.commit"
        case .outputAudioClear: "output_audio_buffer.clear"
        case .responseCreate: "response.create"
        case .responseCancel: "response.cancel"
        }
    }

    private func writeFields(to output: inout [UInt8]) {
        func write(_ name: String, _ value: JSON) {
            output.append(UInt8(ascii: ","))
            JSON.write(string: name, to: &output)
            output.append(UInt8(ascii: ":"))
            value.write(to: &output)
        }
        switch self {
        case .sessionUpdate(let session): write("session", session)
        case .itemCreate(let item, let previous):
            if let previous { write("previous_item_id", .string(previous)) }
            write("item", item)
        case .itemDelete(let itemID), .itemRetrieve(let itemID):
            write("item_id", .string(itemID))
        case .itemTruncate(let itemID, let contentIndex, let audioEndMilliseconds):
            write("item_id", .string(itemID))
            write("content_index", JSON(contentIndex))
            write("audio_end_ms", JSON(audioEndMilliseconds))
        case .audioAppend(let chunk):
            output.append(contentsOf: #","audio":"#.utf8)
            JSON.write(string: chunk.base64.span, to: &output)
        case .responseCreate(let response):
            if let response { write("response", response) }
        case .responseCancel(let responseID):
            if let responseID { write("response_id", .string(responseID)) }
        case .audioClear, .audioCommit, .outputAudioClear: break
        }
    }
}
