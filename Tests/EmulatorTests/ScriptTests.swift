import EmulatedSessions
import Emulator
import JSONText
import RealtimeProtocol
import Testing
import Timeline

/// What each script does to a session.
struct ScriptTests {
    private static func tell(
        _ script: EmulatorScript, _ story: Story = .text, profile: EmulatorProfile = .openAI
    ) -> VirtualSession {
        story.tell(EmulatorConfiguration(profile: profile, scripts: [script], seed: 4))
    }

    private static func done(_ session: VirtualSession) -> [JSON] {
        session.events("response.done").compactMap { $0["response"] }
    }

    /// The joined deltas and the final text of each written answer.
    private static func texts(_ session: VirtualSession) -> [(joined: String, final: String)] {
        session.events("response.output_text.done").map { done in
            let deltas = session.events("response.output_text.delta").filter {
                $0["item_id"] == done["item_id"]
            }
            return (
                deltas.compactMap { $0["delta"]?.stringValue }.joined(),
                done["text"]?.stringValue ?? ""
            )
        }
    }

    @Test(arguments: [
        (EmulatorScript.handshake400, 400), (.handshake401, 401), (.handshake429, 429),
    ])
    func `a handshake is refused with a body`(_ script: EmulatorScript, _ status: Int) throws {
        let session = Self.tell(script)
        guard case .refuse(status, let body) = session.answer else {
            Issue.record("\(session.answer)")
            return
        }
        #expect(try JSON(parsing: body)["error"]?["message"]?.stringValue?.isEmpty == false)
    }

    @Test(arguments: [
        (EmulatorScript.invalidKey, 3000, "invalid_api_key"),
        (.invalidModel, 4000, "invalid_model"),
        (.betaDisabled, 4000, "beta_api_shape_disabled"),
    ])
    func `a session is refused after the handshake, in the same instant`(
        _ script: EmulatorScript, _ code: Int, _ name: String
    ) {
        let session = Self.tell(script)
        #expect(session.types == ["error"])
        #expect(session.events("error")[0]["error"]?["code"]?.stringValue == name)
        #expect(session.acts == [.close(code: code, reason: "invalid_request_error.\(name)")])
        let times = session.crossings.filter { $0.crossing != .sent([]) }.map(\.time)
        #expect(times[0] == times[1])
    }

    @Test func `the header of the beta API is refused without a script`() {
        var session = VirtualSession(EmulatorConfiguration(), beta: "realtime=v1")
        session.run(for: .seconds(1))
        #expect(session.acts.count == 1 && session.types == ["error"])
    }

