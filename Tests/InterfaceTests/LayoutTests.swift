import Cells
import Testing
import Timeline

@testable import Interface

/// Small seeded generator for properties (SplitMix64, Steele et al. 2014).
struct Seeded: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

enum Sizes {
    static let exact = [
        (39, 12), (40, 11), (40, 12), (79, 24), (80, 24), (120, 36), (200, 60), (240, 70),
    ]
    .map { Size(columns: $0.0, rows: $0.1) }

    /// The exact ones and some between.
    static let few =
        exact
        + stride(from: 1, through: 240, by: 53).flatMap { columns in
            stride(from: 1, through: 70, by: 17).map { Size(columns: columns, rows: $0) }
        }

    /// From 1×1 to 240×70 in steps that meet no bound of the layout regularly.
    static let stepped: [Size] = stride(from: 1, through: 240, by: 13).flatMap { columns in
        stride(from: 1, through: 70, by: 5).map { Size(columns: columns, rows: $0) }
    }
}

struct LayoutTests {
    /// Every cell of the body belongs to exactly one pane, and each pane can be drawn.
    private func check(_ layout: Layout, _ size: Size, _ note: String) {
        var owners = [Int](repeating: 0, count: size.columns * size.rows)
        for pane in layout.panes {
            let frame = pane.frame
            guard frame.column >= 0, frame.row >= 0, frame.endColumn <= size.columns,
                frame.endRow <= size.rows
            else {
                Issue.record("\(pane.id) leaves the screen: \(note)")
                return
            }
            if frame.columns < 16 || frame.rows < 4 {
                Issue.record("\(pane.id) is too small: \(note)")
            }
            for row in frame.row..<frame.endRow {
                for column in frame.column..<frame.endColumn {
                    owners[row * size.columns + column] += 1
                }
            }
        }
        let first = layout.tabs == nil ? 1 : 2
        for row in 0..<size.rows {
            let expected = row >= first && row < size.rows - 2 ? 1 : 0
            for column in 0..<size.columns where owners[row * size.columns + column] != expected {
                Issue.record(
                    "\(column),\(row) belongs to \(owners[row * size.columns + column]): \(note)")
                return
            }
        }
        if Set(layout.panes.map(\.id)).count != layout.panes.count {
            Issue.record("a pane twice: \(note)")
        }
        let strips =
            [layout.header, layout.timeline, layout.footer] + (layout.tabs.map { [$0] } ?? [])
        if Set(strips.map(\.row)).count != strips.count {
            Issue.record("strips share a row: \(note)")
        }
    }

    @Test(arguments: LayoutPreset.allCases)
    func `panes cover the body without gap or overlap at every size`(preset: LayoutPreset) {
        var random = Seeded(state: UInt64(preset.rawValue.utf8.count))
        for size in Sizes.stepped + Sizes.exact {
            for round in 0..<4 {
                let hidden =
                    round == 0
                    ? [] : Set(PaneID.allCases.filter { _ in Bool.random(using: &random) })
                var bias = SplitBias()
                if round > 1 {
                    for pane in PaneID.allCases {
                        bias.columns[pane] = Int.random(in: -300...300, using: &random)
                        bias.rows[pane] = Int.random(in: -100...100, using: &random)
                    }
                }
                let shown = PaneID.allCases.filter { !hidden.contains($0) }
                let focus = shown.randomElement(using: &random) ?? .stream
                let isZoomed = round == 3
                let layout = Layout(
                    size: size, preset: preset, focus: focus, isZoomed: isZoomed, hidden: hidden,
                    bias: bias)
                let note =
                    "\(size) hidden \(hidden.map(\.title).sorted()) focus \(focus) round \(round)"
                let isSmall = size.columns < 40 || size.rows < 12
                #expect((layout.kind == .refusal) == isSmall, "\(note)")
                if isSmall {
                    #expect(layout.panes.isEmpty)
                } else {
                    check(layout, size, note)
                }
                if layout.kind == .panes, !isZoomed, hidden.count < PaneID.allCases.count {
                    #expect(!layout.panes.contains { hidden.contains($0.id) }, "\(note)")
                }
            }
        }
    }

    @Test(arguments: [
        (39, 12, Layout.Kind.refusal), (40, 11, .refusal), (40, 12, .tabs), (79, 24, .tabs),
        (80, 23, .tabs),
        (80, 24, .panes), (120, 36, .panes), (200, 60, .panes),
    ])
    func `the kind of layout changes at the stated sizes`(
        columns: Int, rows: Int, kind: Layout.Kind
    ) {
        for preset in LayoutPreset.allCases {
            let layout = Layout(
                size: Size(columns: columns, rows: rows), preset: preset, focus: .stream,
                isZoomed: false, hidden: [], bias: SplitBias())
            #expect(layout.kind == kind, "\(preset)")
        }
    }

    @Test func `shares add up, keep their minimums and follow the weights`() {
        var random = Seeded(state: 7)
        for _ in 0..<2000 {
            let count = Int.random(in: 1...5, using: &random)
            let minimums = (0..<count).map { _ in Int.random(in: 1...16, using: &random) }
            let weights = (0..<count).map { _ in Int.random(in: 1...9, using: &random) }
            let bias = (0..<count).map { _ in Int.random(in: -40...40, using: &random) }
            let total = minimums.reduce(0, +) + Int.random(in: 0...100, using: &random)
            let sizes = Layout.shares(of: total, weights: weights, minimums: minimums, bias: bias)
            #expect(sizes.reduce(0, +) == total)
            #expect(zip(sizes, minimums).allSatisfy { $0 >= $1 })
        }
        #expect(
            Layout.shares(of: 110, weights: [6, 5], minimums: [16, 16], bias: [0, 0]) == [60, 50])
        #expect(
            Layout.shares(of: 110, weights: [6, 5], minimums: [16, 16], bias: [4, 0]) == [64, 46])
        #expect(
            Layout.shares(of: 110, weights: [6, 5], minimums: [16, 16], bias: [0, -4]) == [64, 46])
    }
}
