import RealtimeProtocol
import Testing

@Suite struct `Dialects` {
    @Test(arguments: [
        "text.delta", "text.done", "audio.delta", "audio.done",
        "audio_transcript.delta", "audio_transcript.done",
    ])
    func `a beta name decodes as the GA event`(_ name: String) {
        let fields =
            #""response_id":"r","item_id":"i","output_index":0,"content_index":0,"delta":"d","#
            + #""text":"t","transcript":"t"}"#
        let beta = decode(#"{"type":"response.\#(name)","# + fields)
        let ga = decode(#"{"type":"response.output_\#(name)","# + fields)
        #expect(beta.body != nil && beta.body == ga.body)
        #expect(beta.type == "response." + name)
        #expect(beta.dialect == .beta && ga.dialect == .ga)
    }

    @Test func `xAI's fields are known and its omissions forgiven`() {
        let audio = decode(
            #"""
            {"type":"response.output_audio.delta","response_id":"r","item_id":"i","output_index":0,
            "content_index":0,"delta":"AAAA","rid":"x","latency":"0.68","audio_duration_ms":489,
            "ts":1785214083561,"previous_item_id":null}
            """#)
        #expect(audio.dialect == .xai)
        #expect(audio.problems == [] && audio.unknownFields == [])
        guard case .audioDelta(_, let chunk)? = audio.body else {
            Issue.record("no audio")
            return
        }
        #expect(chunk.declaredMilliseconds == 489 && chunk.serverTime == 1_785_214_083_561)
        for text in [
            #"{"type":"response.content_part.done","response_id":"r","item_id":"i","output_index":0,"content_index":0"#,
            #"{"type":"response.function_call_arguments.delta","response_id":"r","item_id":"i","call_id":"c","delta":"d""#,
            #"{"type":"conversation.item.input_audio_transcription.completed","item_id":"i","content_index":0,"transcript":"t""#,
        ] {
            let xai = decode(text + #","previous_item_id":null}"#)
            #expect(xai.dialect == .xai && xai.problems == [] && xai.body != nil)
            let ga = decode(text + "}")
            #expect(ga.dialect == .ga && ga.problems.count == 1 && ga.body == xai.body)
        }
    }

    @Test func `xAI's bill is found beside the response`() {
        let decoded = decode(
            #"""
            {"type":"response.done","response":{"id":"r","object":"realtime.response","output":[],
            "status":"completed","status_details":"unimplemented","usage":{}},"response_id":"r",
            "usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3,
            "output_token_details":{"grok_tokens":0},"output_audio_seconds":3.38,
            "billable_audio_seconds":5},"previous_item_id":null}
            """#)
        #expect(decoded.dialect == .xai)
        #expect(decoded.problems == [] && decoded.unknownFields == [])
        #expect(
            decoded.body
                == .responseDone(
                    ResponseInfo(
                        id: "r", status: .completed, usage: Usage(total: 3, input: 1, output: 2))))
    }

    @Test func `Voice Live's voice is an object and its extras are known`() {
        let decoded = decode(
            #"""
            {"type":"session.created","session":{"id":"s","modalities":["audio"],"voice":{
            "name":"alloy","type":"openai"},"input_audio_format":"pcm16","output_audio_format":null,
            "input_audio_sampling_rate":16000,"avatar":null,"turn_detection":{"type":null}}}
            """#)
        #expect(decoded.dialect == .voiceLive)
        #expect(decoded.problems == [] && decoded.unknownFields == [])
        #expect(
            decoded.body
                == .sessionCreated(
                    SessionInfo(
                        id: "s", voice: "alloy", outputModalities: ["audio"],
                        inputAudioFormat: .pcm(rate: 16_000))))
    }

    @Test func `an event of another family is unknown, not wrong`() {
        let decoded = decode(
            #"{"type":"session.output_audio.delta","event_id":"e","delta":"AAAA"}"#)
        #expect(decoded.body == nil && decoded.problems == [])
        #expect(decoded.type == "session.output_audio.delta" && decoded.eventID == "e")
    }

    private func decode(_ text: String) -> Decoded<ServerEvent> {
        RealtimeDecoder.server(Array(text.utf8))
    }
}
