/// Measures how long a piece of work takes, in nanoseconds of this thread's CPU time.
struct Stopwatch: Sendable {
    /// How many rounds the median is taken of.
    var rounds = 15
    /// A round repeats the work until it takes this long.
    var roundLength: Int64 = 2_000_000

    init(isQuick: Bool = false) {
        if isQuick {
            rounds = 5
            roundLength = 500_000
        }
    }

    /// The median time of `work` and its last result.
    @inline(never)
    func measure<Result>(_ work: () -> Result) -> (nanoseconds: Double, result: Result) {
        var result = work()
        var repeats = 1
        while true {
            let used = time(repeats, work, &result)
            if used >= roundLength { break }
            repeats = used <= 0 ? repeats * 8 : max(repeats + 1, repeats * Int(roundLength / used))
        }
        let times = (0..<rounds).map { _ in Double(time(repeats, work, &result)) / Double(repeats) }
        return (times.sorted()[rounds / 2], result)
    }

    private func time<Result>(
        _ repeats: Int, _ work: () -> Result, _ result: inout Result
    ) -> Int64 {
        let start = MonotonicClock.threadCPU
        for _ in 0..<repeats { result = work() }
        return MonotonicClock.threadCPU - start
    }

    /// The value below which `share` of the values lie.
    static func percentile(_ values: [Int64], _ share: Double) -> Int64 {
        let sorted = values.sorted()
        return sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }
}
