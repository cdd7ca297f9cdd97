import Cells
import Foundation
import Terminal
import Testing
import Timeline

/// A terminal type, what is drawn on it and how a style arrives there.
struct Screen: CustomTestStringConvertible, Sendable {
    var term: String
    var depth: ColorDepth
    /// Attributes that the terminal type has.
    var attributes: Style.Attributes

    var testDescription: String { "\(depth.rawValue) on \(term)" }

    /// How the screen shows `style`, by the rules that the compositor documents.
    func shown(_ style: Style) -> Style {
        var result = style.reduced(to: depth)
        if isPoor, depth == .ansi16 {
            if case .palette(let index) = result.foreground, index >= 8 {
                result.foreground = .palette(index - 8)
                result.attributes.insert(.bold)
            }
            if case .palette(let index) = result.background, index >= 8 {
                result.background = .palette(index - 8)
            }
        }
        if !attributes.contains(.strikethrough), result.attributes.contains(.strikethrough) {
            result.attributes.remove(.strikethrough)
            result.attributes.insert(.dim)
        }
        result.attributes.formIntersection(attributes)
        return result
    }

    /// Whether the terminal type has eight colours.
    var isPoor: Bool { ["xterm", "screen"].contains(term) }

    static let usual: Style.Attributes = [.bold, .dim, .italic, .underline, .reverse]
    static let all = [
        Screen(term: "xterm-256color", depth: .rgb, attributes: usual.union(.strikethrough)),
        Screen(term: "tmux-256color", depth: .rgb, attributes: usual.union(.strikethrough)),
        Screen(term: "xterm-256color", depth: .ansi256, attributes: usual),
        Screen(term: "tmux-256color", depth: .ansi256, attributes: usual.union(.strikethrough)),
        Screen(term: "xterm-256color", depth: .ansi16, attributes: usual),
        Screen(term: "xterm", depth: .ansi16, attributes: usual.union(.strikethrough)),
        Screen(term: "screen", depth: .ansi16, attributes: usual.union(.strikethrough)),
        Screen(term: "xterm", depth: .mono, attributes: usual),
        Screen(term: "tmux-256color", depth: .mono, attributes: usual.union(.strikethrough)),
        Screen(term: "vt100", depth: .mono, attributes: [.bold, .underline, .reverse]),
    ]
}

/// ncurses has one state for the whole process, so these run one after the other.
@Suite(.serialized) final class CompositorTests {
    /// With a cache of the test's own, so that it compiles the description anew.
    private let environment: [String: String]
    private let cache = FileManager.default.temporaryDirectory.path + "/cache-\(UUID().uuidString)"

    init() {
        environment = ProcessInfo.processInfo.environment.merging(["XDG_CACHE_HOME": cache]) { $1 }
    }

    deinit {
        guard FileManager.default.fileExists(atPath: cache) else { return }
        do {
            try FileManager.default.removeItem(atPath: cache)
        } catch {
            print("left \(cache): \(error)")
        }
    }

    @Test(arguments: Screen.all)
    func `a terminal that gets the bytes of every frame shows every frame`(screen: Screen) throws {
        var random = SeededRandom(seed: 20_261_122)
        var size = Size(columns: 60, rows: 14)
        let compositor = try Compositor(
            term: screen.term, depth: screen.depth, size: size, environment: environment)
        #expect(compositor.depth == screen.depth)
        var terminal = VirtualTerminal(size: size)
        var frames = RandomFrames(size: size, random: random)
        for frame in 0..<90 {
            if frame % 23 == 22 {
                size = Size(columns: 5 + random.below(90), rows: 2 + random.below(30))
                try compositor.resize(size)
                terminal.resize(size)
                frames.resize(size)
            }
            frames.change()
            terminal.feed(compositor.bytes(for: frames.grid))
            try expect(terminal, toShow: frames.grid, screen, "frame \(frame)")
            #expect(compositor.bytes(for: frames.grid).isEmpty)
        }
        #expect(terminal.problems == [])
    }

