import JSONText
import Testing

@Suite struct `Writing JSON` {
    @Test func `only what must be escaped is`() {
        let text = JSON.string("/é\u{7F}\u{2028}\"\\\u{0}\u{1F}\u{8}\n\r\t")
        let expected = "\"/é\u{7F}\u{2028}\\\"\\\\\\u0000\\u001f\\u0008\\n\\r\\t\""
        #expect(String(decoding: text.bytes, as: UTF8.self) == expected)
    }

    @Test func `a value over several lines is laid out by levels`() {
        let json: JSON = ["name": "x", "list": [1, 2.5, [], [:]], "none": nil, "yes": true]
        let expected = """
            {
              "name": "x",
              "list": [
                1,
                2.5,
                [],
                {}
              ],
              "none": null,
              "yes": true
            }
            """
        #expect(json.pretty() == expected)
        #expect(
            String(decoding: json.bytes, as: UTF8.self)
                == #"{"name":"x","list":[1,2.5,[],{}],"none":null,"yes":true}"#)
    }

    @Test func `a huge whole number is written with all its digits`() {
        #expect(JSON(UInt64.max).bytes == Array("18446744073709551615".utf8))
        #expect(JSON(Int.min).intValue == Int.min)
    }
}
