import Cells
import Foundation
import FoundationXML
import Testing

@Suite struct ExportTests {
    static let styles: [Style] = [
        plain, red, boldOnBlue, Style(foreground: .palette(12), background: .palette(200)),
        Style(
            foreground: .palette(3), background: .rgb(9, 8, 7),
            attributes: [.dim, .italic, .underline, .reverse, .strikethrough]),
    ]

    static func scribble(on grid: inout Grid, _ random: inout Seeded) {
        grid.write(
            awkwardText(4, &random, extra: ["\"", "\\", "<&>"]),
            at: Point(
                column: .random(in: 0..<grid.size.columns, using: &random),
                row: .random(in: 0..<grid.size.rows, using: &random)),
            style: styles.randomElement(using: &random) ?? plain)
    }

    @Test(arguments: ColorDepth.allCases)
    func `a cast played on a screen shows every frame`(depth: ColorDepth) throws {
        var random = Seeded(9)
        let size = Size(columns: 30, rows: 6)
        var writer = CastWriter(size: size, title: "a \"title\"\n", depth: depth)
        let header = try #require(
            try JSONSerialization.jsonObject(with: Data(writer.header.utf8)) as? [String: Any])
        #expect(header["version"] as? Int == 2 && header["width"] as? Int == 30)
        #expect(header["title"] as? String == "a \"title\"\n")
        var screen = Screen(size)
        var grid = Grid(size: size)
        for frame in 0..<100 {
            if frame > 0 { Self.scribble(on: &grid, &random) }
            let time = Int64(frame) * 33_333_333
            let line = writer.frame(grid, at: time)
            #expect(writer.frame(grid, at: time) == "")
            guard !line.isEmpty else { continue }
            #expect(line.hasSuffix("\n") && line.filter { $0 == "\n" }.count == 1)
            let event = try #require(
                try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [Any])
            #expect(event[1] as? String == "o")
            let seconds = try #require(event[0] as? Double)
            #expect(abs(seconds - Double(time) / 1e9) < 1e-6)
            let output = try #require(event[2] as? String)
            let isUnderstood = screen.feed(output)
            #expect(isUnderstood)
            var wanted = grid
            wanted.restyle(wanted.bounds) { $0.reduced(to: depth) }
            #expect(screen.grid == wanted)
        }
    }

    @Test func `a frame of another size begins with a resize`() {
        var writer = CastWriter(size: Size(columns: 2, rows: 1))
        #expect(
            writer.frame(Grid(3, 1), at: 1_500_000_000)
                == "[1.500000, \"r\", \"3x1\"]\n"
                + "[1.500000, \"o\", \"\\u001b[?25l\\u001b[?7l\\u001b[1;1H\\u001b[m   \"]\n")
        #expect(writer.marker("here", at: 2_000) == "[0.000002, \"m\", \"here\"]\n")
    }

    @Test func `one frame as lines has colours only where there are some`() {
        var grid = Grid(8, 3)
        grid.write("plain", at: Point(column: 0, row: 0), style: plain)
        grid.write("日", at: Point(column: 1, row: 1), style: red)
        grid.fill(Rect(column: 6, row: 2, columns: 2, rows: 1), style: boldOnBlue)
        #expect(
            ANSIWriter.lines(grid, depth: .rgb)
                == "plain\n \u{1B}[0;38;2;255;0;0m日\u{1B}[m\n      \u{1B}[0;1;44m  \u{1B}[m\n")
        #expect(ANSIWriter.lines(grid, depth: .mono) == "plain\n 日\n\n")
    }

    /// Collects the text of a picture, and whatever is not well-formed.
    final class Reader: NSObject, XMLParserDelegate {
        var text = ""
        var elements: [String: Int] = [:]
        var links: [String] = []

        func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
            qualifiedName: String?, attributes: [String: String]
        ) {
            elements[name, default: 0] += 1
            links += attributes.values.filter { $0.contains("url(") || $0.contains("http") }
        }
    }

    @Test func `a picture is well-formed, complete, repeatable and needs nothing else`() throws {
        var random = Seeded(10)
        for _ in 0..<60 {
            var grid = Grid(30, 5)
            for _ in 0..<5 { Self.scribble(on: &grid, &random) }
            let picture = SVGRenderer.svg(grid, theme: .midstreamDark, title: "<&>\u{1B}")
            #expect(picture == SVGRenderer.svg(grid, theme: .midstreamDark, title: "<&>\u{1B}"))
            let reader = Reader()
            let parser = XMLParser(data: Data(picture.utf8))
            parser.delegate = reader
            #expect(parser.parse())
            #expect(reader.links.filter { $0 != "http://www.w3.org/2000/svg" } == [])
            #expect(reader.elements["image"] == nil && reader.elements["style"] == nil)
            func ink(_ text: String) -> [Unicode.Scalar] {
                text.unicodeScalars.filter { !" \n".unicodeScalars.contains($0) }
            }
            #expect(ink(reader.text) == ink("<&>␛" + grid.text()))
        }
    }

    @Test func `frames, blocks and dots are drawn as shapes`() throws {
        var grid = Grid(6, 2)
        grid.box(Rect(columns: 3, rows: 2), .rounded, style: red)
        for (index, scalar) in "▃▌⡁".unicodeScalars.enumerated() {
            grid.set(scalar, at: Point(column: 3 + index, row: 0), style: plain)
        }
        let picture = SVGRenderer.svg(
            grid, foreground: .rgb(1, 2, 3), background: .rgb(0xEE, 0xEE, 0xEE))
        #expect(
            picture == """
                <svg xmlns="http://www.w3.org/2000/svg" width="80" height="60" viewBox="-10 -10 80 60">
                <rect x="-10" y="-10" width="80" height="60" rx="8" fill="#eeeeee"/>
                <g shape-rendering="crispEdges">
                </g>
                <path fill="none" stroke="#ff0000" stroke-width="1.4" d="M5 20v-5q0 -5 5 -5M10 10h10M20 10q5 0 5 5v5\
                M5 20v5q0 5 5 5M10 30h10M20 30q5 0 5 -5v-5"/>
                <path fill="#010203" shape-rendering="crispEdges" \
                d="M30 12.5h10v7.5h-10zM40 0h5v20h-5z"/>
                <path fill="none" stroke="#010203" stroke-width="3.4" stroke-linecap="round" \
                d="M52.5 2.5h0M52.5 17.5h0"/>
                <g font-family="ui-monospace,'JetBrains Mono','DejaVu Sans Mono',Menlo,Consolas,\
                monospace" font-size="16.6" style="white-space:pre">
                </g>
                </svg>

                """)
    }
}
