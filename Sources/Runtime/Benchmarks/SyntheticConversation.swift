import Timeline

/// A voice session without end, seeded: the user's audio, transcripts and answers with audio, tool
/// calls, barge-ins, failures, rate limits. The same events as a provider and a client would send.
struct SyntheticConversation {
    private var random: SeededRandom
    private var sequence: UInt64 = 0
    private var time = Instant.zero
    private var turn = 0
    /// What comes next, in reverse order: who sent it and how long after the one before.
    private var waiting: [(isSent: Bool, milliseconds: Double, body: String)] = []
    private let sounds: [String]

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        var random = self.random
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        // 20 ms of 16-bit samples at 24 kHz.
        sounds = (0..<8).map { _ in
            String(
                decoding: (0..<1280).map { _ in letters[Int(random.next() % 64)] }, as: UTF8.self)
        }
    }

    mutating func next() -> Event {
        while waiting.isEmpty { begin() }
        let step = waiting.removeLast()
        defer { sequence += 1 }
        time = time + .milliseconds(step.milliseconds * (0.5 + random.unit()))
        let bytes = Array(step.body.utf8)
        return Event(
            sequence: sequence, time: time, source: .realtime,
            payload: step.isSent ? .sent(bytes) : .received(bytes))
    }

    /// Plans the next turn.
    private mutating func begin() {
        let turn = self.turn
        var plan: [(isSent: Bool, milliseconds: Double, body: String)] = []
        func server(_ milliseconds: Double, _ type: String, _ members: String) {
            plan.append(
                (
                    false, milliseconds,
                    #"{"type":"\#(type)","event_id":"event_\#(turn)_\#(plan.count)",\#(members)}"#
                ))
        }
        func client(_ milliseconds: Double, _ type: String, _ members: String) {
            plan.append(
                (
                    true, milliseconds,
                    #"{"type":"\#(type)","event_id":"client_\#(turn)_\#(plan.count)"\#(members)}"#
                ))
        }
        if turn == 0 {
            server(
                1, "session.created",
                #""session":{"type":"realtime","object":"realtime.session","id":"sess_1","model":"gpt-realtime","output_modalities":["audio"],"instructions":"","tools":[]}"#
            )
        }
        let user = "user_\(turn)"
        for step in 0..<20 {
            client(20, "input_audio_buffer.append", #","audio":"\#(sound())""#)
            if step == 3 {
                server(
                    1, "input_audio_buffer.speech_started",
                    #""audio_start_ms":\#(turn * 4000),"item_id":"\#(user)""#)
            }
        }
        server(
            5, "input_audio_buffer.speech_stopped",
            #""audio_end_ms":\#(turn * 4000 + 400),"item_id":"\#(user)""#)
        server(1, "input_audio_buffer.committed", #""item_id":"\#(user)","previous_item_id":null"#)
        server(
            1, "conversation.item.added",
            #""previous_item_id":null,"item":{"id":"\#(user)","type":"message","status":"completed","role":"user","content":[{"type":"input_audio","transcript":null}]}"#
        )
        response(server, client)
        self.turn += 1
        waiting = plan.reversed()
    }

    private mutating func sound() -> String { sounds[Int(random.next() % 8)] }

    private static let words = [
        " the", " stream", " of", " tokens", " settles", " into", " a", " pattern", ",", " then",
        " drifts", " away", ".", " Latency", " is", " what", " people", " feel", " first", "!",
    ]

    /// An answer: speech, or a tool call that the client answers; cut short or failed at times.
    private mutating func response(
        _ server: (Double, String, String) -> Void, _ client: (Double, String, String) -> Void
    ) {
        let id = "resp_\(turn)"
        let item = "item_\(turn)"
        server(
            300, "response.created",
            #""response":{"object":"realtime.response","id":"\#(id)","status":"in_progress","output":[]}"#
        )
        if turn % 5 == 4 {
            call(id, item, server, client)
        } else {
            server(
                10, "response.output_item.added",
                #""response_id":"\#(id)","output_index":0,"item":{"id":"\#(item)","type":"message","status":"in_progress","role":"assistant","content":[]}"#
            )
            let place =
                #""response_id":"\#(id)","item_id":"\#(item)","output_index":0,"content_index":0"#
            server(
                1, "response.content_part.added",
                place + #","part":{"type":"audio","transcript":""}"#)
            let isCut = turn % 11 == 10
            let length = 20 + Int(random.next() % 80)
            for step in 0..<(isCut ? length / 2 : length) {
                let word = Self.words[Int(random.next() % UInt64(Self.words.count))]
                server(
                    12, "response.output_audio_transcript.delta", place + #","delta":"\#(word)""#)
                if step % 2 == 0 {
                    server(8, "response.output_audio.delta", place + #","delta":"\#(sound())""#)
                }
            }
            if isCut {
                client(
                    1, "conversation.item.truncate",
                    #","item_id":"\#(item)","content_index":0,"audio_end_ms":300"#)
            } else {
                server(1, "response.output_audio.done", place)
                server(
                    1, "response.output_item.done",
                    #""response_id":"\#(id)","output_index":0,"item":{"id":"\#(item)","type":"message","status":"completed","role":"assistant","content":[{"type":"audio","transcript":"said"}]}"#
                )
            }
        }
        let status = turn % 11 == 10 ? "cancelled" : turn % 23 == 22 ? "failed" : "completed"
        server(
            3, "response.done",
            #""response":{"object":"realtime.response","id":"\#(id)","status":"\#(status)","output":[],"usage":{"total_tokens":420,"input_tokens":20,"output_tokens":400,"input_token_details":{"text_tokens":20,"audio_tokens":0,"cached_tokens":0},"output_token_details":{"text_tokens":100,"audio_tokens":300}}}"#
        )
        server(
            1, "rate_limits.updated",
            #""rate_limits":[{"name":"tokens","limit":40000,"remaining":\#(30000 - turn % 1000),"reset_seconds":1.5}]"#
        )
    }

    private mutating func call(
        _ id: String, _ item: String, _ server: (Double, String, String) -> Void,
        _ client: (Double, String, String) -> Void
    ) {
        server(
            10, "response.output_item.added",
            #""response_id":"\#(id)","output_index":0,"item":{"id":"\#(item)","type":"function_call","status":"in_progress","name":"find","call_id":"call_\#(turn)","arguments":""}"#
        )
        let place =
            #""response_id":"\#(id)","item_id":"\#(item)","output_index":0,"call_id":"call_\#(turn)""#
        for piece in [#"{\"place"#, #"\":\""#, "Oslo", #"\"}"#] {
            server(9, "response.function_call_arguments.delta", place + #","delta":"\#(piece)""#)
        }
        server(
            1, "response.function_call_arguments.done",
            place + #","name":"find","arguments":"{\"place\":\"Oslo\"}""#)
        client(
            40, "conversation.item.create",
            #","item":{"type":"function_call_output","call_id":"call_\#(turn)","output":"{\"found\":true}"}"#
        )
    }
}
