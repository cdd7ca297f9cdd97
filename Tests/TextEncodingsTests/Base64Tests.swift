import Foundation
import Testing
import TextEncodings

struct Base64Tests {
    private static let samples = (0..<300).map { count in
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ count) }
    }

    @Test func `bytes become the text that Foundation makes, and come back`() {
        for bytes in Self.samples {
            let text = Base64.encoded(bytes)
            #expect(text == Array(Data(bytes).base64EncodedString().utf8))
            #expect(Base64.byteCount(text.span) == bytes.count)
            #expect(Base64.decoded(text.span).bytes == bytes)
            #expect(Base64.decodedStrictly(text.span).bytes == bytes)
            #expect(Base64.decodedStrictly(text.span).invalidAt == nil)
        }
    }

    @Test(
        arguments: [
            ("Zg==", nil, nil), ("Zg", nil, 2), ("Zh==", nil, 1), ("Zm8=", nil, nil),
            ("Zm9=", nil, 2), ("Zm9v", nil, nil), ("Z", 0, 1), ("====", 0, 0), ("a===", 1, 1),
            ("Zm9vZ*9v", 5, 5), ("Zg==Zg==", 2, 2),
        ] as [(String, Int?, Int?)])
    func `what does not fit has its place, strictly or not`(
        text: String, place: Int?, strictPlace: Int?
    ) {
        let bytes = Array(text.utf8)
        #expect(Base64.decoded(bytes.span).invalidAt == place)
        #expect(Base64.decodedStrictly(bytes.span).invalidAt == strictPlace)
    }
}
