import JSONText

extension ClientEvent {
    typealias Definition = EventDefinition<ClientEvent>

    /// Every client event: the GA names, then the beta name that GA dropped.
    static let table = EventTable<ClientEvent>(ga + beta)

    private static let ga: [Definition] = [
        Definition("session.update", [.session]) { frame in
            guard let session = frame.tree(.session) else { return nil }
            frame.noteDialect(ofSession: session)
            return .sessionUpdate(session)
        },
        Definition("conversation.item.create", [.item], optional: [.previousItemID]) { frame in
            guard let item = frame.tree(.item) else { return nil }
            return .itemCreate(item: item, previous: frame.optionalString(.previousItemID))
        },
        Definition("conversation.item.delete", [.itemID]) {
            .itemDelete(itemID: $0.string(.itemID))
        },
        Definition("conversation.item.retrieve", [.itemID]) {
            .itemRetrieve(itemID: $0.string(.itemID))
        },
        Definition(
            "conversation.item.truncate", [.itemID, .contentIndex, .audioEndMilliseconds]
        ) {
            .itemTruncate(
                itemID: $0.string(.itemID), contentIndex: $0.int(.contentIndex),
                audioEndMilliseconds: $0.int(.audioEndMilliseconds))
        },
        Definition("input_audio_buffer.append", [.audio]) {
            .audioAppend(AudioChunk(base64: $0.slice(.audio)))
        },
        Definition("input_audio_buffer.clear") { _ in .audioClear },
        Definition("input_audio_buffer.commit") { _ in .audioCommit },
        Definition("output_audio_buffer.clear") { _ in .outputAudioClear },
        Definition("response.create", optional: [.response]) {
            .responseCreate($0.tree(.response))
        },
        Definition("response.cancel", optional: [.responseID]) {
            .responseCancel(responseID: $0.optionalString(.responseID))
        },
    ]

    private static let beta: [Definition] = ga.filter { $0.type == "session.update" }.map {
        $0.named("transcription_session.update", .beta)
    }
}

extension Frame {
    /// Notes the dialect that the names of a client's session settings give away.
    fileprivate mutating func noteDialect(ofSession session: JSON) {
        for member in session.objectValue ?? [] {
            if let dialect = Vocabularies.session[member.key], dialect != .ga {
                report.note(dialect)
            }
        }
    }
}
