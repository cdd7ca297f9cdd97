import Recordings
import Dynamics
package import Engine
import Interface
import JSONText
import TemporalLogic
import Timeline

/// The whole analysis of recordings, for people or as JSON.
package struct AnalyzeCommand {
    /// What makes the exit code non-zero although every file could be read.
    package enum Gate: String, CaseIterable, Sendable {
        case falseVerdict = "false-verdict"
        case failure
    }

    package var paths: [String]
    package var asJSON: Bool
    package var gates: Set<Gate>
    /// Pattern libraries to search for beside the built-in one.
    package var patternPaths: [String] = []
    /// The properties to judge; the default packs when nothing is chosen.
    package var properties = PropertySelection()

    package init(paths: [String], asJSON: Bool, gates: Set<Gate>) {
        self.paths = paths
        self.asJSON = asJSON
        self.gates = gates
    }

    /// Analyses every file; returns 0, 1 when a file cannot be read, 2 when a gate is closed.
    package func run() throws(FileError) -> CInt {
        var exitCode: CInt = 0
        var documents: [JSON] = []
        let definitions = properties.isEmpty ? nil : try properties.definitions()
        for path in paths {
            do throws(FileError) {
                let (engine, source) = try Self.analyze(
                    path, patternPaths: patternPaths, properties: definitions)
                if asJSON {
                    documents.append(Self.document(engine, source, path: path))
                } else {
                    try Output.write(Self.report(engine, source))
                }
                for warning in source.warnings { Output.complain("\(path): \(warning)") }
                if exitCode == 0, isClosed(engine) { exitCode = 2 }
            } catch {
                Output.complain("\(error)")
                exitCode = 1
            }
        }
        if asJSON {
            let whole =
                documents.count == 1 && paths.count == 1 ? documents[0] : JSON.array(documents)
            if !documents.isEmpty { try Output.write(whole.pretty(indent: 2) + "\n") }
        }
        return exitCode
    }

    private func isClosed(_ engine: Engine) -> Bool {
        engine.sessions.contains { session in
            gates.contains(.falseVerdict) && session.properties.contains { !$0.verdict.holds }
                || gates.contains(.failure) && session.findings.contains { $0.severity == .failure }
        }
    }

    /// Folds a whole recording.
    package static func analyze(
        _ path: String, patternPaths: [String] = [], properties: [PropertyDefinition]? = nil
    ) throws(FileError) -> (Engine, EventSource) {
        var source = try EventSource(opening: path)
        var configuration = EngineConfiguration.forRecording(source.header)
        try PatternFile.add(patternPaths, to: &configuration)
        if let properties { configuration.properties = properties }
        var engine = Engine(configuration: configuration)
        var cursor = try source.cursor(at: 0)
        while let event = try cursor.next() { engine.apply(event) }
        source.finish(cursor)
        return (engine, source)
    }

    private static func document(_ engine: Engine, _ source: EventSource, path: String) -> JSON {
        guard case .object(var members) = engine.json() else { return engine.json() }
        let name = path.split(separator: "/").last.map(String.init) ?? path
        members.insert(.init(key: "file", value: .string(name)), at: min(1, members.count))
        members.append(
            .init(key: "warnings", value: .array(source.warnings.map { .string("\($0)") })))
        return .object(members)
    }

    // MARK: for people

    static func report(_ engine: Engine, _ source: EventSource) -> String {
        var lines = ["\(source.title)"]
        for session in engine.sessions {
            lines += report(session, hasClock: source.header.clock != .none)
        }
        if engine.sessions.isEmpty { lines.append("  no Realtime session in it") }
        return lines.joined(separator: "\n") + "\n\n"
    }

    private static func report(_ session: SessionState, hasClock: Bool) -> [String] {
        var lines: [String] = []
        let add = { (label: String, value: String) in
            let padding = String(repeating: " ", count: max(1, 12 - label.count))
            lines.append("  \(label)\(padding)\(value)")
        }
        add(
            "session",
            "\(session.id.name)  \(session.model ?? "unknown model")  \(session.sessionID ?? "")")
        let clock =
            hasClock ? TimeText.clock(session.now - session.startedAt) : "no clock: order only"
        add(
            "events",
            "\(session.eventCount) (\(session.receivedCount) received, \(session.sentCount) sent), \(clock)"
        )
        let unknown = session.unknownEvents.map { "\($0.name) ×\($0.count)" }.joined(
            separator: ", ")
        if !unknown.isEmpty { add("unknown", unknown) }
        if session.undecodable > 0 { add("broken", "\(session.undecodable) events") }
        add("turns", "\(session.turns.total)")
        if hasClock, let p50 = session.tokens.p50, let p95 = session.tokens.p95,
            let p99 = session.tokens.p99
        {
            add(
                "tokens",
                "\(session.tokens.total), gap p50 \(ms(p50)) p95 \(ms(p95)) p99 \(ms(p99))")
        } else {
            add("tokens", "\(session.tokens.total)")
        }
        let spending = session.spending
        let cost = spending.totalCost.map { "$" + NumberText.fixed($0, 5) } ?? "no price"
        add(
            "cost",
            "\(cost), in \(spending.inputTokens) (\(spending.cachedTokens) cached), out \(spending.outputTokens)"
        )
        for series in session.series {
            let assessment = series.phaseSpace.assessment
            add(series.kind.title, "\(assessment.attractorClass.rawValue): \(assessment.reason)")
        }
        for finding in session.findings where finding.severity != .info {
            add(
                finding.severity.rawValue,
                "\(TimeText.clock(finding.time - .zero)) \(finding.message)")
        }
        add("patterns", "\(session.hits.total) hits")
        for property in session.properties {
            if let pause = property.pause {
                add("not judged", "\(property.name) (\(pause.rawValue))")
                continue
            }
            add(word(property.verdict), property.name + (property.isVacuous ? " (vacuous)" : ""))
        }
        return lines
    }

    private static func ms(_ value: Double) -> String { NumberText.fixed(value, 1) + " ms" }

    private static func word(_ verdict: Verdict) -> String {
        switch verdict {
        case .true: "true"
        case .false: "false"
        case .presumablyTrue: "true so far"
        case .presumablyFalse: "false so far"
        }
    }
}
