package import Engine
import SequenceMatching

/// Two conversations, aligned entry by entry and within each pair word by word.
///
/// Entries that are equal anchor the alignment (a longest common subsequence); between the anchors
/// entries of the same speaker and kind are paired so that the fewest words differ.
package struct Comparison: Sendable {
    /// What became of a pair of entries.
    package enum Kind: Sendable, Equatable {
        case same, changed, onlyLeft, onlyRight
    }

    /// A piece of an entry's text and whether the other side has it too.
    package struct Piece: Sendable, Equatable {
        package var word: ComparisonWord
        package var differs: Bool
    }

    package struct Row: Sendable {
        package var kind: Kind
        package var left: Entry?
        package var right: Entry?
        package var leftPieces: [Piece] = []
        package var rightPieces: [Piece] = []
    }

    package let leftTitle: String
    package let rightTitle: String
    package private(set) var rows: [Row] = []
    /// Words that both sides have, twice, over all words; 1 for two empty conversations.
    package private(set) var similarity = 1.0
    private var words = WordAlignments()

    package init(
        left: [Entry], leftTitle: String, right: [Entry], rightTitle: String,
        reusing known: Comparison? = nil
    ) {
        self.leftTitle = leftTitle
        self.rightTitle = rightTitle
        if let known { words = known.words }
        align(left, right)
        var (common, all) = (0, 0)
        for row in rows {
            common += row.leftPieces.count { !$0.differs } + row.rightPieces.count { !$0.differs }
            all += row.leftPieces.count + row.rightPieces.count
        }
        if all > 0 { similarity = Double(common) / Double(all) }
    }

    /// The conversations of two sessions; word alignments that `known` has are not made anew.
    package init(
        _ left: SessionState, titled leftTitle: String, _ right: SessionState,
        titled rightTitle: String, reusing known: Comparison? = nil
    ) {
        self.init(
            left: Array(left.conversation.entries), leftTitle: leftTitle,
            right: Array(right.conversation.entries), rightTitle: rightTitle, reusing: known)
    }

    /// The rows that differ.
    package var differences: [Int] { rows.indices.filter { rows[$0].kind != .same } }

    // MARK: entries

    private mutating func align(_ left: [Entry], _ right: [Entry]) {
        var interner = Interner()
        let alignment = SequenceAlignment(
            left.map { interner.id(of: Self.key($0)) }, right.map { interner.id(of: Self.key($0)) },
            measure: .lcs)
        // What lies between two anchors is one gap, whatever the order of its runs.
        var (leftGap, rightGap): (Range<Int>, Range<Int>) = (0..<0, 0..<0)
        for run in alignment.runs {
            if run.kind == .equal {
                pair(left, leftGap, right, rightGap)
                for (one, other) in zip(run.left, run.right) { append(left[one], right[other]) }
                leftGap = run.left.upperBound..<run.left.upperBound
                rightGap = run.right.upperBound..<run.right.upperBound
            } else {
                leftGap = leftGap.lowerBound..<run.left.upperBound
                rightGap = rightGap.lowerBound..<run.right.upperBound
            }
        }
        pair(left, leftGap, right, rightGap)
    }

    /// What makes two entries equal.
    private static func key(_ entry: Entry) -> [UInt8] {
        Array("\(what(entry)) \(entry.text)".utf8)
    }

    /// Who says or does what; it makes no difference whether the user spoke or wrote.
    fileprivate static func what(_ entry: Entry) -> String {
        entry.kind == .transcription
            ? "\(entry.speaker.rawValue) \(Entry.Kind.message)"
            : "\(entry.speaker.rawValue) \(entry.kind)"
    }

    /// Pairs the entries of a gap between anchors.
    private mutating func pair(
        _ left: [Entry], _ leftGap: Range<Int>, _ right: [Entry], _ rightGap: Range<Int>
    ) {
        let costs = EntryCosts(
            left: left[leftGap].map { EntryDigest($0) },
            right: right[rightGap].map { EntryDigest($0) })
        // A gap too large for the table is left unpaired.
        let alignment = ElasticAlignment(leftGap.count, rightGap.count, nil, costs)
        var (nextLeft, nextRight) = (leftGap.lowerBound, rightGap.lowerBound)
        for match in alignment?.pairs ?? [] {
            let (one, other) = (leftGap.lowerBound + match.row, rightGap.lowerBound + match.column)
            for index in nextLeft..<one { append(left[index], nil) }
            for index in nextRight..<other { append(nil, right[index]) }
            append(left[one], right[other])
            (nextLeft, nextRight) = (one + 1, other + 1)
        }
        for index in nextLeft..<leftGap.upperBound { append(left[index], nil) }
        for index in nextRight..<rightGap.upperBound { append(nil, right[index]) }
    }

    private mutating func append(_ left: Entry?, _ right: Entry?) {
        let (leftWords, rightWords) = (
            ComparisonWord.words(of: left?.text ?? ""), ComparisonWord.words(of: right?.text ?? "")
        )
        var row = Row(kind: .same, left: left, right: right)
        if left == nil || right == nil {
            row.kind = left == nil ? .onlyRight : .onlyLeft
            row.leftPieces = leftWords.map { Piece(word: $0, differs: true) }
            row.rightPieces = rightWords.map { Piece(word: $0, differs: true) }
            rows.append(row)
            return
        }
        let runs = words.runs(leftWords, rightWords)
        for run in runs {
            let differs = run.kind != .equal
            row.leftPieces += leftWords[run.left].map { Piece(word: $0, differs: differs) }
            row.rightPieces += rightWords[run.right].map { Piece(word: $0, differs: differs) }
            if differs { row.kind = .changed }
        }
        rows.append(row)
    }
}

