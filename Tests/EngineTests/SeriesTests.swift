import Dynamics
import Engine
import Foundation
import JSONText
import Testing
import Timeline

@Suite struct SeriesTests {
    private func series(_ kind: SeriesKind, of state: SessionState) throws -> SeriesState {
        try #require(state.series.first { $0.kind == kind })
    }

    @Test func `a repeated token surprises less each time`() throws {
        var play = Playbook()
        play.created("resp_1", at: 0)
        for step in 0..<60 { play.text(["the ", "cat ", "sat "][step % 3], at: Double(step)) }
        let bits = try series(.tokenSurprise, of: play.state).phaseSpace.samples
        #expect(bits.count == 60)
        #expect(bits[0] == 16)
        #expect(bits.suffix(30).allSatisfy { $0 < 1 })
        play.text("dog", at: 60)
        #expect(try #require(series(.tokenSurprise, of: play.state).phaseSpace.samples.last) > 5)
    }

    @Test func `the pitch of a voice is followed every 40 ms, silence has none`() throws {
        var play = Playbook()
        play.created("resp_1", at: 0)
        let voice = (0..<24_000).flatMap { place -> [UInt8] in
            let turn = 2 * Double.pi * 180 * Double(place) / 24_000
            let sample = Int16(8000 * sin(turn) + 4000 * sin(2 * turn))
            return [UInt8(truncatingIfNeeded: sample), UInt8(truncatingIfNeeded: sample >> 8)]
        }
        play.audio(bytes: voice, at: 0)
        let pitches = try series(.audioPitch, of: play.state).phaseSpace.samples
        #expect((23...25).contains(pitches.count))
        #expect(pitches.allSatisfy { abs($0 / 180 - 1) < 0.01 })
        play.audio(bytes: [UInt8](repeating: 0, count: 48_000), at: 1000)
        let after = try series(.audioPitch, of: play.state).phaseSpace.samples
        #expect(after.count <= pitches.count + 2)
    }

    @Test func `each turn adds its latency once`() throws {
        var play = Playbook()
        for turn in 0..<5 {
            let start = Double(turn) * 1000
            play.client("response.create", at: start)
            play.created("resp_\(turn)", at: start + 50)
            play.text("a", "resp_\(turn)", at: start + 100 + Double(turn))
            play.text("b", "resp_\(turn)", at: start + 200)
        }
        #expect(
            try series(.turnLatency, of: play.state).phaseSpace.samples
                == [100, 101, 102, 103, 104])
    }

    @Test func `rewards come from marks and from a response's metadata`() throws {
        var play = Playbook()
        play.created("resp_1", at: 0)
        play.add(.mark("reward 0.5"), at: 1)
        play.add(.mark("rewarding"), at: 2)
        play.add(.mark("reward much"), at: 3)
        for reward: JSON in ["-2", 0.25, "none"] {
            play.server(
                "response.done",
                [
                    "response": [
                        "object": "realtime.response", "id": "resp_1", "status": "completed",
                        "output": [], "metadata": ["reward": reward],
                    ]
                ], at: 4)
        }
        play.done("resp_1", at: 5)
        #expect(try series(.reward, of: play.state).phaseSpace.samples == [0.5, -2, 0.25])
    }

    @Test func `a change of level marks the timeline at the sample it began with`() throws {
        var play = Playbook()
        play.created("resp_1", at: 0)
        var time = 0.0
        for step in 0..<300 {
            time += (step < 200 ? 20 : 80) + Double(step * 7 % 5)
            play.text("word ", at: time)
        }
        let gaps = try series(.interTokenGap, of: play.state)
        let change = try #require(gaps.changes.first)
        #expect(change.kind == .rise)
        #expect((195...202).contains(change.sample))
        let mark = try #require(play.state.marks.first { $0.kind == .change })
        #expect(mark.sequence == change.sequence && mark.label == "inter-token gap rises")
        let json = play.state.json()["series"]?.arrayValue?.first?["changes"]?.arrayValue?.first
        #expect(json?["kind"]?.stringValue == "rise")
        #expect(json?["sequence"]?.intValue == Int(change.sequence))
    }

    @Test func `steady noise has no change points`() throws {
        for seed in 1...5 as ClosedRange<UInt64> {
            var random = SeededRandom(seed: seed)
            var play = Playbook()
            play.created("resp_1", at: 0)
            var time = 0.0
            for _ in 0..<600 {
                time += 20 + Double(random.next() % 1000) / 50
                play.text("w\(random.next() % 30) ", at: time)
            }
            #expect(try series(.interTokenGap, of: play.state).changes.isEmpty)
        }
    }

    @Test func `a pair takes the newest value that was known`() throws {
        var play = Playbook()
        play.created("resp_1", at: 0)
        play.text("a", at: 0)
        play.text("bbb", at: 10)
        play.add(.mark("reward 7"), at: 11)
        play.text("cc", at: 30)
        let gap = try series(.interTokenGap, of: play.state)
        let length = try series(.tokenLength, of: play.state)
        let reward = try series(.reward, of: play.state)
        #expect(gap.paired(over: length).map(\.x) == [3, 2])
        #expect(gap.paired(over: length).map(\.y) == [10, 20])
        #expect(length.paired(over: reward).map(\.y) == [2])
        #expect(reward.paired(over: gap).map(\.x) == [10])
        #expect(gap.secondsPerSample == 0.02)
        #expect(reward.secondsPerSample == nil)
    }

    @Test func `a selection is read from words`() {
        #expect(SeriesSelection(text: "gap") == SeriesSelection(kind: .interTokenGap))
        #expect(
            SeriesSelection(text: "pitch:loudness")
                == SeriesSelection(kind: .audioPitch, over: .audioLoudness))
        for text in ["", "gaps", "gap:", ":gap", "gap:gap", "gap:pitch:reward"] {
            #expect(SeriesSelection(text: text) == nil, "\(text)")
        }
    }
}
