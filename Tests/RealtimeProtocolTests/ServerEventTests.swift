import RealtimeProtocol
import Testing

@Suite struct `Server events` {
    private static let address = PartAddress(
        responseID: "r", itemID: "i", outputIndex: 2, contentIndex: 1)
    private static let place =
        #""response_id":"r","item_id":"i","output_index":2,"content_index":1"#

    /// Every case whose fields are texts and numbers, with a value that tells each field apart.
    @Test(
        arguments: [
            (
                #""type":"conversation.created","conversation":{"id":"c"}"#,
                .conversationCreated(id: "c")
            ),
            (#""type":"conversation.item.deleted","item_id":"i""#, .itemDeleted(itemID: "i")),
            (
                #""type":"conversation.item.truncated","item_id":"i","content_index":1,"audio_end_ms":9"#,
                .itemTruncated(itemID: "i", contentIndex: 1, audioEndMilliseconds: 9)
            ),
            (
                #""type":"conversation.item.input_audio_transcription.delta","item_id":"i","delta":"d""#,
                .inputTranscriptionDelta(itemID: "i", contentIndex: 0, delta: "d")
            ),
            (
                #""type":"conversation.item.input_audio_transcription.segment","id":"s","item_id":"i","#
                    + #""content_index":1,"text":"t","speaker":"A","start":0.5,"end":2"#,
                .inputTranscriptionSegment(
                    itemID: "i", contentIndex: 1, text: "t", speaker: "A", start: 0.5, end: 2)
            ),
            (
                #""type":"input_audio_buffer.committed","item_id":"i","previous_item_id":"h""#,
                .inputAudioCommitted(itemID: "i", previous: "h")
            ),
            (#""type":"input_audio_buffer.cleared""#, .inputAudioCleared),
            (
                #""type":"input_audio_buffer.dtmf_event_received","event":"9","received_at":7"#,
                .inputAudioDTMF(event: "9", receivedAt: 7)
            ),
            (
                #""type":"input_audio_buffer.speech_started","item_id":"i","audio_start_ms":5"#,
                .speechStarted(itemID: "i", audioStartMilliseconds: 5)
            ),
            (
                #""type":"input_audio_buffer.speech_stopped","item_id":"i","audio_end_ms":6"#,
                .speechStopped(itemID: "i", audioEndMilliseconds: 6)
            ),
            (
                #""type":"input_audio_buffer.timeout_triggered","item_id":"i","audio_start_ms":5,"#
                    + #""audio_end_ms":6"#,
                .inputTimeoutTriggered(
                    itemID: "i", audioStartMilliseconds: 5, audioEndMilliseconds: 6)
            ),
            (
                #""type":"output_audio_buffer.started","response_id":"r""#,
                .outputAudioStarted(responseID: "r")
            ),
            (
                #""type":"output_audio_buffer.stopped","response_id":"r""#,
                .outputAudioStopped(responseID: "r")
            ),
            (
                #""type":"output_audio_buffer.cleared","response_id":"r""#,
                .outputAudioCleared(responseID: "r")
            ),
            (
                #""type":"response.output_text.delta","delta":"\u00e9",\#(place)"#,
                .textDelta(address, "é")
            ),
            (#""type":"response.output_text.done","text":"t",\#(place)"#, .textDone(address, "t")),
            (
                #""type":"response.output_audio_transcript.delta","delta":"d",\#(place)"#,
                .transcriptDelta(address, "d")
            ),
            (
                #""type":"response.output_audio_transcript.done","transcript":"t",\#(place)"#,
                .transcriptDone(address, "t")
            ),
            (
                #""type":"response.output_audio.delta","delta":"A\/8=",\#(place)"#,
                .audioDelta(address, AudioChunk(base64: Array("A/8=".utf8)[...]))
            ),
            (#""type":"response.output_audio.done",\#(place)"#, .audioDone(address)),
            (
                #""type":"response.function_call_arguments.delta","call_id":"c","delta":"{",\#(noPart)"#,
                .argumentsDelta(
                    responseID: "r", itemID: "i", outputIndex: 2, callID: "c", delta: "{")
            ),
            (
                #""type":"response.function_call_arguments.done","call_id":"c","name":"n","#
                    + #""arguments":"{}",\#(noPart)"#,
                .argumentsDone(
                    responseID: "r", itemID: "i", outputIndex: 2, callID: "c", name: "n",
                    arguments: "{}")
            ),
            (
                #""type":"mcp_list_tools.in_progress","item_id":"i""#,
                .mcpListToolsInProgress(itemID: "i")
            ),
            (
                #""type":"mcp_list_tools.completed","item_id":"i""#,
                .mcpListToolsCompleted(itemID: "i")
            ),
            (#""type":"mcp_list_tools.failed","item_id":"i""#, .mcpListToolsFailed(itemID: "i")),
            (
                #""type":"response.mcp_call.in_progress","item_id":"i","output_index":2"#,
                .mcpCallInProgress(itemID: "i", outputIndex: 2)
            ),
            (
                #""type":"response.mcp_call.completed","item_id":"i","output_index":2"#,
                .mcpCallCompleted(itemID: "i", outputIndex: 2)
            ),
            (
                #""type":"response.mcp_call.failed","item_id":"i","output_index":2"#,
                .mcpCallFailed(itemID: "i", outputIndex: 2)
            ),
            (
                #""type":"response.mcp_call_arguments.delta","delta":"{",\#(noPart)"#,
                .mcpArgumentsDelta(responseID: "r", itemID: "i", outputIndex: 2, delta: "{")
            ),
            (
                #""type":"response.mcp_call_arguments.done","arguments":"{}",\#(noPart)"#,
                .mcpArgumentsDone(responseID: "r", itemID: "i", outputIndex: 2, arguments: "{}")
            ),
            (#""type":"ping","timestamp":1785214081855"#, .ping(timestamp: 1_785_214_081_855)),
            (
                #""type":"conversation.item.input_audio_transcription.updated","item_id":"i","#
                    + #""content_index":1,"transcript":"t""#,
                .inputTranscriptionUpdated(itemID: "i", contentIndex: 1, transcript: "t")
            ),
        ] as [(String, ServerEvent)])
    func `a plain event carries its fields`(_ sample: (fields: String, event: ServerEvent)) {
        let decoded = decode("{\(sample.fields)}")
        #expect(decoded.body == sample.event)
        #expect(decoded.problems == [] && decoded.unknownFields == [])
    }

    private static let noPart = #""response_id":"r","item_id":"i","output_index":2"#

    @Test func `an item carries what a message, a call or an output has`() {
        let message = decode(
            #"""
            {"type":"conversation.item.done","previous_item_id":"h","item":{"id":"i",
            "object":"realtime.item","type":"message","status":"incomplete","role":"assistant",
            "phase":"final_answer","content":[{"type":"output_audio","transcript":"a"},
            {"type":"output_text","text":"b"}]}}
            """#)
        #expect(
            message.body
                == .itemDone(
                    Item(
                        id: "i", type: "message", role: "assistant", status: "incomplete",
                        phase: "final_answer",
                        content: [
                            Part(type: "output_audio", transcript: "a"),
                            Part(type: "output_text", text: "b"),
                        ]), previous: "h"))
        let call = decode(
            #"""
            {"type":"response.output_item.added","response_id":"r","output_index":3,"item":{"id":"i",
            "type":"function_call","name":"n","call_id":"c","arguments":"{}","status":"in_progress"}}
            """#)
        #expect(
            call.body
                == .outputItemAdded(
                    Item(
                        id: "i", type: "function_call", status: "in_progress", name: "n",
                        callID: "c", arguments: "{}"), responseID: "r", outputIndex: 3))
        let output = decode(
            #"""
            {"type":"conversation.item.created","item":{"id":"i","type":"function_call_output",
            "call_id":"c","output":[{"type":"input_text","text":"x"}]}}
            """#)
        #expect(
            output.body
                == .itemCreated(
                    Item(
                        id: "i", type: "function_call_output", callID: "c",
                        output: #"[{"type":"input_text","text":"x"}]"#), previous: nil))
        #expect(message.problems + call.problems + output.problems == [])
    }

    @Test func `a part belongs to its place`() {
        let fields = #""part":{"type":"audio","transcript":"x"},\#(Self.place)"#
        #expect(
            decode(#"{"type":"response.content_part.added",\#(fields)}"#).body
                == .contentPartAdded(Part(type: "audio", transcript: "x"), Self.address))
        #expect(
            decode(#"{"type":"response.content_part.done",\#(fields)}"#).body
                == .contentPartDone(Part(type: "audio", transcript: "x"), Self.address))
    }

    @Test func `an error names the client event that caused it`() {
        let decoded = decode(
            #"""
            {"type":"error","event_id":"e","error":{"type":"invalid_request_error","code":"c",
            "message":"m","param":"p","event_id":"mine"}}
            """#)
        #expect(decoded.eventID == "e")
        #expect(
            decoded.body
                == .error(
                    APIError(
                        type: "invalid_request_error", code: "c", message: "m", parameter: "p",
                        eventID: "mine")))
    }

    @Test func `an error that is a mere text is its message, and reported`() {
        let decoded = decode(#"{"type":"error","error":"overloaded"}"#)
        #expect(decoded.body == .error(APIError(message: "overloaded")))
        #expect(decoded.problem?.description == "error: expected an object, found a text")
    }

    @Test func `rate limits are listed`() {
        let decoded = decode(
            #"""
            {"type":"rate_limits.updated","rate_limits":[{"name":"tokens","limit":4e4,"remaining":1,
            "reset_seconds":0.25},7]}
            """#)
        #expect(
            decoded.body
                == .rateLimitsUpdated([
                    RateLimit(name: "tokens", limit: 40_000, remaining: 1, resetSeconds: 0.25)
                ]))
        #expect(decoded.problem?.path == "rate_limits[1]")
    }

    @Test func `transcription is paid by token or by time`() {
        func usage(_ text: String) -> Decoded<ServerEvent> {
            decode(
                #"{"type":"conversation.item.input_audio_transcription.completed","item_id":"i","#
                    + #""content_index":0,"transcript":"t","usage":\#(text)}"#)
        }
        func event(_ usage: TranscriptionUsage?) -> ServerEvent {
            .inputTranscriptionCompleted(
                itemID: "i", contentIndex: 0, transcript: "t", usage: usage)
        }
        #expect(usage(#"{"type":"duration","seconds":3}"#).body == event(.duration(seconds: 3)))
        let tokens = usage(
            #"{"type":"tokens","total_tokens":6,"input_tokens":4,"output_tokens":2,"#
                + #""input_token_details":{"text_tokens":1,"audio_tokens":3}}"#)
        #expect(
            tokens.body
                == event(.tokens(total: 6, input: 4, output: 2, inputText: 1, inputAudio: 3)))
        let other = usage(#"{"type":"moons","moons":3}"#)
        #expect(other.body == event(nil))
        #expect(other.unknownValues == ["usage.type=moons"])
        #expect(other.unknownFields == ["usage.moons"])
    }

    @Test func `a failed transcription says why`() {
        let decoded = decode(
            #"{"type":"conversation.item.input_audio_transcription.failed","item_id":"i","#
                + #""content_index":1,"error":{"code":"c","message":"m"}}"#)
        #expect(
            decoded.body
                == .inputTranscriptionFailed(
                    itemID: "i", contentIndex: 1, error: APIError(code: "c", message: "m")))
    }

    private func decode(_ text: String) -> Decoded<ServerEvent> {
        RealtimeDecoder.server(Array(text.utf8))
    }
}