/// An entry as the pairing sees it: what it is, and how often it says each word.
private struct EntryDigest {
    var what: String
    var counts: [String: Int] = [:]
    var total = 0

    init(_ entry: Entry) {
        what = Comparison.what(entry)
        for word in ComparisonWord.words(of: entry.text) {
            counts[word.text, default: 0] += 1
            total += 1
        }
    }

    /// The share of words that two entries have in common, whatever their order.
    func overlap(_ other: EntryDigest) -> Double {
        if total + other.total == 0 { return 1 }
        // A sum of integers does not depend on the order of the dictionary.
        let common = counts.reduce(0) { $0 + min($1.value, other.counts[$1.key] ?? 0) }
        return 2 * Double(common) / Double(total + other.total)
    }
}

/// Entries of one kind and speaker are always better paired than left alone, the more alike the
/// better; others never are.
private struct EntryCosts: ElasticCosts {
    let left: [EntryDigest]
    let right: [EntryDigest]

    func pair(_ row: Int, _ column: Int) -> Double {
        left[row].what == right[column].what
            ? 1.9 - left[row].overlap(right[column]) : .infinity
    }
    func deletion(_ row: Int, at column: Int) -> Double { 1 }
    func insertion(_ column: Int, at row: Int) -> Double { 1 }
}

/// Aligned word sequences, kept by content: comparing again costs only what is new.
private struct WordAlignments: Sendable {
    private var interner = Interner()
    private var cache = RecentlyUsedCache<[AlignmentRun]>(capacity: 1024)

    mutating func runs(_ left: [ComparisonWord], _ right: [ComparisonWord]) -> [AlignmentRun] {
        let ids = (
            left.map { interner.id(of: Array($0.text.utf8)) },
            right.map { interner.id(of: Array($0.text.utf8)) }
        )
        var key = ContentKey(Array("words".utf8))
        key.append(ids.0)
        key.append(ids.1)
        return cache.value(for: key) {
            SequenceAlignment(ids.0, ids.1, measure: .lcs).runs
        }
    }
}
