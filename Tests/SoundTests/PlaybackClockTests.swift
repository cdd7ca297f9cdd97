import Testing
import Timeline

@testable import Sound

struct PlaybackClockTests {
    private let one = AudioPart(itemID: "item_1", contentIndex: 0)
    private let two = AudioPart(itemID: "item_2", contentIndex: 1)

    @Test func `time hears`() {
        var clock = PlaybackClock()
        clock.play(one, frames: 24_000, at: .milliseconds(100))
        #expect(clock.end == .milliseconds(1100))
        #expect(clock.heard(at: .milliseconds(100))?.frames == 0)
        #expect(clock.heard(at: .milliseconds(350))?.milliseconds == 250)
        clock.play(two, frames: 2400, at: .milliseconds(400))
        #expect(clock.end == .milliseconds(1200))
        let heard = clock.interrupt(at: .milliseconds(1150))
        #expect(heard == [Heard(part: two, frames: 1200, queuedFrames: 2400)])
        #expect(clock.end == nil)
        let late = clock.play(two, frames: 480, at: .milliseconds(1160))
        let fresh = clock.play(one, frames: 480, at: .milliseconds(1160))
        #expect(!late && fresh)
    }

    @Test func `an interruption tells of every part under way, in order`() {
        var clock = PlaybackClock()
        clock.play(one, frames: 4800, at: .zero)
        clock.play(two, frames: 4800, at: .zero)
        #expect(
            clock.interrupt(at: .milliseconds(50)) == [
                Heard(part: one, frames: 1200, queuedFrames: 4800),
                Heard(part: two, frames: 0, queuedFrames: 4800),
            ])
    }

    @Test func `silence within a part is an underrun, after it is none`() {
        var clock = PlaybackClock()
        clock.play(one, frames: 480, at: .zero)
        clock.play(one, frames: 480, at: .milliseconds(30))
        #expect(clock.underruns == 1)
        #expect(clock.heard(at: .milliseconds(40))?.frames == 480 + 240)
        clock.finish(one, at: .milliseconds(45))
        #expect(clock.heard(at: .milliseconds(90))?.isWhole == true)
        #expect(clock.underruns == 1)
        #expect(clock.interrupt(at: .milliseconds(95)) == [])
    }

    /// Looking often books exactly what looking once does.
    @Test func `how often one looks changes nothing`() {
        var random = SeededRandom(seed: 3)
        for _ in 0..<200 {
            var often = PlaybackClock()
            var seldom = PlaybackClock()
            var now = Instant.zero
            for _ in 0..<20 {
                now = now + Interval(nanoseconds: Int64(random.next() % 90_000_000))
                let part = random.next() % 4 == 0 ? two : one
                let frames = Int(random.next() % 3000)
                var look = now - Interval(nanoseconds: Int64(random.next() % 1_000_000))
                while look < now {
                    _ = often.heard(at: look)
                    look = look + Interval(nanoseconds: 70_001)
                }
                often.play(part, frames: frames, at: now)
                seldom.play(part, frames: frames, at: now)
                #expect(often.heard(at: now) == seldom.heard(at: now))
                #expect(often.end == seldom.end)
            }
            #expect(often.underruns == seldom.underruns)
            #expect(often.interrupt(at: now) == seldom.interrupt(at: now))
        }
    }

    @Test func `the ledger adds up like a list of frames`() {
        var random = SeededRandom(seed: 9)
        let parts = (0..<4).map { AudioPart(itemID: "item_\($0 / 2)", contentIndex: $0 % 2) }
        for _ in 0..<300 {
            var ledger = PlaybackLedger()
            var queue: [AudioPart] = []
            var heard: [AudioPart: Int] = [:]
            var queued: [AudioPart: Int] = [:]
            var arrivals: [AudioPart] = []
            for _ in 0..<12 {
                if random.next() % 2 == 0 {
                    let part = parts[Int(random.next() % 4)]
                    let frames = Int(random.next() % 20)
                    let isTaken = ledger.queue(part, frames: frames)
                    #expect(isTaken)
                    queue += Array(repeating: part, count: frames)
                    queued[part, default: 0] += frames
                    if !arrivals.contains(part) { arrivals.append(part) }
                } else {
                    let frames = Int(random.next() % 25)
                    ledger.advance(by: frames)
                    for part in queue.prefix(frames) { heard[part, default: 0] += 1 }
                    queue.removeFirst(min(frames, queue.count))
                }
                #expect(ledger.unheardFrames == queue.count)
                if let first = queue.first {
                    #expect(
                        ledger.current
                            == Heard(
                                part: first, frames: heard[first] ?? 0,
                                queuedFrames: queued[first] ?? 0))
                }
            }
            ledger.finish()
            let expected = arrivals.filter { (queued[$0] ?? 0) > (heard[$0] ?? 0) }
            #expect(ledger.cut().map(\.part) == expected)
        }
    }
}