    @Test func `a screen with more colours than there are pairs stays whole`() throws {
        let size = Size(columns: 200, rows: 50)
        let screen = Screen.all[0]
        let compositor = try Compositor(
            term: screen.term, depth: .rgb, size: size, environment: environment)
        var terminal = VirtualTerminal(size: size)
        var random = SeededRandom(seed: 5)
        for frame in 0..<9 {
            var grid = Grid(size: size)
            for row in 0..<size.rows {
                for column in 0..<size.columns {
                    let style = Style(
                        foreground: .random(&random), background: .random(&random))
                    grid.set("x", at: Point(column: column, row: row), style: style)
                }
            }
            terminal.feed(compositor.bytes(for: grid))
            #expect(terminal.text() == grid.text())
            // The seventh frame of 10,000 pairs is the first to meet the end of the table.
            if frame < 6 { try expect(terminal, toShow: grid, screen, "frame \(frame)") }
        }
        var calm = Grid(size: size)
        calm.write("calm", at: Point(column: 3, row: 4), style: Style(foreground: .rgb(1, 2, 3)))
        terminal.feed(compositor.bytes(for: calm))
        try expect(terminal, toShow: calm, screen, "calm")
        #expect(terminal.problems == [])
    }

    @Test func `every pure dark blue and every palette entry is itself in 24-bit colour`() throws {
        let size = Size(columns: 64, rows: 8)
        let screen = Screen.all[0]
        let compositor = try Compositor(
            term: screen.term, depth: .rgb, size: size, environment: environment)
        var terminal = VirtualTerminal(size: size)
        var grid = Grid(size: size)
        for index in 0..<256 {
            let byte = UInt8(index)
            let (row, column) = index.quotientAndRemainder(dividingBy: 64)
            grid.set(
                "a", at: Point(column: column, row: row), style: Style(foreground: .palette(byte)))
            grid.set(
                "b", at: Point(column: column, row: row + 4),
                style: Style(foreground: .rgb(0, 0, byte), background: .rgb(255, 255, byte)))
        }
        terminal.feed(compositor.bytes(for: grid))
        try expect(terminal, toShow: grid, screen, "once")
    }

    @Test(arguments: ["xterm-256color", "xterm", "screen", "linux", "vt100"])
    func `without colour no colour is sent`(term: String) throws {
        let size = Size(columns: 40, rows: 10)
        let compositor = try Compositor(
            term: term, depth: .mono, size: size, environment: environment)
        var frames = RandomFrames(size: size, random: SeededRandom(seed: 1))
        for _ in 0..<40 {
            frames.change()
            let text = String(decoding: compositor.bytes(for: frames.grid), as: UTF8.self)
            for sequence in text.matches(of: /\x1B\[([0-9;]*)m/) {
                let numbers = sequence.output.1.split(separator: ";").compactMap { Int($0) }
                #expect(numbers.allSatisfy { $0 < 30 }, "\(sequence.output.1)")
            }
        }
    }

    @Test func `an unknown terminal type and a dumb one are refused with words`() {
        for term in ["no-such-terminal", "dumb", ""] {
            let error = #expect(throws: TerminalError.self) {
                try Compositor(
                    term: term, depth: .mono, size: Size(columns: 80, rows: 24),
                    environment: environment)
            }
            #expect(error?.exitCode == 78)
            #expect(error?.message.contains("TERM") == true)
        }
    }

    @Test func `without tic colours fall back to those of the terminal type`() throws {
        var poor = environment
        poor["XDG_CACHE_HOME"] = "/proc/nowhere"
        let compositor = try Compositor(
            term: "xterm-256color", depth: .rgb, size: Size(columns: 20, rows: 2), environment: poor
        )
        #expect(compositor.depth == .ansi256)
        #expect(compositor.problem != nil)
    }

