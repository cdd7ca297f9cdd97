import EmulatedSessions
@testable import Emulator
import JSONText
import RealtimeProtocol
import Testing
import Timeline

struct DeterminismTests {
    /// Everything that came, with its time.
    private static func received(_ session: VirtualSession) -> [EmulatorOutput] {
        session.crossings.compactMap { crossing in
            guard case .came(let act) = crossing.crossing else { return nil }
            return EmulatorOutput(time: crossing.time, act: act)
        }
    }

    @Test(arguments: Story.allCases, [0.37, 3, 41, 1000])
    func `however time is cut up, the same comes at the same time`(
        _ story: Story, _ milliseconds: Double
    ) {
        let configuration = EmulatorConfiguration(
            scripts: [.duplicateDelta, .stall, .differingText, .fragmented], seed: 5)
        // What the smallest steps show is shown by the shortest stories.
        if milliseconds < 1, story == .voice || story == .text { return }
        let whole = Self.received(story.tell(configuration))
        let cut = Self.received(story.tell(configuration, stride: .milliseconds(milliseconds)))
        #expect(whole == cut)
        #expect(zip(whole, whole.dropFirst()).allSatisfy { $0.time <= $1.time })
    }

    @Test(arguments: EmulatorProfile.allCases)
    func `a seed decides every byte`(_ profile: EmulatorProfile) {
        func frames(_ seed: UInt64) -> [[UInt8]] {
            Story.tools.tell(EmulatorConfiguration(profile: profile, seed: seed)).frames
        }
        #expect(frames(3) == frames(3))
        #expect(frames(3) != frames(4))
    }

    @Test func `an hour of talk stays within bounds and ends as a session ends`() throws {
        var session = VirtualSession(EmulatorConfiguration(profile: .openAI, seed: 9))
        session.keeps = false
        session.run(for: .seconds(1))
        session.send(
            .sessionUpdate([
                "type": "realtime",
                "audio": [
                    "input": ["format": ["type": "audio/pcmu"]],
                    "output": ["format": ["type": "audio/pcmu"]],
                ],
            ]))
        var most = (items: 0, agenda: 0, jobs: 0, audio: 0)
        while session.now < .milliseconds(3_480_000) {
            session.speak("Go on, and then?", format: .pcmu)
            session.listen(milliseconds: 700, format: .pcmu)
            session.run(for: .seconds(9))
            for _ in 0..<5 {
                session.type("And something written, too.")
                session.send(.responseCreate(["output_modalities": ["text"]]))
                session.run(for: .seconds(15))
            }
            let emulator = session.emulator
            most.items = max(most.items, emulator.conversation.items.count)
            most.agenda = max(most.agenda, emulator.agenda.count)
            most.jobs = max(most.jobs, emulator.jobs.count)
            most.audio = max(
                most.audio,
                emulator.input.bytes.count
                    + emulator.conversation.items.reduce(0) { $0 + $1.audio.count })
        }
        #expect(most.items <= ServerConversation.itemLimit)
        #expect(most.agenda < 400)
        #expect(most.jobs <= 2)
        #expect(most.audio <= ServerConversation.audioLimit + InputAudio.limit)
        session.keeps = true
        session.run(for: .seconds(150))
        #expect(session.events("error").last?["error"]?["code"] == "session_expired")
        guard case .close(1001, _) = try #require(session.acts.last) else {
            Issue.record("the session did not end")
            return
        }
    }
}
