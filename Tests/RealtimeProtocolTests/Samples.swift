import Foundation
import JSONText
import RealtimeProtocol

/// What every event of the API is made of, as its description has it, with a value per field.
enum Samples {
    /// `type: required | optional`, `event_id` apart; the server's 46 and the client's 11.
    static let server = parse(
        """
        error: error |
        session.created: session |
        session.updated: session |
        rate_limits.updated: rate_limits |
        conversation.created: conversation |
        conversation.item.added: item | previous_item_id
        conversation.item.done: item | previous_item_id
        conversation.item.created: item | previous_item_id
        conversation.item.retrieved: item |
        conversation.item.deleted: item_id |
        conversation.item.truncated: item_id content_index audio_end_ms |
        conversation.item.input_audio_transcription.delta: item_id | content_index delta logprobs
        conversation.item.input_audio_transcription.completed: \
        item_id content_index transcript usage | languages logprobs
        conversation.item.input_audio_transcription.failed: item_id content_index error |
        conversation.item.input_audio_transcription.segment: \
        id item_id content_index text speaker start end |
        input_audio_buffer.committed: item_id | previous_item_id
        input_audio_buffer.cleared: |
        input_audio_buffer.dtmf_event_received: event received_at |
        input_audio_buffer.speech_started: item_id audio_start_ms |
        input_audio_buffer.speech_stopped: item_id audio_end_ms |
        input_audio_buffer.timeout_triggered: item_id audio_start_ms audio_end_ms |
        output_audio_buffer.started: response_id |
        output_audio_buffer.stopped: response_id |
        output_audio_buffer.cleared: response_id |
        response.created: response |
        response.done: response |
        response.output_item.added: item output_index response_id |
        response.output_item.done: item output_index response_id |
        response.content_part.added: content_index item_id output_index part response_id |
        response.content_part.done: content_index item_id output_index part response_id |
        response.output_text.delta: content_index delta item_id output_index response_id |
        response.output_text.done: content_index item_id output_index response_id text |
        response.output_audio_transcript.delta: \
        content_index delta item_id output_index response_id |
        response.output_audio_transcript.done: \
        content_index item_id output_index response_id transcript |
        response.output_audio.delta: content_index delta item_id output_index response_id |
        response.output_audio.done: content_index item_id output_index response_id |
        response.function_call_arguments.delta: call_id delta item_id output_index response_id |
        response.function_call_arguments.done: \
        arguments call_id item_id name output_index response_id |
        mcp_list_tools.in_progress: item_id |
        mcp_list_tools.completed: item_id |
        mcp_list_tools.failed: item_id |
        response.mcp_call.in_progress: item_id output_index |
        response.mcp_call.completed: item_id output_index |
        response.mcp_call.failed: item_id output_index |
        response.mcp_call_arguments.delta: delta item_id output_index response_id | obfuscation
        response.mcp_call_arguments.done: arguments item_id output_index response_id |
        """)

    static let client = parse(
        """
        session.update: session |
        conversation.item.create: item | previous_item_id
        conversation.item.delete: item_id |
        conversation.item.retrieve: item_id |
        conversation.item.truncate: audio_end_ms content_index item_id |
        input_audio_buffer.append: audio |
        input_audio_buffer.clear: |
        input_audio_buffer.commit: |
        output_audio_buffer.clear: |
        response.create: | response
        response.cancel: | response_id
        """)

    struct Shape: Sendable, CustomStringConvertible {
        var type: String
        var required: [String]
        var optional: [String]
        var description: String { type }
    }

    /// The frame of `type` with these fields, each with its sample value.
    static func frame(_ type: String, _ fields: [String]) -> JSON {
        .object(
            [("type", JSON.string(type)), ("event_id", "event_1")].map {
                JSON.Member(key: $0.0, value: $0.1)
            }
                + fields.map { JSON.Member(key: $0, value: value(of: $0, in: type)) })
    }

    private static func value(of field: String, in type: String) -> JSON {
        switch field {
        case "content_index", "output_index", "audio_start_ms", "audio_end_ms", "received_at": 3
        case "start", "end": 1.25
        case "error": ["type": "server_error", "code": "c", "message": "m", "param": "p"]
        case "item":
            [
                "id": "item_1", "type": "message", "role": "user", "status": "completed",
                "content": [["type": "input_text", "text": "Hi"]],
            ]
        case "part": ["type": "text", "text": "Hi"]
        case "session": ["type": "realtime", "id": "sess_1", "output_modalities": ["audio"]]
        case "conversation": ["id": "conv_1", "object": "realtime.conversation"]
        case "response": ["id": "resp_1", "status": "completed", "output": []]
        case "usage": ["type": "duration", "seconds": 1.5]
        case "rate_limits": [["name": "tokens", "limit": 10, "remaining": 9, "reset_seconds": 0.5]]
        case "logprobs", "languages": []
        case "audio": "AAEC"
        default: .string(field == "delta" && type.contains("audio.") ? "AAEC" : "a " + field)
        }
    }

    private static func parse(_ text: String) -> [Shape] {
        text.split(separator: "\n").map { line in
            let colon = line.firstIndex(of: ":")!
            let lists = line[line.index(after: colon)...].split(
                separator: "|", omittingEmptySubsequences: false)
            return Shape(
                type: String(line[..<colon]),
                required: lists[0].split(separator: " ").map(String.init),
                optional: lists[1].split(separator: " ").map(String.init))
        }
    }

    /// Frames of every event with rich values, also those of dialects: the fuzzer's first inputs.
    static let frames: [[UInt8]] = {
        let file = packageRoot.appendingPathComponent("Tests/Fuzz/seeds.jsonl")
        guard let data = try? Data(contentsOf: file) else { return [] }
        return data.split(separator: 0x0A).map { Array($0) }
    }()

    static let packageRoot = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// A folder of reference material: named by the environment, or beside the package.
    static func reference(_ variable: String, _ folder: String) -> URL? {
        let path = ProcessInfo.processInfo.environment[variable]
        let url =
            path.map { URL(fileURLWithPath: $0) }
            ?? packageRoot.deletingLastPathComponent().appendingPathComponent("shared/" + folder)
        return FileManager.default.fileExists(atPath: url.path) ? url : nil
    }
}
