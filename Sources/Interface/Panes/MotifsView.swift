import Dynamics
import SequenceMatching
import Cells
import Engine
import Timeline

/// The matrix profile of a series in the patterns pane: which stretches recur, which are unusual.
///
/// Above the series' last samples, below the distance of each stretch to the one most like it: low
/// where something recurs, high where something is new.
enum MotifsView {
    static func note(of series: SeriesState) -> [RoleSpan] {
        [RoleSpan("motifs: \(series.kind.title)", .textDim)]
    }

    static func draw(_ painter: inout Painter, _ body: Rect, series: SeriesState) {
        let found = SeriesProfile(of: series)
        guard found.motif != nil else {
            let wanted = 2 * SeriesProfile.length
            painter.explain(
                [
                    "\(series.kind.title): \(series.phaseSpace.observed) samples,",
                    "\(wanted) are the least in which something can recur",
                ], in: body)
            return
        }
        var row = body.row
        for line in lines(of: found) where row < body.endRow {
            painter.write(line, body.column, row, limit: body.columns)
            row += 1
        }
        let rest = body.endRow - row
        guard rest >= 4 else { return }
        let height = (rest - 2) / 2
        let columns = body.columns
        let samples = Array(series.phaseSpace.samples.suffix(SeriesProfile.history))
        chart(
            &painter, "series", samples, .level,
            Rect(column: body.column, row: row, columns: columns, rows: height + 1))
        let profile = found.distances.map { $0.isFinite ? $0 : 0 }
        chart(
            &painter, "distance to the nearest", profile, .latency,
            Rect(column: body.column, row: row + height + 1, columns: columns, rows: height + 1))
    }

    /// What the charts mean, in words.
    static func lines(of profile: SeriesProfile) -> [[RoleSpan]] {
        var lines: [[RoleSpan]] = []
        if let motif = profile.motif {
            lines.append(line("recurs", motif, role: .metricGood, joint: "and"))
        }
        if let discord = profile.discord {
            lines.append(line("unusual", discord, role: .metricWarn, joint: "nearest"))
        }
        return lines
    }

    private static func line(
        _ label: String, _ motif: SeriesMotif, role: Role, joint: String
    ) -> [RoleSpan] {
        [
            RoleSpan(label.padded(to: 8), .metricLabel),
            RoleSpan(TimeText.clock(motif.first.time - .zero), role),
            RoleSpan(" \(joint) ", .textDim),
            RoleSpan(TimeText.clock(motif.other.time - .zero), role),
            RoleSpan("  distance \(NumberText.fixed(motif.distance, 2))", .textDim),
        ]
    }

    private static func chart(
        _ painter: inout Painter, _ title: String, _ values: [Double], _ gradient: Gradient,
        _ rect: Rect
    ) {
        painter.write(title, rect.column, rect.row, .plotLabel, limit: rect.columns)
        let body = rect.inset(top: 1)
        guard body.rows > 0, body.columns > 0, !values.isEmpty else { return }
        // Several values share a column: the greatest of them is seen.
        let width = min(values.count, body.columns)
        let columns = (0..<width).map { column in
            let first = column * values.count / width
            let last = max(first + 1, (column + 1) * values.count / width)
            return values[first..<last].reduce(0) { max($0, $1) }
        }
        Histogram.draw(
            columns, in: body, of: &painter.grid, maximum: max(columns.max() ?? 0, 1e-9),
            styles: painter.theme.bands(gradient, count: 3), glyphs: painter.glyphs)
    }

    static func detail(of series: SeriesState) -> String {
        var lines = [
            "series      \(series.kind.title), \(series.kind.unit)",
            "stretches   \(SeriesProfile.length) samples each, "
                + "the last \(SeriesProfile.history) are compared",
        ]
        let found = SeriesProfile(of: series)
        for (label, motif) in [("recurs", found.motif), ("unusual", found.discord)] {
            guard let motif else { continue }
            lines.append(
                label.padded(to: 12) + TimeText.clock(motif.first.time - .zero) + " (event "
                    + "\(motif.first.sequence)) and " + TimeText.clock(motif.other.time - .zero)
                    + " (event \(motif.other.sequence))")
            lines.append(
                "            z-normalised distance \(NumberText.fixed(motif.distance, 3))")
        }
        return lines.joined(separator: "\n")
    }
}
