import Foundation
import JSONText
import SequenceMatching
import Testing

@testable import Runtime

/// The command on files, against the values of other people's tools and by hand.
struct CompareCommandTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func write(_ name: String, _ text: String) throws -> String {
        try FileAccess.write(Array(text.utf8), to: folder.path(name), replaces: true)
        return folder.path(name)
    }

    private func result(
        _ a: String, _ b: String, _ algorithm: CompareCommand.Algorithm,
        _ change: (inout CompareCommand) -> Void = { _ in }
    ) throws -> JSON {
        var command = CompareCommand(
            left: try write("a", a), right: try write("b", b), algorithm: algorithm)
        command.asJSON = true
        change(&command)
        let text = try command.run()
        let json = try JSON(parsing: Array(text.utf8))
        #expect(json["algorithm"]?.stringValue == algorithm.rawValue)
        return json
    }

    private func pairs(_ json: JSON) -> [[Int]] {
        (json["alignment"]?.arrayValue ?? []).map { pair in
            (pair.arrayValue ?? []).compactMap { $0.doubleValue.map { Int($0) } }
        }
    }

    // MARK: reference values

    private struct WarpingCase: Decodable {
        var a: [Double]
        var b: [Double]
        var dtw_full: Double
        var dtw_L1: Double
        var radius: [String: Double?]?
    }

    private struct WarpingFile: Decodable { var pairs: [WarpingCase] }

    private static let golden: URL =
        ProcessInfo.processInfo.environment["REFERENCE_VALUES"].map { URL(filePath: $0) }
        ?? PackageFiles.root.appending(path: "../shared/golden")

    private static func has(_ file: String) -> Bool {
        FileManager.default.fileExists(atPath: golden.appending(path: file).path())
    }

    @Test(.enabled(if: has("dtw.json")))
    func `dtw through the command agrees with dtaidistance`() throws {
        let data = try Data(contentsOf: Self.golden.appending(path: "dtw.json"))
        let file = try JSONDecoder().decode(WarpingFile.self, from: data)
        for example in file.pairs.prefix(16) where !example.a.isEmpty && !example.b.isEmpty {
            let (a, b) = ("\(example.a)", "\(example.b)")
            let full = try result(a, b, .dtw)
            try agree(full, example.dtw_full)
            let path = pairs(full)
            #expect(path.first == [0, 0])
            #expect(path.last == [example.a.count - 1, example.b.count - 1])
            let sum = path.reduce(0) {
                $0 + pow(example.a[$1[0]] - example.b[$1[1]], 2)
            }
            #expect(abs(sum.squareRoot() - example.dtw_full) < 1e-9)
            try agree(try result(a, b, .dtw) { $0.cost = .absolute }, example.dtw_L1)
            for (radius, distance) in example.radius ?? [:] {
                let window = try #require(Int(radius))
                if let distance {
                    try agree(try result(a, b, .dtw) { $0.window = window }, distance)
                } else {
                    #expect(throws: FileError.self) {
                        try result(a, b, .dtw) { $0.window = window }
                    }
                }
            }
        }
    }

    private func agree(_ json: JSON, _ expected: Double) throws {
        let distance = try #require(json["distance"]?.doubleValue)
        #expect(abs(distance - expected) <= 1e-6 * max(1, abs(expected)))
    }

    @Test(.enabled(if: has("edit_lcs.json")))
    func `the edit distances through the command agree with rapidfuzz`() throws {
        let data = try Data(contentsOf: Self.golden.appending(path: "edit_lcs.json"))
        let file = try JSON(parsing: Array(data))
        for example in (file["pairs"]?.arrayValue ?? []).prefix(40) {
            let (a, b) = (try symbols(example["a"]), try symbols(example["b"]))
            for (algorithm, key) in [
                (CompareCommand.Algorithm.edit, "levenshtein"), (.levenshtein, "levenshtein"),
                (.indel, "indel"), (.lcs, "indel"), (.osa, "osa"),
                (.damerau, "damerau_levenshtein"),
            ] {
                let json = try result(a, b, algorithm)
                #expect(json["distance"]?.doubleValue == example[key]?.doubleValue, "\(algorithm)")
                guard algorithm == .lcs else { continue }
                #expect(json["length"]?.doubleValue == example["lcs"]?.doubleValue)
                #expect(Double(pairs(json).count) == example["lcs"]?.doubleValue)
            }
            let weighted = try result(a, b, .edit) {
                $0.weights = .init(insertion: 1, deletion: 1, substitution: 2)
            }
            #expect(weighted["distance"]?.doubleValue == example["lev_w_1_1_2"]?.doubleValue)
        }
    }

    /// A string's scalars, or an array's elements, as a JSON array.
    private func symbols(_ value: JSON?) throws -> String {
        let value = try #require(value)
        guard let text = value.stringValue else {
            return String(decoding: value.bytes, as: UTF8.self)
        }
        let array = JSON.array(text.unicodeScalars.map { .string(String($0)) })
        return String(decoding: array.bytes, as: UTF8.self)
    }

    // MARK: by hand

    @Test func `the elastic measures give what their papers say`() throws {
        #expect(try result("[1,2,3]", "[1,3]", .erp)["distance"]?.doubleValue == 2)
        #expect(
            try result("[1,2,3]", "[1.05,3]", .edr) { $0.tolerance = 0.1 }["distance"]?
                .doubleValue == 1)
        #expect(
            try result("[1,1,2]", "[1,2]", .msm) { $0.penalty = 0.5 }["distance"]?.doubleValue
                == 0.5)
        // One deletion behind equal beginnings: |3 − 2| and stiffness and penalty.
        #expect(
            try result("[1,2,3]", "[1,2]", .twed) {
                $0.stiffness = 0.5
                $0.penalty = 2
            }["distance"]?.doubleValue == 3.5)
        let edited = try result("[1,2,3]", "[1,3]", .edr) { $0.tolerance = 0.1 }
        #expect(pairs(edited) == [[0, 0], [2, 1]])
    }

    @Test func `vectors and times can be warped`() throws {
        let vectors = try result("[[0,0],[3,4]]", "[[0,0],[0,0],[3,4]]", .dtw)
        #expect(vectors["distance"]?.doubleValue == 0)
        #expect(pairs(vectors) == [[0, 0], [0, 1], [1, 2]])
        let times = try result("[[0,1],[10,5]]", "[[0,1],[1,5],[10,5]]", .dtw) {
            $0.maximumLag = 9
        }
        #expect(times["distance"]?.doubleValue == 0)
        let table = "t,v\n0,1\n10,5\n"
        let columns = try result(table, table, .dtw) {
            $0.column = "v"
            $0.timeColumn = "t"
        }
        #expect(columns["distance"]?.doubleValue == 0)
        #expect(columns["similarity"]?.doubleValue == 1)
    }

    @Test(arguments: [
        ("1\nnan\n3\n", "1\n2\n", CompareCommand.Algorithm.dtw, "sample 1 is nan"),
        ("1\n2\n", "1\ninf\n", .erp, "sample 1 is inf"),
        ("[]", "[1]", .dtw, "is empty"), ("[1]", "[]", .msm, "is empty"),
        ("[\"a\"]", "[1]", .dtw, "an array of symbols"),
        ("[[1,2],[3]]", "[1]", .dtw, "element 1 has 1 numbers"),
        ("[[1,2]]", "[[1,2,3]]", .dtw, "vectors of 3 numbers"),
        ("{\"x\":1}", "[1]", .edit, "neither an array nor a recording"),
        ("[1", "[1]", .edit, "ends too early"), ("1\nx\n", "[1]", .dtw, "“x” is no number"),
    ])
    func `odd input is named`(
        a: String, b: String, algorithm: CompareCommand.Algorithm, words: String
    ) {
        #expect {
            try result(a, b, algorithm)
        } throws: {
            "\($0)".contains(words)
        }
    }

    @Test func `nothing, one element and any window have defined answers`() throws {
        for algorithm in CompareCommand.Algorithm.allCases {
            let nothing = try result("[]", "[]", algorithm)
            #expect(nothing["distance"]?.doubleValue == 0)
            #expect(nothing["similarity"]?.doubleValue == 1)
            #expect(pairs(nothing).isEmpty)
            let one = try result("[7]", "[7]", algorithm)
            #expect(one["distance"]?.doubleValue == 0)
            #expect(pairs(one) == [[0, 0]])
        }
        let zero = try result("[1,2]", "[2,1]", .dtw) { $0.window = 0 }
        #expect(pairs(zero) == [[0, 0], [1, 1]])
        #expect(try result("[1,2]", "[2]", .dtw) { $0.window = .max }["distance"] != nil)
        #expect(throws: FileError.self) {
            try result("[1,2]", "[2]", .dtw) { $0.window = 0 }
        }
    }

    @Test func `a confidence is a share of random orders`() throws {
        let series = (0..<64).map { Double($0 * $0 % 97) }
        let same = try result("\(series)", "\(series)", .dtw)
        #expect(same["confidence"]?.doubleValue == 0.99)
        let words = #"["a","b","c","d","e","f","g","h"]"#
        #expect(try result(words, words, .edit)["confidence"]?.doubleValue == 0.99)
    }

    @Test func `recordings are compared by events, words and gaps`() throws {
        let (text, tools) = (
            PackageFiles.path("recordings/text.jsonl"), PackageFiles.path("recordings/tour.jsonl")
        )
        for (algorithm, aspect) in [
            (CompareCommand.Algorithm.edit, CompareCommand.Aspect.events), (.lcs, .words),
            (.dtw, .events),
        ] {
            var command = CompareCommand(left: text, right: tools, algorithm: algorithm)
            command.asJSON = true
            command.aspect = aspect
            let json = try JSON(parsing: Array(try command.run().utf8))
            #expect(try #require(json["distance"]?.doubleValue) > 0)
            command.right = text
            let same = try JSON(parsing: Array(try command.run().utf8))
            #expect(same["distance"]?.doubleValue == 0)
        }
    }
}
