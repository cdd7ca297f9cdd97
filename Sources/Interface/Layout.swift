package import Cells

/// Which panes are on the screen and how they share it.
package enum LayoutPreset: String, CaseIterable, Sendable {
    case overview, stream, phase, verdicts

    /// The arrangement for a body of `size`, before hidden panes are taken out.
    func tree(for size: Size) -> LayoutNode {
        switch self {
        case .overview: size.columns >= 150 && size.rows >= 36 ? Self.wide : Self.classic(size)
        case .stream:
            .row([
                (5, .pane(.stream)), (4, .column([(1, .pane(.metrics)), (1, .pane(.events))])),
            ])
        case .phase:
            .row([
                (7, .pane(.attractor)), (4, .column([(1, .pane(.metrics)), (1, .pane(.stream))])),
            ])
        case .verdicts:
            .column([
                (1, .row([(3, .pane(.verdicts)), (2, .pane(.patterns))])),
                (1, .row([(1, .pane(.stream)), (1, .pane(.events))])),
            ])
        }
    }

    private static let wide: LayoutNode = .row([
        (7, .pane(.stream)),
        (8, .column([(6, .pane(.attractor)), (5, .pane(.metrics))])),
        (6, .column([(3, .pane(.patterns)), (4, .pane(.verdicts)), (5, .pane(.events))])),
    ])

    private static func classic(_ size: Size) -> LayoutNode {
        let bottom: LayoutNode =
            size.columns >= 110
            ? .row([(5, .pane(.metrics)), (3, .pane(.patterns)), (4, .pane(.verdicts))])
            : .row([(4, .pane(.metrics)), (3, .pane(.patterns)), (3, .pane(.verdicts))])
        let top: LayoutNode = .row([(6, .pane(.stream)), (5, .pane(.attractor))])
        guard size.rows >= 44 else { return .column([(6, top), (5, bottom)]) }
        return .column([(6, top), (4, bottom), (3, .pane(.events))])
    }
}

/// A tree of panes and splits with relative weights.
indirect enum LayoutNode: Sendable {
    case pane(PaneID)
    case row([(weight: Int, node: LayoutNode)])
    case column([(weight: Int, node: LayoutNode)])

    /// The tree without `hidden` panes; nil when nothing is left.
    func removing(_ hidden: Set<PaneID>) -> LayoutNode? {
        switch self {
        case .pane(let pane): return hidden.contains(pane) ? nil : self
        case .row(let children):
            let left = Self.remaining(children, without: hidden)
            return left.isEmpty ? nil : left.count == 1 ? left[0].node : .row(left)
        case .column(let children):
            let left = Self.remaining(children, without: hidden)
            return left.isEmpty ? nil : left.count == 1 ? left[0].node : .column(left)
        }
    }

    private static func remaining(
        _ children: [(weight: Int, node: LayoutNode)], without hidden: Set<PaneID>
    ) -> [(weight: Int, node: LayoutNode)] {
        children.compactMap { child in
            child.node.removing(hidden).map { (child.weight, $0) }
        }
    }

    var panes: [PaneID] {
        switch self {
        case .pane(let pane): [pane]
        case .row(let children), .column(let children): children.flatMap { $0.node.panes }
        }
    }

    /// The smallest size in which every pane of the tree can be drawn.
    var minimum: Size {
        switch self {
        case .pane: return Size(columns: 16, rows: 4)
        case .row(let children):
            let sizes = children.map { $0.node.minimum }
            return Size(
                columns: sizes.reduce(0) { $0 + $1.columns }, rows: sizes.map(\.rows).max() ?? 0)
        case .column(let children):
            let sizes = children.map { $0.node.minimum }
            return Size(
                columns: sizes.map(\.columns).max() ?? 0, rows: sizes.reduce(0) { $0 + $1.rows })
        }
    }
}

/// A person's changes to the splits: extra columns and rows for a pane.
package struct SplitBias: Sendable, Equatable {
    package var columns: [PaneID: Int] = [:]
    package var rows: [PaneID: Int] = [:]
    package init() {}
}

