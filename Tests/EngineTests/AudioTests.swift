import Dynamics
import Engine
import JSONText
import Testing
import Timeline

struct AudioTests {
    @Test func `audio is heard in real time from its first chunk on`() {
        var play = Playbook()
        play.created("resp_1", at: 0)
        play.audio(milliseconds: 300, at: 100)
        play.audio(milliseconds: 300, at: 150)
        #expect(play.state.audio.bufferMilliseconds == 550)
        #expect(play.state.audio.isAssistantSpeaking)
        play.audioDone(at: 300)
        #expect(play.state.audio.heardMilliseconds == 200)
        play.done("resp_1", at: 2000)
        let audio = play.state.audio
        #expect(audio.heardMilliseconds == 600)
        #expect(audio.bufferMilliseconds == 0)
        #expect(audio.deliveredMilliseconds == 600)
        #expect(audio.generatedMilliseconds == 600)
        #expect(audio.underruns == 0)
        #expect(!audio.isAssistantSpeaking)
        #expect(play.state.conversation.entries[0].heardMilliseconds == 600)
        #expect(play.state.turns[0].audioGeneratedMilliseconds == 600)
    }

    @Test func `a gap longer than the buffer is an underrun of the difference`() {
        var play = Playbook()
        play.created("resp_1", at: 0)
        play.audio(milliseconds: 634, at: 0)
        play.audio(milliseconds: 100, at: 1474)
        #expect(play.state.audio.underruns == 1)
        #expect(play.state.audio.underrunMilliseconds == 840)
        #expect(play.state.findings(.underrun).map(\.sequence) == [2])
    }

    @Test func `silence after the audio is done is no underrun`() {
        var play = Playbook()
        play.created("resp_1", at: 0)
        play.audio(milliseconds: 100, at: 0)
        play.audioDone(at: 50)
        play.done("resp_1", at: 60)
        play.created("resp_2", at: 5000)
        play.audio(milliseconds: 100, "resp_2", item: "item_2", at: 6000)
        #expect(play.state.audio.underruns == 0)
        #expect(play.state.audio.bufferMilliseconds == 100)
    }

    @Test func `an interruption cuts the playback, and late audio is not heard`() {
        var play = Playbook()
        play.created("resp_1", at: 0)
        play.transcript("A long story", at: 50)
        play.audio(milliseconds: 3000, at: 100)
        play.speechStarted(at: 1100)
        play.audio(milliseconds: 500, at: 1150)
        play.done(
            "resp_1", status: "cancelled",
            details: ["type": "cancelled", "reason": "turn_detected"], at: 1200)
        play.speechStopped(at: 2000)
        let audio = play.state.audio
        #expect(audio.heardMilliseconds == 1000)
        #expect(audio.deliveredMilliseconds == 3500)
        #expect(audio.interruptions == 1)
        #expect(audio.bufferMilliseconds == 0)
        #expect(play.state.turns[0].interruptedAt == .milliseconds(1100))
        #expect(play.state.conversation.entries.map(\.kind) == [.message, .interruption])
        let finding = play.state.findings(.heardVersusGenerated)
        #expect(finding.map(\.message) == ["interrupted: 1000 of 3500 ms were heard"])
        #expect(play.state.findings(.responseCancelled).map(\.severity) == [.info])
    }

    @Test func `speech while nothing is said or made interrupts nothing`() {
        var play = Playbook()
        play.session()
        play.speechStarted(at: 100)
        #expect(play.state.audio.interruptions == 0)
        #expect(play.state.audio.isUserSpeaking)
        play.speechStopped(at: 200)
        #expect(!play.state.audio.isUserSpeaking)
    }

    @Test func `a truncation beyond the audio is wrong, one within it is not`() {
        var play = Playbook()
        play.created("resp_1", at: 0)
        play.audio(milliseconds: 3700, at: 0)
        func truncate(at end: Int, _ time: Double) {
            play.client(
                "conversation.item.truncate",
                ["item_id": "item_1", "content_index": 0, "audio_end_ms": JSON(end)], at: time)
        }
        truncate(at: 3700, 1000)
        #expect(play.state.audio.wrongTruncations == 0)
        truncate(at: 3760, 1100)
        #expect(play.state.audio.wrongTruncations == 1)
        #expect(play.state.findings(.wrongTruncation).count == 1)
        #expect(play.state.audio.heardMilliseconds == 1000)
    }

    @Test func `audio that the recorder cut is counted by usage and said to be cut`() {
        var play = Playbook.withoutClock
        play.session()
        play.created("resp_1", at: 0)
        play.audio(milliseconds: 1, at: 1)
        play.done(
            "resp_1",
            usage: [
                "total_tokens": 40, "input_tokens": 10, "output_tokens": 30,
                "output_token_details": ["text_tokens": 10, "audio_tokens": 20],
            ], at: 2)
        let audio = play.state.audio
        #expect(audio.generatedMilliseconds == 1000)
        #expect(audio.deliveredMilliseconds == 1)
        #expect(audio.heardMilliseconds == 0)
        #expect(audio.isPayloadTruncated)
        #expect(play.state.findings(.payloadTruncated).count == 1)
    }

    @Test func `loudness is the root mean square per 20 ms`() {
        var play = Playbook()
        play.created("resp_1", at: 0)
        play.audio(milliseconds: 50, sample: 16384, at: 0)
        play.audio(milliseconds: 10, sample: -16384, at: 10)
        #expect(play.state.audio.levels == [0.5, 0.5, 0.5])
        #expect(play.state.series[2].phaseSpace.samples == [0.5, 0.5, 0.5])
        play.client(
            "input_audio_buffer.append",
            ["audio": .string(Playbook.base64([UInt8](repeating: 0, count: 48 * 40)))], at: 20)
        #expect(play.state.audio.inputMilliseconds == 40)
        #expect(play.state.audio.inputLevels == [0, 0])
    }
}
