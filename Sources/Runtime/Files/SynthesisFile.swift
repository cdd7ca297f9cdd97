import TemporalLogic

/// A specification for synthesis as text: `input`, `output`, `assume` and `guarantee`, one a line.
///
/// `input r1 r2` and `output g` name variables; `assume FORMULA` and `guarantee FORMULA` may be
/// said more than once; `#` begins a comment, and a line that begins with a space goes on with the
/// one before.
struct SynthesisFile {
    var inputs: [String] = []
    var outputs: [String] = []
    var assumptions: [Formula] = []
    var guarantees: [Formula] = []

    init(parsing text: String, path: String) throws(FileError) {
        var lines: [(number: Int, text: String)] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let line = line.hasSuffix("\r") ? line.dropLast() : line
            if line.first == " ", !lines.isEmpty {
                lines[lines.count - 1].text += line
            } else if !line.isEmpty && line.first != "#" {
                lines.append((index + 1, String(line)))
            }
        }
        for line in lines { try read(line.text, "\(path):\(line.number)") }
        guard !guarantees.isEmpty else {
            throw FileError(path: path, message: "there is no guarantee")
        }
    }

    private mutating func read(_ line: String, _ place: String) throws(FileError) {
        let keyword = line.prefix { $0 != " " }
        let rest = String(line.dropFirst(keyword.count))
        switch keyword {
        case "input": inputs += try variables(rest, place)
        case "output": outputs += try variables(rest, place)
        case "assume": assumptions.append(try Self.formula(rest, keyword.count, place))
        case "guarantee": guarantees.append(try Self.formula(rest, keyword.count, place))
        default:
            throw FileError(
                path: place,
                message: "“\(keyword)” is not one of input, output, assume, guarantee")
        }
    }

    private func variables(_ text: String, _ place: String) throws(FileError) -> [String] {
        let names = text.split { $0 == " " || $0 == "," }.map(String.init)
        var known = inputs + outputs
        for name in names {
            guard let formula = try? Formula(parsing: name),
                case .name(name)? = formula.atomMeanings.first, formula.description == name
            else { throw FileError(path: place, message: "“\(name)” is no name of a variable") }
            guard !known.contains(name) else {
                throw FileError(path: place, message: "“\(name)” was named before")
            }
            known.append(name)
        }
        return names
    }

    private static func formula(
        _ text: String, _ offset: Int, _ place: String
    ) throws(FileError) -> Formula {
        do throws(FormulaError) {
            return try Formula(parsing: text)
        } catch {
            throw FileError(path: "\(place):\(error.column + offset)", message: error.message)
        }
    }
}