/// Where everything on the screen lies; also what the mouse is tested against.
package struct Layout: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        /// Too small for anything but a sentence.
        case refusal
        /// One pane and a row of tabs.
        case tabs
        case panes
    }

    package static let smallest = Size(columns: 40, rows: 12)

    package var kind: Kind
    package var header: Rect
    package var tabs: Rect?
    package var panes: [(id: PaneID, frame: Rect)]
    package var timeline: Rect
    package var footer: Rect

    package static func == (a: Layout, b: Layout) -> Bool {
        a.kind == b.kind && a.header == b.header && a.timeline == b.timeline
            && a.panes.elementsEqual(b.panes) { $0.id == $1.id && $0.frame == $1.frame }
    }

    package func frame(of pane: PaneID) -> Rect? { panes.first { $0.id == pane }?.frame }

    /// Lays a screen of `size` out.
    package init(
        size: Size, preset: LayoutPreset, focus: PaneID, isZoomed: Bool, hidden: Set<PaneID>,
        bias: SplitBias
    ) {
        header = Rect(column: 0, row: 0, columns: size.columns, rows: min(1, size.rows))
        footer = Rect(column: 0, row: max(0, size.rows - 1), columns: size.columns, rows: 1)
        timeline = Rect(column: 0, row: max(0, size.rows - 2), columns: size.columns, rows: 1)
        guard size.columns >= Self.smallest.columns, size.rows >= Self.smallest.rows else {
            kind = .refusal
            panes = []
            return
        }
        var body = Rect(column: 0, row: 1, columns: size.columns, rows: size.rows - 3)
        let bodySize = Size(columns: body.columns, rows: body.rows)
        let tree = preset.tree(for: bodySize).removing(hidden) ?? .pane(focus)
        let minimum = tree.minimum
        let fits =
            size.columns >= 80 && size.rows >= 24 && minimum.columns <= body.columns
            && minimum.rows <= body.rows
        if isZoomed || !fits {
            if !fits {
                tabs = Rect(column: 0, row: 1, columns: size.columns, rows: 1)
                body.row += 1
                body.rows -= 1
            }
            kind = fits ? .panes : .tabs
            panes = [(focus, body)]
            return
        }
        kind = .panes
        panes = []
        Self.place(tree, in: body, bias: bias, into: &panes)
    }

    private static func place(
        _ node: LayoutNode, in rect: Rect, bias: SplitBias,
        into panes: inout [(id: PaneID, frame: Rect)]
    ) {
        switch node {
        case .pane(let pane):
            panes.append((pane, rect))
        case .row(let children):
            let sizes = shares(
                of: rect.columns, weights: children.map(\.weight),
                minimums: children.map { $0.node.minimum.columns },
                bias: children.map { child in
                    child.node.panes.reduce(0) { $0 + (bias.columns[$1] ?? 0) }
                })
            var column = rect.column
            for (child, columns) in zip(children, sizes) {
                let part = Rect(column: column, row: rect.row, columns: columns, rows: rect.rows)
                place(child.node, in: part, bias: bias, into: &panes)
                column += columns
            }
        case .column(let children):
            let sizes = shares(
                of: rect.rows, weights: children.map(\.weight),
                minimums: children.map { $0.node.minimum.rows },
                bias: children.map { child in
                    child.node.panes.reduce(0) { $0 + (bias.rows[$1] ?? 0) }
                })
            var row = rect.row
            for (child, rows) in zip(children, sizes) {
                let part = Rect(column: rect.column, row: row, columns: rect.columns, rows: rows)
                place(child.node, in: part, bias: bias, into: &panes)
                row += rows
            }
        }
    }

    /// Divides `total` by weight and bias so that nobody gets less than its minimum and the sum is
    /// exact. The minimums must fit, which the caller has checked.
    static func shares(of total: Int, weights: [Int], minimums: [Int], bias: [Int]) -> [Int] {
        let sum = max(1, weights.reduce(0, +))
        var sizes = weights.indices.map { i in
            max(minimums[i], total * weights[i] / sum + bias[i])
        }
        var excess = sizes.reduce(0, +) - total
        while excess != 0 {
            // Takes from whoever has most above its minimum, gives to the last; those that a
            // person made larger or smaller come after the others, or it would have no effect.
            if excess > 0 {
                let givers = sizes.indices.filter { sizes[$0] > minimums[$0] }
                let willing = givers.filter { bias[$0] <= 0 }
                guard
                    let widest = (willing.isEmpty ? givers : willing).max(by: { a, b in
                        sizes[a] - minimums[a] < sizes[b] - minimums[b]
                    })
                else { break }
                sizes[widest] -= 1
                excess -= 1
            } else {
                guard let last = sizes.indices.last(where: { bias[$0] >= 0 }) ?? sizes.indices.last
                else { break }
                sizes[last] += 1
                excess += 1
            }
        }
        return sizes
    }
}
