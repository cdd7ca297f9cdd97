import Cells
import Testing

#if canImport(Glibc)
    import Glibc
#endif

@Suite struct TextWidthTests {
    #if canImport(Glibc)
        /// The table is of Unicode 15.0; a C library of another version may not know the newest
        /// scalars (-1), which is not a disagreement.
        @Test func `widths agree with the C library on every scalar that both know`() {
            // Glibc's module leaves `wcwidth` out, so it is looked up by name.
            typealias Width = @convention(c) (Int32) -> Int32
            let locale = unsafe setlocale(LC_CTYPE, "C.UTF-8")
            let symbol = unsafe dlsym(dlopen(nil, RTLD_NOW), "wcwidth")
            guard unsafe locale != nil, let symbol = unsafe symbol else { return }
            let wcwidth = unsafe unsafeBitCast(symbol, to: Width.self)
            var wrong: [String] = []
            for value in UInt32(0xA0)..<0x110000 {
                guard let scalar = Unicode.Scalar(value) else { continue }
                let theirs = Int(wcwidth(Int32(bitPattern: value)))
                let sanitized = TextWidth.sanitized(String(scalar))
                let isReplaced = sanitized != String(scalar) && !sanitized.hasSuffix(String(scalar))
                if theirs == -1 || isReplaced { continue }
                let ours = TextWidth.width(of: scalar)
                if ours != theirs {
                    wrong.append(String(value, radix: 16) + ": \(ours) not \(theirs)")
                }
            }
            #expect(wrong == [])
        }
    #endif
}

extension TextWidthTests {
    @Test(arguments: [
        ("plain é λ → 日本", "plain é λ → 日本"),
        ("a\u{1B}[31mb", "a␛[31mb"), ("\u{9B}2J", "␛[2J"), ("\0\t\u{7F}", "␀␉␡"),
        ("a\u{2028}b", "a␤b"), ("👩‍👩‍👧", "👩👩👧"), ("👍🏽", "👍"), ("🇸🇪", "SE"), ("❤️", "❤"),
        ("a\u{202E}b\u{2066}c", "abc"), ("a\u{200B}\u{FEFF}\u{AD}b", "ab"),
        ("\u{E0041}x", "x"), ("\u{301}x", "◌\u{301}x"), ("\u{378}", "\u{FFFD}"),
        ("हिन्दी", "हिन्दी"), ("\u{115F}\u{3164}", ""),
    ])
    func `what cannot be drawn is shown or dropped`(text: String, drawn: String) {
        #expect(Array(TextWidth.sanitized(text).unicodeScalars) == Array(drawn.unicodeScalars))
    }

    @Test func `sanitizing twice changes nothing and keeps the columns`() {
        var random = Seeded(4)
        for _ in 0..<1000 {
            let text = awkwardText(8, &random)
            let once = TextWidth.sanitized(text)
            #expect(TextWidth.sanitized(once) == once)
            #expect(TextWidth.columns(once) == TextWidth.columns(text))
        }
    }

    @Test(arguments: [
        ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("日本語", 5, "日本…"),
        ("日本語", 4, "日…"), ("abc", 1, "…"), ("abc", 0, ""), ("\u{301}abc", 3, "\u{301}a…"),
        ("e\u{301}fg", 2, "e\u{301}…"),
    ])
    func `a cut text ends in an ellipsis`(text: String, limit: Int, cut: String) {
        #expect(TextWidth.truncated(text, columns: limit) == cut)
        #expect(TextWidth.columns(cut) <= limit)
    }
}
