import Testing
import TextEncodings

struct PercentTests {
    @Test(arguments: [
        ("a%20b", "a b"), ("%C3%a9", "é"), ("%", "%"), ("%4", "%4"), ("%zz", "%zz"),
        ("%+5", "%+5"), ("%2541", "%41"),
    ])
    func `two digits after a percent sign are a byte, all else is itself`(
        text: String, plain: String
    ) {
        #expect(String(decoding: Percent.decoded(text.utf8), as: UTF8.self) == plain)
    }

    @Test func `every byte comes back, and only what is unreserved stays`() {
        for byte in UInt8.min...0x7F {
            let text = String(UnicodeScalar(byte))
            let encoded = Percent.encoded(text)
            #expect(String(decoding: Percent.decoded(encoded.utf8), as: UTF8.self) == text)
            #expect(encoded == text || encoded == "%" + [byte].hexadecimal.uppercased())
        }
        #expect(Percent.encoded("a-z_~./é") == "a-z_~.%2F%C3%A9")
    }
}
