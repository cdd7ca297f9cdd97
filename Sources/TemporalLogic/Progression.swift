/// One step of progression from given registers, through a given letter or symbolic in the atoms.
struct Progression {
    typealias Function = DecisionDiagram.Function

    /// The registers before the step, as functions at the position being read.
    let registers: [Function]
    private var progressed: [Function: Function] = [:]
    private var ended: [Function: Function] = [:]

    /// The letter read; when absent the results are functions of the atoms' variables too.
    private let letter: UInt64?

    init(registers: [Function], letter: UInt64? = nil) {
        self.registers = registers
        self.letter = letter
    }

    /// What `function`, wanted at the position being read, demands of the position after it.
    mutating func progress(
        _ function: Function, in formulas: inout ElementaryFormulas
    ) -> Function {
        if function <= DecisionDiagram.yes { return function }
        if let known = progressed[function] { return known }
        let decision = formulas.diagram[function]
        let condition = progress(variable: decision.variable, in: &formulas)
        let high = progress(decision.high, in: &formulas)
        let low = progress(decision.low, in: &formulas)
        let result = formulas.diagram.choice(condition, high, low)
        progressed[function] = result
        return result
    }

    private func atom(_ index: Int, in formulas: inout ElementaryFormulas) -> Function {
        guard let letter else { return formulas.diagram.variable(Int32(index)) }
        return letter >> UInt64(index) & 1 == 1 ? DecisionDiagram.yes : DecisionDiagram.no
    }

    /// What an elementary formula demands of the position after.
    mutating func progress(
        variable: Int32, in formulas: inout ElementaryFormulas
    ) -> Function {
        switch formulas.kind(of: variable) {
        case .atom(let index): return atom(index, in: &formulas)
        case .next(let a): return a
        case .until(let a, let b):
            let stays = progress(a, in: &formulas)
            let done = progress(b, in: &formulas)
            let again = formulas.diagram.variable(variable)
            return formulas.diagram.or(done, formulas.diagram.and(stays, again))
        case .previous(_, let register): return progress(registers[register], in: &formulas)
        case .since(let a, let b, let register):
            let stays = progress(a, in: &formulas)
            let done = progress(b, in: &formulas)
            let before = progress(registers[register], in: &formulas)
            return formulas.diagram.or(done, formulas.diagram.and(stays, before))
        }
    }

    /// The value of `function` when the state being read is the last one.
    mutating func end(_ function: Function, in formulas: inout ElementaryFormulas) -> Function {
        if function <= DecisionDiagram.yes { return function }
        if let known = ended[function] { return known }
        let decision = formulas.diagram[function]
        let condition = end(variable: decision.variable, in: &formulas)
        let high = end(decision.high, in: &formulas)
        let low = end(decision.low, in: &formulas)
        let result = formulas.diagram.choice(condition, high, low)
        ended[function] = result
        return result
    }

    private mutating func end(
        variable: Int32, in formulas: inout ElementaryFormulas
    ) -> Function {
        switch formulas.kind(of: variable) {
        case .atom(let index): return atom(index, in: &formulas)
        case .next: return DecisionDiagram.no
        case .until(_, let b): return end(b, in: &formulas)
        case .previous(_, let register): return end(registers[register], in: &formulas)
        case .since(let a, let b, let register):
            let stays = end(a, in: &formulas)
            let done = end(b, in: &formulas)
            let before = end(registers[register], in: &formulas)
            return formulas.diagram.or(done, formulas.diagram.and(stays, before))
        }
    }

    /// The registers after the step.
    mutating func registersAfter(in formulas: inout ElementaryFormulas) -> [Function] {
        var result = registers
        for index in formulas.kinds.indices {
            let variable = Int32(formulas.atomCount + index)
            switch formulas.kind(of: variable) {
            case .atom, .next, .until: break
            case .previous(let a, let register):
                result[register] = progress(a, in: &formulas)
            case .since(_, _, let register):
                result[register] = progress(variable: variable, in: &formulas)
            }
        }
        return result
    }
}
