/// Answers a formula at every position of a timed stream, each as soon as it is settled.
package struct PointwiseMonitor: Sendable {
    /// The verdict at one position.
    package struct Answer: Sendable, Equatable {
        package var position: Int
        package var holds: Bool

        package init(position: Int, holds: Bool) {
            self.position = position
            self.holds = holds
        }
    }

    package let formula: Formula
    private var network = MetricNetwork()
    private let root: Int

    package init(_ formula: Formula) {
        self.formula = formula
        root = network.node(for: formula.root)
        _ = network.addOutput(root)
    }

    /// Takes the next state and yields what it settles, not always in the order of positions.
    package mutating func observe(_ holds: UInt64, at milliseconds: Double) -> [Answer] {
        network.observe(holds, at: Monitor.nanoseconds(milliseconds))
        if network.nodes[root].isImmediate {
            return [Answer(position: network.count - 1, holds: network.present[root])]
        }
        var answers: [Answer] = []
        for change in network.changes[root] where change.after.isFinal {
            answers.append(Answer(position: change.position, holds: change.after.holds))
        }
        return answers
    }

    /// The answers at the open positions as if the trace ended here, in order.
    package var answersAtEnd: [Answer] {
        let window = network.values[root]
        var answers: [Answer] = []
        for position in window.first..<window.end {
            let value = network.value(root, at: position)
            if !value.isFinal {
                answers.append(Answer(position: position, holds: value.holds))
            }
        }
        return answers
    }

    /// The truth values and clock readings held now.
    package var storedCount: Int { network.storedCount }
}
