import JSONText
import Testing

@Suite struct `The shallow view of an object` {
    @Test func `of duplicate keys the last counts, also when one is written with escapes`() throws {
        let scan = try JSONObjectScan(Array(#" {"a":1,"\u0061":"two" , "b":{"a":3}} "#.utf8))
        #expect(scan.string("a") == "two")
        #expect(scan.int("a") == nil)
        #expect(scan.keys == ["a", "a", "b"])
        #expect(scan.raw("b").map(Array.init) == Array(#"{"a":3}"#.utf8))
        #expect(scan["c"] == nil)
    }

    @Test func `a text gives its bytes even when they are not UTF-8`() throws {
        let scan = try JSONObjectScan(Array("{\"a\":\"x".utf8) + [0xFF] + Array("\\ud800\"}".utf8))
        #expect(scan.stringBytes("a") == [0x78, 0xFF, 0xEF, 0xBF, 0xBD])
        #expect(scan.string("a") == "x\u{FFFD}\u{FFFD}")
        #expect(scan.value("a") == nil)
    }

    @Test(arguments: ["", "[]", "1", "{", "{}x", "{\"a\":[1,}", "{\"a\":\"\n\"}", "{\"a\":tru}"])
    func `what is not one object is refused`(_ text: String) {
        #expect(throws: JSONError.self) { try JSONObjectScan(Array(text.utf8)) }
    }
}
