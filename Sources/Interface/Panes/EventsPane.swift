import Cells
import Engine
import JSONText
import Timeline

/// The raw log, one line an event.
enum EventsPane: ListPane {
    static let id = PaneID.events

    static func note(of session: SessionState) -> [RoleSpan] {
        var spans = [RoleSpan(NumberText.grouped(Int(session.eventCount)), .textDim)]
        let unknown = session.unknownEvents.reduce(0) { $0 + $1.count }
        if unknown > 0 { spans.append(RoleSpan(" · \(unknown) unknown", .metricWarn)) }
        if session.undecodable > 0 {
            spans.append(RoleSpan(" · \(session.undecodable) broken", .metricBad))
        }
        return spans
    }

    static func rows(of session: SessionState, filter: Int) -> [Int] {
        let log = session.log
        switch filter {
        case 1: return log.rows.indices.filter { !log.rows[$0].isDelta }
        case 2: return log.rows.indices.filter { log.rows[$0].direction == .received }
        case 3: return log.rows.indices.filter { log.rows[$0].direction == .sent }
        case 4: return log.rows.indices.filter { log.rows[$0].isUnknown }
        default: return Array(log.rows.indices)
        }
    }

    static func row(_ index: Int, of session: SessionState, columns: Int, glyphs: GlyphSet)
        -> ListRow
    {
        let event = session.log.rows[index]
        let arrow =
            switch event.direction {
            case .received: String(glyphs.arrowLeft)
            case .sent: String(glyphs.arrowRight)
            case .local: String(glyphs.bullet)
            }
        var spans = [RoleSpan(TimeText.clock(event.time - .zero) + " ", .streamTime)]
        let arrowRole: Role = event.direction == .sent ? .streamUser : .streamAssistant
        spans.append(RoleSpan(arrow + " ", arrowRole))
        let role: Role =
            event.isUnknown ? .metricWarn : event.type == "error" ? .streamFailure : .text
        spans.append(RoleSpan(event.type, event.isDelta ? .textDim : role))
        if columns > 48 {
            spans.append(RoleSpan(" " + NumberText.bytes(Double(event.byteCount)), .textDim))
        }
        if columns > 60 { spans.append(RoleSpan("  " + event.summary, .textDim)) }
        return ListRow(spans: spans, sequence: event.sequence, time: event.time)
    }

    static func matches(_ index: Int, of session: SessionState, query: String) -> Bool {
        let event = session.log.rows[index]
        if TextSearch.contains(event.type, query) { return true }
        return TextSearch.contains(String(decoding: event.raw, as: UTF8.self), query)
    }

    static func emptyText(of session: SessionState) -> [String] { ["no event yet"] }

    static func detail(_ index: Int, of session: SessionState) -> (title: String, text: String) {
        let event = session.log.rows[index]
        let title = "event \(event.sequence) · \(event.type)"
        let head = [
            "time      \(TimeText.clock(event.time - .zero))",
            "source    \(event.source.name)",
            "size      \(NumberText.bytes(Double(event.byteCount)))",
            "",
        ]
        return (title, (head + [body(of: event)]).joined(separator: "\n"))
    }

    private static func body(of event: EventRow) -> String {
        if event.raw.isEmpty {
            return event.byteCount == 0
                ? event.summary : "the text is no longer held in memory; the recording has it"
        }
        do {
            return try JSON(parsing: event.raw).pretty(indent: 2)
        } catch {
            return "not JSON (\(error)):\n" + String(decoding: event.raw, as: UTF8.self)
        }
    }
}
