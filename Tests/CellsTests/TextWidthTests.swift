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
