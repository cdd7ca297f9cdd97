package import Engine
package import SequenceMatching

/// A pattern library read from a file; see `docs/PATTERNS.md`.
package enum PatternFile {
    /// Reads `path`; a line that cannot be used is named with its place, and the rest counts.
    package static func read(
        _ path: String
    ) throws(FileError) -> (library: PatternLibrary, problems: [FileError]) {
        let (library, faults) = PatternLibrary.parse(try FileAccess.read(path)) {
            SeriesKind(named: $0) != nil
        }
        return (library, faults.map { FileError(path: place($0, in: path), message: words($0)) })
    }

    /// Reads files that must be free of faults, as those of the command line.
    package static func add(
        _ paths: [String], to configuration: inout EngineConfiguration
    ) throws(FileError) {
        for path in paths {
            let (library, problems) = try read(path)
            if var problem = problems.first {
                if problems.count > 1 { problem.message += " (and \(problems.count - 1) more)" }
                throw problem
            }
            configuration.add(library)
        }
    }

    private static func place(_ fault: PatternLibrary.Fault, in path: String) -> String {
        "\(path):\(fault.line):\(fault.column)"
    }

    private static func words(_ fault: PatternLibrary.Fault) -> String {
        switch fault.reason {
        case .unknownKind: "a pattern begins with event, word or series"
        case .missingName: "the pattern has no name"
        case .missingColon: "there is no colon before what shall be found"
        case .badTolerance: "a tolerance is ~ and a number: whole edits, or for a series from 0"
        case .badRadius: "shape wants a warping radius, a whole number of samples"
        case .missingSeries: "of wants the name of a series"
        case .unknownSeries:
            "there is no such series; there are "
                + SeriesKind.allCases.map(\.name).joined(separator: ", ")
        case .unexpectedWord: "this word is not expected before the colon"
        case .unclosedQuote: "the quote is not closed"
        case .badEscape: #"after \ may stand ", \, n, or x and two hexadecimal digits"#
        case .badNumber: "this is no finite number"
        case .nothingToFind: "nothing stands behind the colon"
        }
    }
}
