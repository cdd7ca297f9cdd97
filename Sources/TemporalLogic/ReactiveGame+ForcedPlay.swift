extension ReactiveGame {
    /// The shortest play by which the environment forces a guarantee of safety to break, the
    /// controller delaying it as long as it can; absent when it cannot.
    ///
    /// The attractor of the broken states, layer by layer: linear in the game for each layer.
    mutating func forcedPlay() -> [UInt64]? {
        var rank = [Int?](repeating: nil, count: stateCount)
        var layer = 1
        var grew = true
        while grew && rank[0] == nil {
            grew = false
            var added: [Int] = []
            for state in rank.indices where rank[state] == nil {
                if forcingInput(state, rank) != nil { added.append(state) }
            }
            for state in added {
                rank[state] = layer
                grew = true
            }
            layer += 1
        }
        guard rank[0] != nil else { return nil }
        var play: [UInt64] = []
        var state = 0
        while play.count <= stateCount {
            guard let input = forcingInput(state, rank, below: rank[state]) else { return nil }
            var best: (letter: Int, rank: Int, target: Int)?
            for letter in letters(of: input) {
                let move = move(state, letter)
                let value = move.isOver == false ? 0 : rank[move.target] ?? .max
                if best.map({ value > $0.rank }) ?? true { best = (letter, value, move.target) }
            }
            guard let best else { return nil }
            play.append(UInt64(best.letter))
            if best.rank == 0 { return play }
            state = best.target
        }
        return nil
    }

    /// An input after which every output breaks a guarantee or leads to a state with a rank.
    private func forcingInput(_ state: Int, _ rank: [Int?], below limit: Int? = nil) -> Int? {
        for input in 0..<inputLetterCount {
            let forces = letters(of: input).allSatisfy { letter in
                let move = move(state, letter)
                if let isOver = move.isOver { return !isOver }
                guard let other = rank[move.target] else { return false }
                return limit.map { other < $0 } ?? true
            }
            if forces { return input }
        }
        return nil
    }
}
