import Cells
package import Engine
import TemporalLogic
import Timeline

/// Says what happens in plain labelled lines, for screen readers and logs: no boxes, no colours,
/// nothing that is drawn over.
package struct PlainNarrator: Sendable {
    private var nextEntry: [SourceID: Int] = [:]
    private var nextFinding: [SourceID: Int] = [:]
    private var nextHit: [SourceID: Int] = [:]
    private var verdicts: [SourceID: [Verdict]] = [:]

    package init() {}

    /// The lines for what has changed in `engine` since the last call.
    package mutating func lines(for engine: Engine) -> [String] {
        engine.sessions.flatMap { session in
            let prefix = engine.sessions.count > 1 ? session.id.name + " " : ""
            return lines(for: session).map { prefix + $0 }
        }
    }

    private mutating func lines(for session: SessionState) -> [String] {
        var lines = entryLines(session)
        for finding in session.findings where finding.id >= nextFinding[session.id] ?? 0 {
            nextFinding[session.id] = finding.id + 1
            lines.append(
                "\(TimeText.clock(finding.time - .zero)) \(finding.severity.rawValue): \(finding.message)"
            )
        }
        for hit in session.hits where hit.id >= nextHit[session.id] ?? 0 {
            nextHit[session.id] = hit.id + 1
            lines.append("\(TimeText.clock(hit.time - .zero)) pattern: \(hit.name)")
        }
        let known = verdicts[session.id] ?? []
        for (index, property) in session.properties.enumerated() {
            let before = known.indices.contains(index) ? known[index] : .presumablyTrue
            guard property.verdict != before, property.verdict == .false || before == .false else {
                continue
            }
            let mark = VerdictsPane.mark(property.verdict, .ascii)
            lines.append(
                "\(TimeText.clock(property.since - .zero)) verdict: \(property.name) is \(mark.words): \(property.explanation)"
            )
        }
        verdicts[session.id] = session.properties.map(\.verdict)
        return lines
    }

    /// Entries that are complete, in order; one still being spoken waits, so that each is said once.
    private mutating func entryLines(_ session: SessionState) -> [String] {
        var lines: [String] = []
        for entry in session.conversation.entries where entry.id >= nextEntry[session.id] ?? 0 {
            guard entry.isComplete else { break }
            nextEntry[session.id] = entry.id + 1
            let label: String
            switch entry.kind {
            case .message, .transcription: label = entry.speaker.rawValue
            case .toolCall(let name): label = "tool call \(name)"
            case .toolOutput: label = "tool output"
            case .interruption: label = "interruption"
            case .failure: continue  // told as the finding that it is
            case .notice: label = "notice"
            }
            let text = entry.text.split(whereSeparator: \.isNewline).joined(separator: " ")
            let words = text.isEmpty && entry.kind == .interruption ? "the answer was cut" : text
            // Said when it is complete, so that times never run backwards.
            lines.append("\(TimeText.clock(entry.updatedAt - .zero)) \(label): \(words)")
        }
        return lines
    }
}
