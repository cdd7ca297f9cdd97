/// The patterns of a file, and what could not be read of it.
///
/// One pattern a line, `#` begins a comment:
///
///     event "tool round" ~3: response.create response.created response.done
///     word apology: i'm sorry
///     series rising of loudness ~0.2 shape 3: 0 0.5 1 1.5
///
/// A kind, a name, for a series the word `of` and which one is searched, a tolerance (edits; for a
/// series the root mean square difference a sample), for a series that is compared by shape the
/// word `shape` and a warping radius, a colon, and the symbols or samples. What holds white space or one of `" : ~ # \`, or is empty, stands in quotes;
/// there `\"`, `\\`, `\n` and `\xHH` write single bytes, so that any bytes survive a round trip.
package struct PatternLibrary: Sendable, Equatable {
    /// The patterns of events and words, in the file's order.
    package var patterns: [Pattern]
    /// The series patterns, in the file's order.
    package var series: [SeriesPattern]

    package init(patterns: [Pattern] = [], series: [SeriesPattern] = []) {
        self.patterns = patterns
        self.series = series
    }

    /// A line that was left out, with the place and the reason; both count from 1.
    package struct Fault: Sendable, Equatable {
        package enum Reason: Sendable, Equatable {
            case unknownKind
            case missingName
            case missingColon
            case badTolerance
            case badRadius
            case missingSeries
            case unknownSeries
            case unexpectedWord
            case unclosedQuote
            case badEscape
            case badNumber
            case nothingToFind
        }

        package var line: Int
        package var column: Int
        package var reason: Reason

        package init(line: Int, column: Int, reason: Reason) {
            self.line = line
            self.column = column
            self.reason = reason
        }
    }

    /// Reads a file; lines with faults are left out and listed, all others count. Series of which
    /// `isSeries` knows nothing are faults.
    package static func parse(
        _ text: [UInt8], isSeries: (String) -> Bool = { _ in true }
    ) -> (library: PatternLibrary, faults: [Fault]) {
        var library = PatternLibrary()
        var faults: [Fault] = []
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated() {
            switch PatternLine.read(Array(line), isSeries: isSeries) {
            case .nothing: break
            case .symbols(let pattern): library.patterns.append(pattern)
            case .series(let pattern): library.series.append(pattern)
            case .fault(let column, let reason):
                faults.append(Fault(line: number + 1, column: column + 1, reason: reason))
            }
        }
        return (library, faults)
    }

    /// The file that `parse` reads back as this library.
    package var text: [UInt8] {
        var result: [UInt8] = []
        for pattern in patterns { result += PatternLine.written(pattern) }
        for pattern in series { result += PatternLine.written(pattern) }
        return result
    }
}
