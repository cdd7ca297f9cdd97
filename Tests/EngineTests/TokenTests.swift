import Dynamics
import Engine
import Testing
import Timeline

struct TokenTests {
    @Test func `gaps are measured within a response and jitter follows RFC 3550`() {
        var play = Playbook()
        play.created("resp_1", at: 0)
        for time in [10.0, 20, 40, 50] { play.text("a", at: time) }
        play.created("resp_2", at: 1000)
        play.text("b", "resp_2", item: "item_2", at: 1100)
        play.text("b", "resp_2", item: "item_2", at: 1130)
        let tokens = play.state.tokens
        #expect(tokens.total == 6)
        #expect(tokens.recentGaps == [10, 20, 10, 30])
        #expect(tokens.gaps.count == 4)
        // |20−10|/16, then (|10−20| − J)/16 added; the gap of the next response has no neighbour.
        let first = 10.0 / 16
        #expect(tokens.jitterMilliseconds == first + (10 - first) / 16)
        #expect(tokens.histogram.map(\.count).reduce(0, +) == 4)
    }

    @Test func `the rate forgets what is older than five seconds`() {
        var play = Playbook()
        play.created("resp_1", at: 0)
        for step in 0..<100 { play.text("a", at: Double(step) * 10) }
        #expect(play.state.tokens.ratePerSecond(.milliseconds(1000)) == 100)
        #expect(play.state.tokens.ratePerSecond(.milliseconds(4000)) == 25)
        #expect(play.state.tokens.ratePerSecond(.milliseconds(60_000)) == 0)
        #expect(TokenStatistics().ratePerSecond(.zero) == nil)
    }

    @Test func `a series says how much is missing, then gets its class`() {
        var play = Playbook()
        play.created("resp_1", at: 0)
        for step in 0..<100 { play.text("ab", at: Double(step) * 10) }
        let early = play.state.series[0].phaseSpace.assessment
        #expect(early.missing > 0)
        for step in 100..<200 { play.text("ab", at: Double(step) * 10) }
        let later = play.state.series[0].phaseSpace.assessment
        #expect(later.missing == 0)
        #expect(later.attractorClass == .fixedPoint)
        #expect(play.state.series[1].phaseSpace.samples.allSatisfy { $0 == 2 })
    }
}
