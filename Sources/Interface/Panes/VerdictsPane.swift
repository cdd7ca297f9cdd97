import Cells
import Engine
import TemporalLogic
import Timeline

/// Each property with its verdict, since when, and why.
enum VerdictsPane: ListPane {
    static let id = PaneID.verdicts

    static func note(of session: SessionState, glyphs: GlyphSet) -> [RoleSpan] {
        let tested = session.properties.filter { !$0.isVacuous && $0.pause == nil }
        var spans: [RoleSpan] = []
        for verdict in [Verdict.true, .presumablyTrue, .presumablyFalse, .false] {
            let count = tested.count { $0.verdict == verdict }
            let mark = mark(verdict, glyphs)
            if count > 0 { spans.append(RoleSpan("\(mark.glyph)\(count) ", mark.role)) }
        }
        return spans
    }

    static func rows(of session: SessionState, filter: Int) -> [Int] {
        let properties = session.properties
        guard filter == 1 else { return Array(properties.indices) }
        return properties.indices.filter {
            properties[$0].verdict == .false || properties[$0].verdict == .presumablyFalse
        }
    }

    static func mark(_ verdict: Verdict, _ glyphs: GlyphSet) -> (
        glyph: String, role: Role, words: String
    ) {
        switch verdict {
        case .true: (String(glyphs.verdictTrue), .verdictTrue, "true")
        case .false: (String(glyphs.verdictFalse), .verdictFalse, "false")
        case .presumablyTrue:
            (String(glyphs.verdictPresumablyTrue), .verdictPresumablyTrue, "presumably true")
        case .presumablyFalse:
            (String(glyphs.verdictPresumablyFalse), .verdictPresumablyFalse, "presumably false")
        }
    }

    static func row(_ index: Int, of session: SessionState, columns: Int, glyphs: GlyphSet)
        -> ListRow
    {
        let property = session.properties[index]
        let mark = mark(property.verdict, glyphs)
        let isPaused = property.pause != nil
        var spans = [
            isPaused
                ? RoleSpan("- ", .textDim) : RoleSpan(mark.glyph + " ", mark.role)
        ]
        if columns > 60 {
            // The pack is named where it begins; the rows below it are its own.
            let isFirst = index == 0 || session.properties[index - 1].pack != property.pack
            spans.append(
                RoleSpan((isFirst ? property.pack : "").padded(to: 14), .textDim))
        }
        spans.append(
            RoleSpan(
                property.name,
                isPaused ? .textDim : mark.role == .verdictFalse ? .verdictFalse : .text))
        if let pause = property.pause {
            spans.append(RoleSpan(pause == .disabled ? " off" : " no clock", .textDim))
        } else if property.isVacuous {
            spans.append(RoleSpan(" idle", .textDim))
        }
        if property.changes > 0 {
            spans.append(RoleSpan(" " + TimeText.clock(property.since - .zero), .streamTime))
        }
        if columns > 50 {
            let why =
                property.verdict == .false || columns > 90 ? property.explanation : property.formula
            spans.append(RoleSpan("  " + why, .textDim))
        }
        return ListRow(
            spans: spans, sequence: property.witness.last ?? property.sinceSequence,
            time: property.since)
    }

    static func matches(_ index: Int, of session: SessionState, query: String) -> Bool {
        let property = session.properties[index]
        return TextSearch.contains(property.name, query)
            || TextSearch.contains(property.formula, query)
            || TextSearch.contains(property.pack, query)
    }

    static func emptyText(of session: SessionState) -> [String] { ["no property is monitored"] }

    static func detail(_ index: Int, of session: SessionState) -> (title: String, text: String) {
        let property = session.properties[index]
        let mark = mark(property.verdict, .unicode)
        var lines = [
            "property  \(property.name)" + (property.pack.isEmpty ? "" : "  (\(property.pack))"),
            "formula   \(property.formula)",
            "verdict   " + (property.pause?.sentence ?? mark.words)
                + (property.isVacuous ? ", vacuously: nothing it speaks of happened" : ""),
            "since     \(TimeText.clock(property.since - .zero)), event \(property.sinceSequence)",
            "changes   \(property.changes)",
        ]
        if !property.witness.isEmpty {
            lines.append(
                (property.verdict.isFinal ? "decided at events " : "rests on  events ")
                    + property.witness.map(String.init).joined(separator: ", "))
        }
        lines += ["", property.explanation]
        return ("verdict", lines.joined(separator: "\n"))
    }
}
