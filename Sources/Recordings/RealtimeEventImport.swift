import JSONText
package import Timeline

/// Reads Realtime events, one JSON object a line, as logs and cassettes keep them.
///
/// A line's bytes are the frame. There is no clock: each event is 20 ms after the one before.
enum RealtimeEventImport {
    /// The event types that only clients send, of the GA, beta and translation families.
    ///
    /// Every other type, and a frame without one, counts as received.
    static let clientTypes: Set<String> = [
        "session.update", "transcription_session.update", "input_audio_buffer.append",
        "input_audio_buffer.commit", "input_audio_buffer.clear", "output_audio_buffer.clear",
        "conversation.item.create", "conversation.item.retrieve", "conversation.item.truncate",
        "conversation.item.delete", "response.create", "response.cancel", "session.close",
        "session.input_audio_buffer.append",
    ]

    static func read(_ bytes: [UInt8]) throws(RecordingError) -> Recording {
        var events: [RecordedEvent] = []
        var warnings: [RecordingError] = []
        var time = Instant.zero
        for line in TextLines(bytes).lines {
            let frame = Array(line.bytes)
            do throws(JSONError) {
                let payload = try payload(of: frame)
                events.append(
                    RecordedEvent(
                        event: Event(sequence: 0, time: time, source: .realtime, payload: payload)))
                time = time + Importer.stepWithoutClock
            } catch {
                var warning = RecordingError(error, line: line.number)
                if line.isUnended { warning.message += "; the last line is torn" }
                warnings.append(warning)
            }
        }
        if events.isEmpty, let first = warnings.first { throw first }
        let header = RecordingHeader(clock: .none, origin: "import of Realtime events")
        return Recording(
            header: header, events: Importer.numbered(events), warnings: warnings)
    }

    /// What crossed the boundary when `frame` is one event: sent if only clients send its type.
    static func payload(of frame: [UInt8]) throws(JSONError) -> Payload {
        let type = try JSONObjectScan(frame).string("type")
        return type.map(clientTypes.contains) ?? false ? .sent(frame) : .received(frame)
    }
}

extension Importer {
    /// One Realtime event as it arrives; what is no JSON object counts as received, so that the
    /// analysis shows it as undecodable and nothing is lost.
    package static func payload(ofRealtimeEvent frame: [UInt8]) -> Payload {
        (try? RealtimeEventImport.payload(of: frame)) ?? .received(frame)
    }
}
