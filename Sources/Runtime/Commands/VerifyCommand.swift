import Engine
import JSONText
import RealtimeProtocol
import TemporalLogic
import Timeline

/// Checks temporal-logic properties on a recording or on anybody's trace, for CI.
package struct VerifyCommand {
    package var path: String
    package var formulas: [String] = []
    package var propertyPaths: [String] = []
    package var isTrace = false
    package var asJSON = false
    package var withPrefixes = false
    package var junitPath: String?

    package init(path: String) { self.path = path }

    /// What was found of one property.
    private struct Outcome {
        var name: String
        var formula: String
        var verdict: Verdict
        var decidedAt: UInt64?
        var witness: [UInt64]
        var explanation: String
        var isVacuous: Bool
        var prefixes: [Verdict] = []
    }

    /// - Returns: 0 when every property holds at the end, 2 when one does not.
    package func run() throws(FileError) -> CInt {
        let properties = try readProperties()
        let outcomes =
            isTrace
            ? Self.check(properties, on: try TraceFile(reading: path))
            : try check(properties, onRecording: path)
        if let junitPath {
            try FileAccess.write(
                Array(Self.junit(outcomes, path).utf8), to: junitPath, replaces: true)
        }
        try Output.write(asJSON ? json(outcomes).pretty(indent: 2) + "\n" : Self.report(outcomes))
        return outcomes.allSatisfy(\.verdict.holds) ? 0 : 2
    }

    // MARK: properties

    private func readProperties() throws(FileError) -> [PropertyDefinition] {
        var properties: [PropertyDefinition] = []
        for text in formulas {
            do throws(FormulaError) {
                let formula = try Formula(parsing: text)
                properties.append(PropertyDefinition(name: text, formula: formula))
            } catch {
                let pointer = String(repeating: " ", count: max(0, error.column - 1)) + "^"
                throw FileError(
                    path: "formula",
                    message: "column \(error.column): \(error.message)\n  \(text)\n  \(pointer)")
            }
        }
        for path in propertyPaths {
            let text = String(decoding: try FileAccess.read(path), as: UTF8.self)
            let file = PropertyFile(parsing: text)
            if let failure = file.failures.first {
                throw FileError(
                    path: "\(path):\(failure.line):\(failure.column)", message: failure.message)
            }
            properties += file.properties.map {
                PropertyDefinition(name: $0.name, formula: $0.formula)
            }
        }
        guard !properties.isEmpty else {
            throw FileError(
                path: "verify", message: "there is no property; give --formula or --properties")
        }
        return properties
    }

    // MARK: checking

    private static func check(_ properties: [PropertyDefinition], on trace: TraceFile) -> [Outcome]
    {
        properties.map { property in
            var monitor = Monitor(property.formula)
            let propositions = property.formula.atomMeanings
            var prefixes: [Verdict] = []
            for state in trace.states {
                prefixes.append(
                    monitor.observe(TraceFile.bits(propositions, in: state), at: state.time))
            }
            return Outcome(
                name: property.name, formula: property.formula.description,
                verdict: monitor.verdict,
                decidedAt: monitor.decidedAt.map { UInt64($0) },
                witness: monitor.witness.map { UInt64($0) }, explanation: monitor.explanation,
                isVacuous: monitor.isVacuous, prefixes: prefixes)
        }
    }

    private func check(
        _ properties: [PropertyDefinition], onRecording path: String
    ) throws(FileError) -> [Outcome] {
        var source = try EventSource(opening: path)
        var configuration = EngineConfiguration.forRecording(source.header)
        configuration.properties = properties
        var engine = Engine(configuration: configuration)
        var cursor = try source.cursor(at: 0)
        var prefixes: [[Verdict]] = properties.map { _ in [] }
        while let event = try cursor.next() {
            engine.apply(event)
            guard withPrefixes, let states = engine.sessions.first?.properties else { continue }
            for index in states.indices { prefixes[index].append(states[index].verdict) }
        }
        source.finish(cursor)
        for warning in source.warnings { Output.complain("\(path): \(warning)") }
        guard let session = engine.sessions.first else {
            throw FileError(path: path, message: "there is no Realtime session in it")
        }
        return session.properties.enumerated().map { index, state in
            Outcome(
                name: state.name, formula: state.formula, verdict: state.verdict,
                decidedAt: state.verdict.isFinal ? state.sinceSequence : nil,
                witness: state.witness,
                explanation: state.explanation, isVacuous: state.isVacuous,
                prefixes: prefixes[index])
        }
    }

    // MARK: output

    private static func report(_ outcomes: [Outcome]) -> String {
        outcomes.map { outcome in
            let vacuous = outcome.isVacuous ? ", vacuously" : ""
            return (outcome.verdict.holds ? "holds   " : "FAILS   ") + outcome.name + vacuous + "\n"
                + "        \(outcome.explanation)\n"
        }.joined()
    }

    private func json(_ outcomes: [Outcome]) -> JSON {
        .object([
            .init(key: "format", value: "midstream-verify/1"),
            .init(key: "file", value: .string(path)),
            .init(key: "properties", value: .array(outcomes.map(json))),
        ])
    }

    private func json(_ outcome: Outcome) -> JSON {
        var members: [JSON.Member] = [
            .init(key: "name", value: .string(outcome.name)),
            .init(key: "formula", value: .string(outcome.formula)),
            .init(key: "ltlf", value: .bool(outcome.verdict.holds)),
            .init(key: "verdict", value: .string(outcome.verdict.rawValue)),
            .init(key: "decidedAt", value: outcome.decidedAt.map { JSON($0) } ?? .null),
            .init(key: "witness", value: .array(outcome.witness.map { JSON($0) })),
            .init(key: "explanation", value: .string(outcome.explanation)),
            .init(key: "vacuous", value: .bool(outcome.isVacuous)),
        ]
        if withPrefixes {
            let ltl3 = outcome.prefixes.map { verdict in
                JSON.string(verdict.isFinal ? verdict.rawValue : "inconclusive")
            }
            members.append(.init(key: "ltl3", value: .array(ltl3)))
            members.append(
                .init(key: "rvltl", value: .array(outcome.prefixes.map { .string($0.rawValue) })))
        }
        return .object(members)
    }

    private static func junit(_ outcomes: [Outcome], _ path: String) -> String {
        let failures = outcomes.count { !$0.verdict.holds }
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        text +=
            "<testsuite name=\"\(escape(path))\" tests=\"\(outcomes.count)\" failures=\"\(failures)\">\n"
        for outcome in outcomes {
            text += "  <testcase classname=\"\(escape(path))\" name=\"\(escape(outcome.name))\""
            if outcome.verdict.holds {
                text += "/>\n"
            } else {
                text += ">\n    <failure message=\"\(escape(outcome.explanation))\">"
                text += escape(outcome.formula) + "</failure>\n  </testcase>\n"
            }
        }
        return text + "</testsuite>\n"
    }

    private static func escape(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.unicodeScalars.append(scalar.value < 0x20 ? " " : scalar)
            }
        }
        return result
    }
}
