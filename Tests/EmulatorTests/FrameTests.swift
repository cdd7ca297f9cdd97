import EmulatedSessions
import Emulator
import JSONText
import RealtimeProtocol
import Testing
import Timeline

struct FrameTests {
    @Test(arguments: EmulatorProfile.allCases, Story.allCases)
    func `every frame is understood without a question`(
        _ profile: EmulatorProfile, _ story: Story
    ) {
        let session = story.tell(EmulatorConfiguration(profile: profile))
        #expect(session.frames.count > 5)
        for frame in session.frames {
            let decoded = RealtimeDecoder.server(frame)
            let text = String(decoding: frame.prefix(200), as: UTF8.self)
            #expect(decoded.body != nil && decoded.problems.isEmpty, "\(text)")
            #expect(decoded.unknownFields.isEmpty && decoded.unknownValues.isEmpty, "\(text)")
            #expect(decoded.dialect == .ga || profile == .xAI && decoded.dialect == .xai)
        }
    }

    @Test(arguments: EmulatorScript.allCases.filter(\.keepsToTheProtocol))
    func `a script that keeps to the protocol sends frames that are understood`(
        _ script: EmulatorScript
    ) {
        for story in [Story.text, .tools, .voice] where script != .hugeFrame || story == .tools {
            let session = story.tell(EmulatorConfiguration(scripts: [script], seed: 2))
            for frame in session.frames {
                let decoded = RealtimeDecoder.server(frame)
                let text = String(decoding: frame.prefix(200), as: UTF8.self)
                #expect(decoded.body != nil && decoded.problems.isEmpty, "\(script): \(text)")
                #expect(decoded.unknownFields.isEmpty, "\(script): \(text)")
            }
        }
    }

    @Test func `the clock of xAI's server is on each piece of sound`() throws {
        let session = Story.voice.tell(EmulatorConfiguration(profile: .xAI))
        let deltas = session.events("response.output_audio.delta")
        #expect(deltas.count > 3)
        for delta in deltas {
            let chunk = AudioChunk(base64: Array((delta["delta"]?.stringValue ?? "").utf8)[...])
            let declared = try #require(delta["audio_duration_ms"]?.doubleValue)
            #expect(abs(declared - Double(chunk.byteCount) / 48) <= 1)
            #expect(delta["ts"]?.intValue ?? 0 > 1_787_306_400_000)
        }
        #expect(!session.events("ping").isEmpty)
        let other = Story.voice.tell(EmulatorConfiguration()).events("response.output_audio.delta")
        #expect(other.allSatisfy { $0["ts"] == nil && $0["audio_duration_ms"] == nil })
    }
}