    @Test func `a session expires`() {
        var session = VirtualSession(EmulatorConfiguration(scripts: [.sessionExpired]))
        session.run(for: .seconds(61))
        #expect(session.events("error").last?["error"]?["code"] == "session_expired")
        #expect(
            session.acts.last
                == .close(
                    code: 1001, reason: "Your session hit the maximum duration of 60 minutes."))
    }

    @Test(arguments: [EmulatorScript.closeInResponse, .reset, .halfOpen])
    func `a connection breaks inside a response`(_ script: EmulatorScript) {
        let session = Self.tell(script)
        let created = session.events("response.created").count
        #expect(created == session.events("response.done").count + 1)
        switch (script, session.acts.last) {
        case (.closeInResponse, .close(1011, _)), (.reset, .reset), (.halfOpen, .fallSilent): break
        default: Issue.record("\(script): \(String(describing: session.acts.last))")
        }
    }

    @Test func `a slow server stops reading and begins again`() {
        let acts = Self.tell(.slowConsumer).acts
        #expect(acts.contains(.stopReading) && acts.contains(.resumeReading))
    }

    @Test func `an answer stalls for seconds`() {
        let session = Self.tell(.stall, .voice)
        let times = session.crossings.filter {
            VirtualSession.type($0.crossing)?.hasPrefix("response.output_audio") == true
        }.map(\.time)
        #expect(zip(times, times.dropFirst()).contains { $1 - $0 >= .seconds(1.9) })
    }

    @Test(arguments: [
        (EmulatorScript.responseFailed, "failed", "error"),
        (.tooLong, "incomplete", "max_output_tokens"),
        (.contentFilter, "incomplete", "content_filter"),
    ])
    func `responses end badly`(_ script: EmulatorScript, _ status: String, _ reason: String) {
        let bad = Self.done(Self.tell(script)).filter { $0["status"]?.stringValue == status }
        #expect(!bad.isEmpty)
        for response in bad {
            let details = response["status_details"]
            if reason == "error" {
                #expect(details?["error"]?["code"] == "inference_rate_limit_exceeded")
                #expect(response["usage"]?["total_tokens"] == 0)
            } else {
                #expect(details?["reason"]?.stringValue == reason)
            }
        }
    }

    @Test func `usage is missing or null`() {
        #expect(Self.done(Self.tell(.usageMissing)).allSatisfy { $0["usage"] == nil })
        #expect(Self.done(Self.tell(.usageNull)).allSatisfy { $0["usage"] == .null })
        #expect(Self.done(Self.tell(.drift)).allSatisfy { $0["usage"]?.objectValue != nil })
    }

    @Test func `client events are refused with every code in turn and by their id`() {
        var session = VirtualSession(EmulatorConfiguration(scripts: [.errorEvents]))
        session.run(for: .seconds(1))
        for _ in 0..<60 { session.send(.audioClear) }
        session.run(for: .seconds(2))
        let errors = session.events("error").compactMap { $0["error"] }
        #expect(Set(errors.map { $0["code"]?.stringValue }).count == 7)
        #expect(errors.allSatisfy { $0["event_id"]?.stringValue?.hasPrefix("client_") == true })
    }

    @Test func `responses are refused as if one were active, truncations as too long`() {
        let active = Self.tell(.activeResponse).events("error")
        #expect(
            active.contains {
                $0["error"]?["code"] == "conversation_already_has_active_response"
            })
        let messages = Self.tell(.truncateBeyond, .editing).events("error").compactMap {
            $0["error"]?["message"]?.stringValue
        }
        #expect(messages.contains { $0.contains("is already shorter than") })
    }

    @Test func `transcriptions fail or come after the answer`() throws {
        let failed = Self.tell(.transcriptionFailed, .voice)
        let turns = failed.events("input_audio_buffer.committed").count
        #expect(
            failed.events("conversation.item.input_audio_transcription.failed").count == turns)
        #expect(
            failed.events("response.done").contains { $0["response"]?["status"] == "completed" })
        let late = Self.tell(.lateTranscription, .voice).types
        let done = try #require(late.firstIndex(of: "response.done"))
        let transcribed = try #require(
            late.firstIndex(of: "conversation.item.input_audio_transcription.completed"))
        #expect(done < transcribed)
    }

    @Test func `frames are damaged`() {
        func problems(_ script: EmulatorScript) -> [Decoded<ServerEvent>] {
            Self.tell(script).frames.map { RealtimeDecoder.server($0) }.filter {
                !$0.problems.isEmpty || $0.body == nil || !$0.unknownFields.isEmpty
            }
        }
        #expect(!problems(.malformedJSON).isEmpty)
        #expect(!problems(.truncatedText).isEmpty)
        #expect(problems(.unknownEvent).contains { $0.type == "response.mood.updated" })
        #expect(problems(.unknownField).contains { $0.unknownFields == ["weather_on_mars"] })
        #expect(
            Self.tell(.truncatedText).frames.contains {
                String(validating: $0, as: UTF8.self) == nil
            })
        let beta = Self.tell(.betaNames).types
        #expect(
            beta.contains("response.text.delta") && !beta.contains("response.output_text.delta"))
        let binary = Self.tell(.binaryFrame).acts
        #expect(binary.contains { if case .binary = $0 { true } else { false } })
        let cut = Self.tell(.fragmented, .tools).crossings
        #expect(
            cut.contains {
                if case .came(.fragments(let parts)) = $0.crossing {
                    parts.count > 1
                } else {
                    false
                }
            })
        #expect(Self.tell(.hugeFrame, .tools).frames.contains { $0.count > 8_000_000 })
    }

    @Test func `deltas are doubled, lost, swapped, late, or belied by the final text`() throws {
        func differs(_ script: EmulatorScript) -> Bool {
            Self.texts(Self.tell(script)).contains { $0.joined != $0.final }
        }
        #expect(differs(.duplicateDelta) && differs(.missingDelta) && differs(.reorderedDelta))
        #expect(differs(.differingText))
        #expect(!differs(.drift))
        let late = Self.tell(.lateDelta, .editing).types
        let done = try #require(late.firstIndex(of: "response.done"))
        #expect(late[done...].contains("response.output_audio_transcript.delta"))
    }

    @Test func `the server's clock jumps back`() {
        let session = Self.tell(.clockJump, .voice, profile: .xAI)
        let stamps = session.events("response.output_audio.delta").compactMap {
            $0["ts"]?.intValue
        }
        #expect(zip(stamps, stamps.dropFirst()).contains { $1 < $0 })
    }

    @Test func `the model loops`() throws {
        let text = try #require(Self.texts(Self.tell(.repetitionLoop)).first).final
        let words = text.split(separator: " ")
        let repeats = (3...8).contains { period in
            words.count > 12 * period
                && words.suffix(10 * period).elementsEqual(
                    words.dropLast(period).suffix(10 * period))
        }
        #expect(repeats)
    }

    @Test func `the model slows down and changes its subject`() {
        let times = Self.tell(.drift).crossings.filter {
            VirtualSession.type($0.crossing) == "response.output_text.delta"
        }.map(\.time)
        let gaps = zip(times, times.dropFirst()).map { ($1 - $0).milliseconds }
        let early = gaps.prefix(50).reduce(0, +) / 50
        let answer = gaps.firstIndex { $0 > 1000 } ?? gaps.count
        let late = gaps[..<answer].suffix(50).reduce(0, +) / 50
        #expect(late > 2.5 * early)
    }

    @Test func `scripts go together`() {
        let all = EmulatorScript.allCases.filter {
            ![
                .handshake400, .handshake401, .handshake429, .invalidKey, .invalidModel,
                .betaDisabled, .hugeFrame,
            ].contains($0)
        }
        for seed in 0..<6 as Range<UInt64> {
            let session = Story.voice.tell(EmulatorConfiguration(scripts: all, seed: seed))
            #expect(session.frames.count > 3)
        }
    }
}
