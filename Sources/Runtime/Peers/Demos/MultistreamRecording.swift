import JSONText
import Recordings
import Timeline

/// Twenty seconds of a voice session with a camera: made, not recorded, to show streams of several
/// priorities beside each other.
enum MultistreamRecording {
    static func source() -> EventSource {
        EventSource(
            recording: Recording(
                header: RecordingHeader(clock: .measured, origin: "midstream-tui demo"),
                events: events().map { RecordedEvent(event: $0) }), title: "multistream")
    }

    private static let seconds = 20

    private static func events() -> [Event] {
        var random = SeededRandom(seed: 20)
        var pieces: [(time: Instant, source: SourceID, payload: Payload)] = []
        func add(_ milliseconds: Int, _ source: String, _ payload: Payload) {
            pieces.append((.milliseconds(Double(milliseconds)), SourceID(source), payload))
        }
        // A camera's frames, 30 a second, every tenth a whole picture.
        for frame in 0..<seconds * 30 {
            let size = frame.isMultiple(of: 10) ? 24_000 : 5_000 + Int(random.unit() * 4_000)
            add(frame * 1000 / 30, "camera", .receivedBinary(bytes(size, &random)))
        }
        // A microphone's frames of 20 ms, 16-bit at 24 kHz.
        for frame in 0..<seconds * 50 {
            add(frame * 20, "mic", .receivedBinary(bytes(960, &random)))
        }
        for reading in 0..<seconds * 10 {
            let report: JSON = [
                "celsius": JSON((random.unit() * 200).rounded() / 10),
                "load": JSON((random.unit() * 100).rounded() / 100),
            ]
            add(reading * 100, "telemetry", .statistics(report.bytes))
        }
        for (milliseconds, payload) in words() { add(milliseconds, "realtime", payload) }
        pieces.sort { $0.time < $1.time }
        return pieces.enumerated().map { number, piece in
            Event(
                sequence: UInt64(number), time: piece.time, source: piece.source,
                payload: piece.payload)
        }
    }

    /// The text that the model says of what it sees, a word at a time.
    private static func words() -> [(Int, Payload)] {
        func frame(_ json: JSON) -> Payload { .received(json.bytes) }
        var out: [(Int, Payload)] = [
            (0, .opened(detail: "a session made for this demo")),
            (
                10,
                frame([
                    "type": "session.created",
                    "session": ["id": "sess_demo", "type": "realtime", "model": "gpt-realtime"],
                ])
            ),
            (
                300,
                frame([
                    "type": "response.created",
                    "response": ["id": "resp_1", "status": "in_progress", "output": []],
                ])
            ),
            (
                310,
                frame([
                    "type": "response.output_item.added", "response_id": "resp_1",
                    "output_index": 0,
                    "item": [
                        "id": "item_1", "type": "message", "role": "assistant", "content": [],
                    ],
                ])
            ),
        ]
        let text =
            "I see a table by a window and two cups on it. The light comes from the left, so it is "
            + "morning. Somebody has just put the second cup down: its tea still moves. The words "
            + "you read travel before the pictures they speak of, since a picture may wait and a "
            + "word may not."
        for (number, word) in text.split(separator: " ").enumerated() {
            out.append(
                (
                    600 + number * 300,
                    frame([
                        "type": "response.output_text.delta", "response_id": "resp_1",
                        "item_id": "item_1", "output_index": 0, "content_index": 0,
                        "delta": .string(word + " "),
                    ])
                ))
        }
        return out
    }

    private static func bytes(_ count: Int, _ random: inout SeededRandom) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 8)
        while bytes.count < count {
            let word = random.next()
            for shift in 0..<8 {
                bytes.append(UInt8(truncatingIfNeeded: word >> (8 * UInt64(shift))))
            }
        }
        return Array(bytes.prefix(count))
    }
}
