import Timeline

/// Responses of text deltas without end, as a provider would send them, seeded.
struct SyntheticStream {
    private var random = SeededRandom(seed: 7)
    private var sequence: UInt64 = 0
    private var time = Instant.zero
    private var response = 0
    private var step = 0
    private static let words = [
        " the", " stream", " of", " tokens", " settles", " into", " a", " pattern", ",", " then",
        " drifts", " away", ".", " Latency", " is", " what", " people", " feel", " first", "!",
    ]
    private static let deltasPerResponse = 400

    mutating func next() -> Event {
        defer {
            sequence += 1
            step += 1
        }
        time = time + .milliseconds(6 + 8 * random.unit())
        return Event(
            sequence: sequence, time: time, source: .realtime,
            payload: .received(Array(body().utf8)))
    }

    private mutating func body() -> String {
        if step == 0 {
            return
                #"{"type":"response.created","event_id":"event_c\#(response)","response":{"id":"resp_\#(response)","object":"realtime.response","status":"in_progress","output":[]}}"#
        }
        if step <= Self.deltasPerResponse {
            let word = Self.words[Int(random.next() % UInt64(Self.words.count))]
            return
                #"{"type":"response.output_text.delta","event_id":"event_\#(sequence)","response_id":"resp_\#(response)","item_id":"item_\#(response)","output_index":0,"content_index":0,"delta":"\#(word)","obfuscation":"a8Fj2kLq"}"#
        }
        defer {
            step = -1
            response += 1
        }
        return
            #"{"type":"response.done","event_id":"event_d\#(response)","response":{"id":"resp_\#(response)","object":"realtime.response","status":"completed","output":[],"usage":{"total_tokens":420,"input_tokens":20,"output_tokens":400,"input_token_details":{"text_tokens":20,"audio_tokens":0,"cached_tokens":0},"output_token_details":{"text_tokens":400,"audio_tokens":0}}}}"#
    }
}
