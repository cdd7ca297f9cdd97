import Engine
import Timeline

/// Whether the analysis of a session without end needs more and more memory.
enum GrowthBenchmark {
    /// Feeds the events in ten parts and reports what is resident after some; the first part is
    /// warm-up, in which windows fill.
    static func run(_ effort: Benchmark.Effort, into report: inout BenchmarkReport) {
        var engine = Engine(configuration: .standard)
        var session = SyntheticConversation(seed: 2)
        let part = max(1000, effort.events)
        var warm = 0
        var last = 0
        var spent: Int64 = 0
        for number in 1...10 {
            for _ in 0..<part / 1000 {
                let events = (0..<1000).map { _ in session.next() }
                let start = MonotonicClock.threadCPU
                for event in events { engine.apply(event) }
                spent += MonotonicClock.threadCPU - start
            }
            last = ProcessMemory.resident
            if number == 1 { warm = last }
            if number == 1 || number.isMultiple(of: 3) {
                report.add(
                    "resident after \(number * part) events", Double(last) / 1e6, "MB")
            }
        }
        report.add(
            "resident after \(10 * part) over after \(part) events",
            Double(last) / Double(max(1, warm)), "times", .atMost(1.01))
        report.add("an event, mean", Double(spent) / Double(10 * part) / 1000, "µs")
    }
}
