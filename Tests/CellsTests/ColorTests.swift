import Testing

@testable import Cells

@Suite struct ColorTests {
    static func sample(_ body: (Color) -> Void) {
        for red in stride(from: UInt8(0), through: 255, by: 15) {
            for green in stride(from: UInt8(0), through: 255, by: 15) {
                for blue in stride(from: UInt8(0), through: 255, by: 15) {
                    body(.rgb(red, green, blue))
                }
            }
        }
    }

    @Test func `a colour of the palette is reduced to itself`() {
        for index in UInt8.min...UInt8.max {
            #expect(Color.palette(index).reduced(to: .ansi256) == .palette(index))
            if index < 16 {
                #expect(Color.palette(index).reduced(to: .ansi16) == .palette(index))
            } else {
                let (red, green, blue) = Color.palette(index).components ?? (0, 0, 0)
                let back = Color.rgb(red, green, blue).reduced(to: .ansi256)
                #expect(back.components ?? (1, 1, 1) == (red, green, blue))
            }
        }
    }

    @Test func `of 256 colours one nearly as near as the nearest of cube and greys is taken`() {
        var total = 0
        var exact = 0
        Self.sample { color in
            let best = (UInt8(16)...255).map { color.distance(to: .palette($0)) }.min() ?? 0
            let taken = color.distance(to: color.reduced(to: .ansi256))
            total += 1
            if taken == best { exact += 1 }
            // Rounding each channel alone may miss by half a step of one channel.
            #expect(Double(taken).squareRoot() <= Double(best).squareRoot() * 1.35 + 300)
        }
        #expect(exact * 100 >= total * 75, "\(exact) of \(total)")
    }

    @Test func `of sixteen colours the nearest is taken`() {
        Self.sample { color in
            let best = (UInt8(0)..<16).map { color.distance(to: .palette($0)) }.min()
            #expect(color.distance(to: color.reduced(to: .ansi16)) == best)
        }
    }

    @Test func `without colours attributes remain`() {
        let style = Style(foreground: .palette(3), background: .rgb(1, 2, 3), attributes: .bold)
        #expect(style.reduced(to: .mono) == Style(attributes: .bold))
        #expect(style.reduced(to: .rgb) == style)
        #expect(Style.standard.reduced(to: .ansi16) == .standard)
        #expect(ColorDepth.allCases.sorted() == [.mono, .ansi16, .ansi256, .rgb])
    }

    @Test(arguments: [
        ("default", Color.standard), ("#fff", .rgb(255, 255, 255)), ("#1E1e2e", .rgb(30, 30, 46)),
        ("ansi-red", .palette(1)), ("ansi-bright-white", .palette(15)), ("0", .palette(0)),
        ("255", .palette(255)),
    ])
    func `words name colours`(word: String, color: Color) {
        #expect(Color(word: word) == color)
        #expect(Color(word: color.description) == color)
    }

    @Test(arguments: [
        "", "#", "#12", "#12345", "#1234567", "#ggg", "#é11", "256", "-1", "+1", "red", "ansi-",
        " 1",
    ])
    func `other words do not`(word: String) {
        #expect(Color(word: word) == nil)
    }
}
