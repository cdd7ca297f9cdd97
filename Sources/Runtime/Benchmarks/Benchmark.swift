import JSONText
import Timeline

/// Measures the program on this machine, in sections.
///
/// CPU time of one thread throughout, so that other work on the machine matters little; medians of
/// many rounds; inputs from the seeded generator.
package enum Benchmark {
    package enum Section: String, CaseIterable, Sendable {
        /// The whole program: analysis, frames, keys, seeks.
        case session
        case matching
        case dynamics
        case logic
        /// QUIC between two threads, by the clock of the wall; only when asked for.
        case quic
        /// From one program's log over QUIC to another's app.
        case peers
        /// Memory over a very long session; only when asked for.
        case growth

        /// What `all` stands for.
        package static let usual: [Section] = [.session, .matching, .dynamics, .logic]
    }

    /// How much work is done.
    package struct Effort: Sendable {
        /// Events that the analysis is measured with.
        package var events: Int
        /// Fewer rounds, for a first look.
        package var isQuick: Bool

        package init(events: Int, isQuick: Bool = false) {
            self.events = events
            self.isQuick = isQuick
        }
    }

    package static func run(_ sections: [Section], effort: Effort) throws -> BenchmarkReport {
        var report = BenchmarkReport()
        for section in Section.allCases where sections.contains(section) {
            report.begin(section.rawValue)
            switch section {
            case .session: try SessionBenchmark.run(effort, into: &report)
            case .matching: MatchingBenchmark(effort).run(into: &report)
            case .dynamics: DynamicsBenchmark(effort).run(into: &report)
            case .logic: try LogicBenchmark(effort).run(into: &report)
            case .quic: try QUICBenchmark(effort).run(into: &report)
            case .peers: try PeerBenchmark.run(effort, into: &report)
            case .growth: GrowthBenchmark.run(effort, into: &report)
            }
        }
        return report
    }
}
