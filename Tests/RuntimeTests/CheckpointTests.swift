import Engine
import Testing
import Timeline

@testable import Runtime

struct CheckpointTests {
    private static func filled(_ count: Int, distance: UInt64, limit: Int) -> Checkpoints {
        var checkpoints = Checkpoints(distance: distance, limit: limit)
        let engine = Engine(configuration: .standard)
        for sequence in 0..<count {
            checkpoints.offer(
                nextSequence: UInt64(sequence), time: Instant(nanoseconds: Int64(sequence) * 10),
                engine: engine)
        }
        return checkpoints
    }

    @Test(arguments: [1, 2, 9, 100, 1000, 20_000])
    func `their number is bounded and the first one stays`(count: Int) {
        let checkpoints = Self.filled(count, distance: 4, limit: 8)
        #expect(checkpoints.entries.count <= 8)
        #expect(checkpoints.entries.first?.nextSequence == 0)
        let sequences = checkpoints.entries.map(\.nextSequence)
        #expect(sequences == sequences.sorted())
        #expect(Set(sequences).count == sequences.count)
        let gaps = zip(sequences, sequences.dropFirst()).map { $1 - $0 }
        #expect(gaps.allSatisfy { $0 <= max(4, UInt64(count) / 2) })
    }

    @Test func `the best one before a place is found as a naive search finds it`() {
        let checkpoints = Self.filled(1000, distance: 7, limit: 16)
        for sequence in UInt64(0)..<1010 {
            let naive = checkpoints.entries.filter { $0.nextSequence <= sequence }.last
            #expect(checkpoints.last(before: sequence)?.nextSequence == naive?.nextSequence)
            let time = Instant(nanoseconds: Int64(sequence) * 10)
            let early = checkpoints.entries.filter { $0.time <= time }.last
            #expect(checkpoints.last(notAfter: time)?.nextSequence == early?.nextSequence)
        }
    }

    @Test func `an offer that is behind is not taken`() {
        var checkpoints = Self.filled(100, distance: 10, limit: 50)
        let before = checkpoints.entries.map(\.nextSequence)
        checkpoints.offer(nextSequence: 15, time: .zero, engine: Engine(configuration: .standard))
        #expect(checkpoints.entries.map(\.nextSequence) == before)
    }
}
