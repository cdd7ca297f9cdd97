import JSONText
import RealtimeProtocol
import Testing

@Suite struct `Responses and sessions` {
    @Test func `a response ends for a reason and with a bill`() {
        let decoded = decode(
            #"""
            {"type":"response.done","response":{"object":"realtime.response","id":"r",
            "status":"cancelled","status_details":{"type":"cancelled","reason":"turn_detected"},
            "output":[{"id":"i","type":"message","role":"assistant","content":[]}],
            "conversation_id":"c","output_modalities":["audio"],"max_output_tokens":"inf",
            "metadata":{"k":"v"},"usage":{"total_tokens":320,"input_tokens":200,
            "output_tokens":120,"input_token_details":{"text_tokens":80,"audio_tokens":100,
            "image_tokens":20,"cached_tokens":64,"cached_tokens_details":{"text_tokens":31,
            "audio_tokens":32,"image_tokens":1}},"output_token_details":{"text_tokens":40,
            "audio_tokens":80,"reasoning_tokens":12}}}}
            """#)
        #expect(decoded.problems == [] && decoded.unknownFields == [])
        #expect(
            decoded.body
                == .responseDone(
                    ResponseInfo(
                        id: "r", status: .cancelled, statusReason: "turn_detected",
                        usage: Usage(
                            total: 320, input: 200, output: 120, inputText: 80, inputAudio: 100,
                            inputImage: 20, cached: 64, cachedText: 31, cachedAudio: 32,
                            cachedImage: 1, outputText: 40, outputAudio: 80, reasoning: 12),
                        output: [Item(id: "i", type: "message", role: "assistant")],
                        conversationID: "c", metadata: ["k": "v"])))
    }

    @Test func `a failed response carries its error`() {
        let decoded = decode(
            #"""
            {"type":"response.done","response":{"id":"r","status":"failed","status_details":{
            "type":"failed","error":{"type":"invalid_request_error",
            "code":"inference_rate_limit_exceeded","message":"later"}}}}
            """#)
        let error = APIError(
            type: "invalid_request_error", code: "inference_rate_limit_exceeded", message: "later")
        #expect(
            decoded.body == .responseDone(ResponseInfo(id: "r", status: .failed, error: error)))
    }

    @Test func `unknown values keep their wire name and are reported`() {
        let decoded = decode(
            #"""
            {"type":"response.done","response":{"id":"r","status":"paused","status_details":{
            "reason":"tea"},"output":[{"id":"i","type":"poem","role":"bard","status":"odd",
            "content":[{"type":"smell"}]}]}}
            """#)
        guard case .responseDone(let response)? = decoded.body else {
            Issue.record("no response")
            return
        }
        #expect(response.status == .other("paused") && response.statusReason == "tea")
        #expect(response.output.first?.type == "poem")
        #expect(
            Set(decoded.unknownValues) == [
                "response.status=paused", "response.status_details.reason=tea",
                "response.output[0].type=poem", "response.output[0].role=bard",
                "response.output[0].status=odd", "response.output[0].content[0].type=smell",
            ])
        #expect(decoded.problems == [])
        for status in ["in_progress", "completed", "cancelled", "failed", "incomplete", "x"] {
            #expect(ResponseStatus(wireName: status).wireName == status)
        }
    }

    @Test func `faults deep inside are named by path and the rest is kept`() {
        let decoded = decode(
            #"""
            {"type":"response.done","response":{"status":"completed","output":[{"id":"i"},"x"],
            "usage":{"total_tokens":"9","input_tokens":1.5,"input_token_details":{
            "text_tokens":1e99,"audio_tokens":2.0}},"surprise":1}}
            """#)
        guard case .responseDone(let response)? = decoded.body else {
            Issue.record("no response")
            return
        }
        #expect(response.usage?.inputAudio == 2)
        #expect(response.output.map(\.id) == ["i", ""])
        #expect(
            Set(decoded.problems.map(\.description)) == [
                "response.id: is missing", "response.output[0].type: is missing",
                "response.output[1]: expected an object, found a text",
                "response.usage.total_tokens: expected a whole number, found a text",
                "response.usage.input_tokens: expected a whole number, found a fraction or too "
                    + "large a number",
                "response.usage.output_tokens: is missing",
                "response.usage.input_token_details.text_tokens: expected a whole number, found "
                    + "a fraction or too large a number",
            ])
        #expect(decoded.unknownFields == ["response.surprise"])
    }

    @Test func `a session states its settings`() {
        let decoded = decode(
            #"""
            {"type":"session.created","session":{"type":"realtime","object":"realtime.session",
            "id":"s","model":"gpt-realtime-2.1","output_modalities":["audio"],"instructions":"Be.",
            "tools":[{},{}],"expires_at":1785460978,"audio":{"input":{"format":{
            "type":"audio/pcm","rate":16000},"transcription":{"model":"whisper-1"},
            "noise_reduction":null,"turn_detection":{"type":"semantic_vad"}},"output":{
            "format":{"type":"audio/pcma"},"voice":{"id":"v"},"speed":1}}}}
            """#)
        #expect(decoded.problems == [] && decoded.unknownFields == [])
        #expect(
            decoded.body
                == .sessionCreated(
                    SessionInfo(
                        id: "s", type: "realtime", model: "gpt-realtime-2.1",
                        expiresAt: 1_785_460_978, voice: "v", outputModalities: ["audio"],
                        inputAudioFormat: .pcm(rate: 16_000), outputAudioFormat: .pcma,
                        turnDetection: ["type": "semantic_vad"], transcriptionModel: "whisper-1",
                        instructions: "Be.", tools: 2)))
    }

    @Test func `a session of the beta API is read from its flat names`() {
        let decoded = decode(
            #"""
            {"type":"session.updated","session":{"id":"s","modalities":["text","audio"],
            "voice":"alloy","input_audio_format":"g711_ulaw","output_audio_format":"pcm16",
            "input_audio_transcription":{"model":"m"},"turn_detection":{"type":"server_vad"},
            "temperature":0.8,"max_response_output_tokens":"inf"}}
            """#)
        #expect(decoded.dialect == .beta)
        #expect(decoded.problems == [] && decoded.unknownFields == [])
        #expect(
            decoded.body
                == .sessionUpdated(
                    SessionInfo(
                        id: "s", voice: "alloy", outputModalities: ["text", "audio"],
                        inputAudioFormat: .pcmu, turnDetection: ["type": "server_vad"],
                        transcriptionModel: "m")))
    }

    @Test func `audio formats know their size`() {
        let formats: [AudioFormat] = [.pcm24k, .pcmu, .pcma, .other("x"), .pcm(rate: -1)]
        #expect(formats.map(\.bytesPerMillisecond) == [48, 8, 8, nil, nil])
        #expect(
            formats.map(\.wireName) == ["audio/pcm", "audio/pcmu", "audio/pcma", "x", "audio/pcm"])
        let decoded = decode(
            #"{"type":"session.created","session":{"audio":{"input":{"format":{"type":"audio/opus"}}}}}"#
        )
        #expect(decoded.unknownValues == ["session.audio.input.format.type=audio/opus"])
    }

    private func decode(_ text: String) -> Decoded<ServerEvent> {
        RealtimeDecoder.server(Array(text.utf8))
    }
}
