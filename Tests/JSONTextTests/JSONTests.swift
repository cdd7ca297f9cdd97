import JSONText
import Testing

@Suite struct `JSON values` {
    @Test func `an object keeps order, duplicates and the text of numbers`() throws {
        let text = #"{"b":1.50,"a":[true,null,"\u00e9\n\ud83d\ude00"],"b":-0e+2}"#
        let json = try JSON(parsing: Array(text.utf8))
        #expect(json["b"] == .number("-0e+2"))
        #expect(json["a"]?.arrayValue?.last == .string("é\n😀"))
        #expect(json.objectValue?.map(\.key) == ["b", "a", "b"])
        #expect(try JSON(parsing: json.bytes) == json)
    }
}
