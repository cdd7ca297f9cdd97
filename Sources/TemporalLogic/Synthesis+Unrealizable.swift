/// Why no controller exists.
package struct Unrealizability: Sendable, Equatable {
    /// The guarantees, by index, that cannot be kept together; each one alone can be left out and
    /// the rest kept.
    package var core: [Int]
    /// The shortest play by which the environment, keeping its safety assumptions, forces one of
    /// these to break whatever the controller does; absent when it only keeps something from
    /// recurring. Bit `i` of a letter is the `i`th of inputs and outputs.
    package var play: [UInt64]?

    package init(core: [Int], play: [UInt64]?) {
        self.core = core
        self.play = play
    }
}

extension Synthesis {
    /// What makes the specification unrealizable; nothing when it is realizable or cannot be
    /// decided. Removes one guarantee after the other as long as the rest stays unrealizable
    /// (Cimatti, Roveri, Schuppan, Tchaltsev, "Diagnostic Information for Realizability", 2008).
    package func unrealizability() -> Unrealizability? {
        guard isUnrealizable(guarantees) else { return nil }
        var core = Array(guarantees.indices)
        for index in guarantees.indices {
            let smaller = core.filter { $0 != index }
            if isUnrealizable(smaller.map { guarantees[$0] }) { core = smaller }
        }
        let part = Synthesis(
            inputs: inputs, outputs: outputs, assumptions: assumptions,
            guarantees: core.map { guarantees[$0] })
        guard var game = try? part.game() else { return Unrealizability(core: core, play: nil) }
        return Unrealizability(core: core, play: game.forcedPlay())
    }

    private func isUnrealizable(_ guarantees: [Formula]) -> Bool {
        let part = Synthesis(
            inputs: inputs, outputs: outputs, assumptions: assumptions, guarantees: guarantees)
        guard var game = try? part.game() else { return false }
        return game.strategy() == nil
    }
}

extension Controller {
    /// The same behaviour with the fewest states, by partition refinement (Moore); states are
    /// numbered in the order in which inputs in ascending order reach them.
    func minimized() -> Controller {
        var blocks = [Int](repeating: 0, count: machine.count)
        var count = 0
        while true {
            var numbers: [[UInt64]: Int] = [:]
            var refined = blocks
            for state in machine.indices {
                var key = [UInt64(blocks[state])]
                for move in machine[state] { key += [move.outputs, UInt64(blocks[move.next])] }
                if numbers[key] == nil { numbers[key] = numbers.count }
                refined[state] = numbers[key] ?? 0
            }
            blocks = refined
            if numbers.count == count { break }
            count = numbers.count
        }
        // The first state has number 0, and each block the number of its first state.
        var order = [Int](repeating: -1, count: count)
        var rows: [[(outputs: UInt64, next: Int)]] = []
        var pending = [0]
        order[blocks[0]] = 0
        var index = 0
        while index < pending.count {
            rows.append(
                machine[pending[index]].map { move in
                    let block = blocks[move.next]
                    if order[block] < 0 {
                        order[block] = pending.count
                        pending.append(move.next)
                    }
                    return (move.outputs, order[block])
                })
            index += 1
        }
        return Controller(inputs: inputs, outputs: outputs, machine: rows)
    }
}
