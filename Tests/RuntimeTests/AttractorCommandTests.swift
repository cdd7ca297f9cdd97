import Foundation
import JSONText
import Runtime
import Testing

/// The `attractor` command on anybody's files, good and odd.
@Suite struct AttractorCommandTests {
    private func values(_ text: String, column: String? = nil) throws -> [Double] {
        try SeriesFile(parsing: text, column: column, path: "file").values
    }

    private func complaint(_ text: String, column: String? = nil) -> String? {
        do throws(FileError) {
            _ = try SeriesFile(parsing: text, column: column, path: "file")
            return nil
        } catch {
            return error.description
        }
    }

    /// What the command answers to a file of these contents.
    private func answer(_ text: String, _ change: (inout AttractorCommand) -> Void = { _ in })
        throws -> JSON
    {
        let path = NSTemporaryDirectory() + "attractor-\(UUID().uuidString).csv"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        var command = AttractorCommand(path: path)
        command.asJSON = true
        change(&command)
        return try JSON(parsing: Array(try command.run().utf8))
    }

    private func logistic(_ count: Int) -> [Double] {
        var x = 0.3
        return (0..<count).map { _ in
            x = 4 * x * (1 - x)
            return x
        }
    }

    private func lines(_ values: [Double]) -> String {
        values.map { "\($0)\n" }.joined()
    }

    @Test func `one value a line, columns by name and number, and every line ending are read`()
        throws
    {
        #expect(try values("1\n2\n3") == [1, 2, 3])
        #expect(try values("1\r\n2\r\n3\r\n") == [1, 2, 3])
        #expect(try values("\u{FEFF}1\r2\r3") == [1, 2, 3])
        #expect(try values("gap\n1\n2\n") == [1, 2])
        #expect(try values("a,b\r\n1,2\r\n3,4\r\n", column: "b") == [2, 4])
        #expect(try values("a;b\n1;2\n3;4\n", column: "1") == [1, 3])
        #expect(try values("\"a\"\t\"b\"\n1\t2\n", column: "b") == [2])
        #expect(try values("# note\n\n1e3\n-2.5\n") == [1000, -2.5])
        let odd = try values("nan\ninf\n-inf\n1\n")
        #expect(odd.count == 4 && odd[0].isNaN && odd[1] == .infinity && odd[3] == 1)
        #expect(try values("") == [])
    }

    @Test func `what is no number is named with its line`() {
        #expect(complaint("1\ntwo\n3")?.contains("file:2") == true)
        #expect(complaint("1\ntwo\n3")?.contains("two") == true)
        #expect(complaint("a,b\n1,2\n", column: "c")?.contains("“c”") == true)
        #expect(complaint("a,b\n1,2\n")?.contains("--column") == true)
        #expect(complaint("a,b\n1,2\n3\n", column: "b")?.contains("file:3") == true)
    }

    @Test func `a chaotic map has its class and every number with an interval`() throws {
        let json = try answer(lines(logistic(1500))) { $0.interval = 0.5 }
        #expect(json["class"]?.stringValue == "chaotic")
        let exponent = try #require(json["lyapunov"])
        let perSample = try #require(exponent["perSample"]?.doubleValue)
        #expect(abs(perSample - log(2)) < 0.02)
        #expect(abs((exponent["perSecond"]?.doubleValue ?? 0) - 2 * perSample) < 1e-9)
        #expect((exponent["low"]?.doubleValue ?? 1) <= perSample)
        #expect((exponent["high"]?.doubleValue ?? 0) >= perSample)
        #expect(json["period"] == .null)
        for key in ["correlationDimension", "permutationEntropy", "sampleEntropy", "zeroOne"] {
            let number = try #require(json["measures"]?[key])
            let value = try #require(number["value"]?.doubleValue)
            #expect((number["low"]?.doubleValue ?? .infinity) <= value, "\(key)")
            #expect((number["high"]?.doubleValue ?? -.infinity) >= value, "\(key)")
        }
        let spectrum = try #require(json["measures"]?["spectrum"]?["exponents"]?.arrayValue?.first)
        #expect(abs((spectrum["perSample"]?.doubleValue ?? 0) - log(2)) < 0.02)
    }

    @Test func `the embedding may be given by hand`() throws {
        let json = try answer(lines(logistic(600))) {
            $0.delay = 2
            $0.dimension = 3
            $0.theilerWindow = 25
        }
        #expect(json["delay"]?.intValue == 2)
        #expect(json["dimension"]?.intValue == 3)
        #expect(json["theilerWindow"]?.intValue == 25)
    }

    @Test func `odd series have defined answers`() throws {
        for text in ["", "5\n", "gap\n", "nan\ninf\n", lines(logistic(40))] {
            let json = try answer(text)
            #expect(json["class"]?.stringValue == "undetermined")
            #expect(json["lyapunov"] == .null)
            #expect(json["reason"]?.stringValue?.contains("needed") == true)
        }
        let constant = try answer(String(repeating: "3.5\n", count: 300))
        #expect(constant["class"]?.stringValue == "fixedPoint")
        #expect(constant["point"]?.doubleValue == 3.5)
        #expect(constant["lyapunov"] == .null)
        #expect(constant["lyapunovReason"]?.stringValue?.isEmpty == false)
        let holed = try answer("nan\n" + lines(logistic(600)) + "inf\n")
        #expect(holed["class"]?.stringValue == "chaotic")
        #expect(holed["rejected"]?.intValue == 2)
    }

    @Test func `a cycle has its period in samples and seconds`() throws {
        let tone = (0..<800).map { sin(2 * .pi * Double($0) / 25) }
        let json = try answer(lines(tone)) { $0.interval = 0.02 }
        #expect(json["class"]?.stringValue == "periodic")
        #expect(abs((json["period"]?.doubleValue ?? 0) - 25) < 0.01)
        #expect(abs((json["periodSeconds"]?.doubleValue ?? 0) - 0.5) < 0.001)
    }
}