    @Test func `one cell costs few bytes and an equal frame none`() throws {
        let size = Size(columns: 120, rows: 40)
        let compositor = try Compositor(
            term: "xterm-256color", depth: .rgb, size: size, environment: environment)
        var grid = Grid(size: size)
        _ = compositor.bytes(for: grid)
        let style = Style(foreground: .rgb(200, 100, 50))
        grid.write("a", at: Point(column: 30, row: 20), style: style)
        #expect(compositor.bytes(for: grid).count <= 40)
        grid.write("12:34:56", at: Point(column: 3, row: 0), style: style)
        #expect(compositor.bytes(for: grid).count <= 48)
        #expect(compositor.bytes(for: grid).isEmpty)
    }

    @Test func `what is known of a dumb terminal says what helps`() {
        let known = Capabilities(environment: ["TERM": "dumb", "LANG": "C"])
        #expect(known.colors == nil)
        let term = known.findings.first { $0.name == "TERM" }
        #expect(term?.isProblem == true)
        #expect(term?.value.contains("xterm-256color") == true)
    }

    /// Compares cell by cell; of a blank only what can be seen of it.
    private func expect(
        _ terminal: VirtualTerminal, toShow grid: Grid, _ screen: Screen, _ place: String
    ) throws {
        for row in 0..<grid.size.rows {
            for column in 0..<grid.size.columns {
                let wanted = grid[column, row]
                guard !wanted.isContinuation else { continue }
                let got = terminal[column, row]
                let text = [wanted.scalar] + wanted.marks
                var style = screen.shown(wanted.style)
                var shown = got.style
                if text == [" "] {
                    style = style.visibleOnBlank
                    shown = shown.visibleOnBlank
                }
                try #require(
                    got.text == text && shown == style && got.isWide == wanted.isWide,
                    "\(place), \(column),\(row): \(got) for \(text) \(style)")
            }
        }
    }
}

extension Style {
    fileprivate var visibleOnBlank: Style {
        if !attributes.isDisjoint(with: [.reverse, .underline, .strikethrough]) { return self }
        return Style(background: background)
    }
}

extension Color {
    fileprivate static func random(_ random: inout SeededRandom) -> Color {
        .rgb(
            UInt8(random.below(256)), UInt8(random.below(256)), UInt8(random.below(256)))
    }
}

/// A sequence of frames that change a little or a lot, with everything that is hard to draw.
struct RandomFrames {
    private(set) var grid: Grid
    private var random: SeededRandom

    private static let texts = [
        "plain words", "日本語のテキスト", "a\u{301}e\u{300}o\u{308}", "👩‍👩‍👧 family", "हिन्दी",
        "┌──┐│█▓▒░", "⠁⠂⠄⡀⢀⣿", "🇩🇪 flag", "mixed 漢字 and ascii", "\u{1B}[31mno colour", "ﷺ", "✔ ✘ ?",
        "          ", "tail   ", "ー", "한국어",
    ]

    init(size: Size, random: SeededRandom) {
        grid = Grid(size: size)
        self.random = random
    }

    mutating func resize(_ size: Size) { grid = Grid(size: size) }

    private mutating func style() -> Style {
        func color(_ random: inout SeededRandom) -> Color {
            switch random.below(4) {
            case 0: .standard
            case 1: .palette(UInt8(random.below(16)))
            case 2: .palette(UInt8(random.below(256)))
            default: .random(&random)
            }
        }
        let attributes = random.below(3) == 0 ? UInt8(random.below(64)) : 0
        return Style(
            foreground: color(&random), background: color(&random),
            attributes: Style.Attributes(rawValue: attributes))
    }

    mutating func change() {
        for _ in 0..<[0, 1, 3, 30][random.below(4)] {
            let point = Point(
                column: random.below(grid.size.columns), row: random.below(grid.size.rows))
            switch random.below(6) {
            case 0:
                let rect = Rect(
                    column: point.column, row: point.row, columns: 1 + random.below(30),
                    rows: 1 + random.below(6))
                grid.fill(rect, random.below(2) == 0 ? " " : "█", style: style())
            case 1: grid.set("x", at: point, style: style())
            default:
                let text = Self.texts[random.below(Self.texts.count)]
                grid.write(text, at: point, style: style())
            }
        }
    }
}
