import Engine
import JSONText
package import TemporalLogic

/// Checks temporal-logic properties on a recording or on anybody's trace, for CI.
package struct VerifyCommand {
    package var path: String
    package var selection = PropertySelection()
    package var isTrace = false
    package var asJSON = false
    package var withPrefixes = false
    package var withPositions = false
    package var withProof = false
    package var junitPath: String?
    /// What a bound without a unit counts; by default ms in a trace with times, else events.
    package var unit: Formula.BoundUnit?

    package init(path: String) { self.path = path }

    /// What properties are checked on.
    private struct Trace {
        /// What positions are called: sequence numbers of a recording, places of a trace.
        var numbers: [UInt64]
        var milliseconds: [Double]
        /// For each property.
        var states: [[UInt64]]
        /// Why a property cannot be judged.
        var pauses: [String?]
        /// For each property, the margins of its propositions.
        var margins: [[[Double]]?]
    }

    /// - Returns: 0 when every property holds at the end, 1 when one does not.
    package func run() throws(FileError) -> CInt {
        let outcomes = try outcomes()
        if let junitPath {
            try FileAccess.write(
                Array(VerifyReport.junit(outcomes, path).utf8), to: junitPath, replaces: true)
        }
        try Output.write(
            asJSON
                ? VerifyReport.json(outcomes, path).pretty(indent: 2) + "\n"
                : VerifyReport.text(outcomes))
        return outcomes.allSatisfy(\.holds) ? 0 : 1
    }

    /// What was found of every property.
    package func outcomes() throws(FileError) -> [VerifyOutcome] {
        let definitions: [PropertyDefinition]
        let trace: Trace
        if isTrace {
            let file = try TraceFile(reading: path)
            definitions = try selection.definitions(
                boundsIn: unit ?? (file.hasTimes ? .milliseconds : .events))
            trace = Self.trace(of: definitions, in: file)
        } else {
            definitions = try selection.definitions(boundsIn: unit ?? .events)
            trace = try Self.trace(of: definitions, inRecording: path)
        }
        return definitions.indices.map { outcome(definitions[$0], trace, $0) }
    }

    private static func trace(of definitions: [PropertyDefinition], in file: TraceFile) -> Trace {
        let meanings = definitions.map(\.formula.atomMeanings)
        return Trace(
            numbers: file.states.indices.map { UInt64($0) },
            milliseconds: file.states.map(\.time),
            states: meanings.map { propositions in
                file.states.map { TraceFile.bits(propositions, in: $0) }
            },
            pauses: definitions.map { _ in nil }, margins: meanings.map(file.margins))
    }

    private static func trace(
        of definitions: [PropertyDefinition], inRecording path: String
    ) throws(FileError) -> Trace {
        var source = try EventSource(opening: path)
        var configuration = EngineConfiguration.forRecording(source.header)
        configuration.properties = definitions
        configuration.keepsPropertyStates = true
        var engine = Engine(configuration: configuration)
        var cursor = try source.cursor(at: 0)
        while let event = try cursor.next() { engine.apply(event) }
        source.finish(cursor)
        for warning in source.warnings { Output.complain("\(path): \(warning)") }
        guard let session = engine.sessions.first,
            let kept = engine.propertyStates(session: 0)
        else { throw FileError(path: path, message: "there is no Realtime session in it") }
        return Trace(
            numbers: kept.sequences, milliseconds: kept.milliseconds, states: kept.states,
            pauses: session.properties.map { $0.pause?.sentence },
            margins: definitions.map { _ in nil })
    }

    // MARK: one property

    private func outcome(
        _ definition: PropertyDefinition, _ trace: Trace, _ index: Int
    ) -> VerifyOutcome {
        let formula = definition.formula
        var monitor = Monitor(formula)
        var outcome = VerifyOutcome(definition)
        outcome.memoryBound = monitor.memoryBound
        outcome.isExact = monitor.isExact
        if let pause = trace.pauses[index] {
            outcome.skipped = pause
            outcome.explanation = pause
            return outcome
        }
        let states = trace.states[index]
        var prefixes: [Verdict] = []
        for (place, state) in states.enumerated() {
            let verdict = monitor.observe(state, at: trace.milliseconds[place])
            if withPrefixes { prefixes.append(verdict) }
        }
        outcome.verdict = monitor.verdict
        outcome.ltlf = monitor.verdictAtEnd
        outcome.isVacuous = monitor.isVacuous
        outcome.decidedAt = monitor.decidedAt.map { trace.numbers[$0] }
        explain(&outcome, monitor, states, trace)
        if withPrefixes { outcome.prefixes = prefixes }
        let violations = Violations.positions(
            of: formula, states: states, milliseconds: trace.milliseconds)
        outcome.violationCount = violations.count
        outcome.violations = violations.prefix(VerifyOutcome.mostViolations).map {
            trace.numbers[$0]
        }
        if withPositions { outcome.positions = positions(formula, states, trace) }
        if let margins = trace.margins[index] {
            outcome.robustness = Robustness(formula).values(
                margins: margins, milliseconds: trace.milliseconds)
        }
        if withProof { prove(&outcome, formula, states, trace) }
        return outcome
    }

    /// The answer at every position as the events come, and what the end settles.
    private func positions(
        _ formula: Formula, _ states: [UInt64], _ trace: Trace
    ) -> VerifyOutcome.Positions {
        var monitor = PointwiseMonitor(formula)
        var result = VerifyOutcome.Positions(
            streamed: [Bool?](repeating: nil, count: states.count),
            settledAt: [UInt64?](repeating: nil, count: states.count), atEnd: [])
        for (place, state) in states.enumerated() {
            for answer in monitor.observe(state, at: trace.milliseconds[place]) {
                result.streamed[answer.position] = answer.holds
                result.settledAt[answer.position] = trace.numbers[place]
            }
        }
        var atEnd = result.streamed
        for answer in monitor.answersAtEnd { atEnd[answer.position] = answer.holds }
        result.atEnd = atEnd.map { $0 ?? false }
        return result
    }

    /// The witness and the sentence: what a final verdict rests on, else what the monitor
    /// remembers.
    private func explain(
        _ outcome: inout VerifyOutcome, _ monitor: Monitor, _ states: [UInt64], _ trace: Trace
    ) {
        let numbering = { Int(clamping: trace.numbers[$0]) }
        if let witness = TraceWitness(
            monitor, states: states, milliseconds: trace.milliseconds)
        {
            outcome.witness = witness.positions.map { trace.numbers[$0] }
            outcome.witnessKind = witness.isProof ? .proof : .prefix
            outcome.explanation = monitor.explanation(
                witness: witness.positions, isProof: witness.isProof, states: states,
                numbering: numbering)
        } else {
            outcome.witness = monitor.witness.map { trace.numbers[$0] }
            outcome.witnessKind = .monitor
            outcome.explanation = monitor.explanation(numbering: numbering)
        }
    }

    /// The smallest proof of what holds at the end.
    private func prove(
        _ outcome: inout VerifyOutcome, _ formula: Formula, _ states: [UInt64], _ trace: Trace
    ) {
        let isSettled = outcome.verdict.isFinal && outcome.verdict.holds == outcome.ltlf
        var prover = Prover(
            formula, states: states, milliseconds: trace.milliseconds, isComplete: !isSettled,
            effort: Prover.usualEffort)
        outcome.proofSize = prover.proofSize(at: 0)
        outcome.isProofTooLong = prover.isExhausted
        outcome.proof = prover.proof(at: 0, upTo: VerifyOutcome.largestProof)
        outcome.numbers = trace.numbers
    }
}
