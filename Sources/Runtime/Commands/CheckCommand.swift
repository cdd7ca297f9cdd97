import JSONText
import TemporalLogic

/// Checks formulas of branching and of linear time on a small explicit model.
package struct CheckCommand {
    package var path: String
    package var branching: [String] = []
    package var linear: [String] = []
    package var asJSON = false

    package init(path: String) { self.path = path }

    /// What was found of one formula.
    struct Outcome {
        var logic: String
        var formula: String
        var holds: Bool
        /// CTL: the states in which it holds.
        var states: [String]?
        /// LTL: a path that violates it, and where it goes round.
        var path: [String]?
        var loop: Int?
    }

    /// - Returns: the text, and 0 when every formula holds in every initial state, else 1.
    package func run() throws(FileError) -> (text: String, status: CInt) {
        let outcomes = try outcomes(
            try ModelFile(parsing: try FileAccess.read(path), path: path))
        let text = asJSON ? json(outcomes).pretty(indent: 2) + "\n" : Self.text(outcomes)
        return (text, outcomes.allSatisfy(\.holds) ? 0 : 1)
    }

    func outcomes(_ model: ModelFile) throws(FileError) -> [Outcome] {
        var outcomes: [Outcome] = []
        for text in branching { outcomes.append(try check(branching: text, model)) }
        for text in linear { outcomes.append(try check(linear: text, model)) }
        guard !outcomes.isEmpty else {
            throw FileError(path: "check", message: "there is no formula; give --ctl or --ltl")
        }
        return outcomes
    }

    private func check(branching text: String, _ model: ModelFile) throws(FileError) -> Outcome {
        let formula: BranchingFormula
        do throws(FormulaError) {
            formula = try BranchingFormula(parsing: text)
        } catch {
            throw error.file(of: text)
        }
        let labels = try model.labels(formula.atomMeanings, path: path)
        let states = formula.states(labels: labels, successors: model.successors)
        return Outcome(
            logic: "ctl", formula: text, holds: model.initial.allSatisfy { states[$0] },
            states: states.indices.filter { states[$0] }.map { model.names[$0] })
    }

    private func check(linear text: String, _ model: ModelFile) throws(FileError) -> Outcome {
        let formula: Formula
        do throws(FormulaError) {
            formula = try Formula(parsing: text)
        } catch {
            throw error.file(of: text)
        }
        let transitions = TransitionModel(
            initial: model.initial, labels: try model.labels(formula.atomMeanings, path: path),
            successors: model.successors)
        guard !formula.needsClock else {
            throw FileError(path: text, message: "a model has no clock: bounds count states")
        }
        guard let holds = transitions.satisfies(formula) else {
            throw FileError(
                path: text, message: "the formula and the model together are too large to search")
        }
        let lasso = holds ? nil : transitions.counterexample(to: formula)
        return Outcome(
            logic: "ltl", formula: formula.description, holds: holds,
            path: lasso.map { $0.states.map { model.names[$0] } }, loop: lasso?.loop)
    }

    // MARK: output

    private static func text(_ outcomes: [Outcome]) -> String {
        var result = ""
        for outcome in outcomes {
            result += (outcome.holds ? "holds   " : "FAILS   ") + outcome.formula + "\n"
            if let states = outcome.states {
                let shown = states.isEmpty ? "no state" : states.joined(separator: " ")
                result += "        in " + shown + "\n"
            }
            if let path = outcome.path, let loop = outcome.loop {
                result += "        violated by " + path[..<loop].map { $0 + " " }.joined()
                result += "(" + path[loop...].joined(separator: " ") + ") for ever\n"
            } else if outcome.logic == "ltl", !outcome.holds {
                result += "        no short path shows it\n"
            }
        }
        return result
    }

    private func json(_ outcomes: [Outcome]) -> JSON {
        func names(_ texts: [String]) -> JSON { .array(texts.map { .string($0) }) }
        let formulas = outcomes.map { outcome -> JSON in
            var members: [JSON.Member] = [
                .init(key: "logic", value: .string(outcome.logic)),
                .init(key: "formula", value: .string(outcome.formula)),
                .init(key: "holds", value: .bool(outcome.holds)),
            ]
            if let states = outcome.states {
                members.append(.init(key: "states", value: names(states)))
            }
            if let path = outcome.path, let loop = outcome.loop {
                members.append(
                    .init(
                        key: "counterexample",
                        value: .object([
                            .init(key: "prefix", value: names(Array(path[..<loop]))),
                            .init(key: "loop", value: names(Array(path[loop...]))),
                        ])))
            }
            return .object(members)
        }
        return .object([
            .init(key: "format", value: "midstream-check/1"),
            .init(key: "file", value: .string(path)),
            .init(key: "formulas", value: .array(formulas)),
        ])
    }
}

extension FormulaError {
    /// The error as one of the command line, with the place marked below the formula.
    func file(of text: String) -> FileError {
        let pointer = String(repeating: " ", count: max(0, column - 1)) + "^"
        return FileError(
            path: "formula", message: "column \(column): \(message)\n  \(text)\n  \(pointer)")
    }
}
