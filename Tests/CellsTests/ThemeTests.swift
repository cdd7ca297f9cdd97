import Cells
import Foundation
import Testing

@Suite struct ThemeTests {
    static let files: [ThemeDescription] = {
        do { return try ThemeFile.all() } catch { preconditionFailure("\(error)") }
    }()

    static func theme(_ name: String) throws -> Theme {
        let description = try #require(files.first { $0.name == name })
        return try description.resolve(library: { parent in files.first { $0.name == parent } })
    }

    /// Roles that may stand back: lines, times, remarks.
    static let dim: Set<Role> = [
        .paneBorder, .textDim, .textPlaceholder, .streamTime, .streamGap, .plotAxis, .plotLabel,
        .verdictPending, .timelineTrack, .scrollTrack, .scrollThumb,
    ]

    @Test func `the built-in themes are those of the folder`() throws {
        let builtIn = Self.files.filter { ["midstream-dark", "mono"].contains($0.name) }
        let source = ThemeSource.source(builtIn)
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try source.write(to: ThemeSource.file, atomically: true, encoding: .utf8)
        } else {
            #expect(ThemeDescription.builtInThemes == builtIn)
        }
    }

    @Test(arguments: files.map(\.name))
    func `every theme is complete`(name: String) throws {
        let theme = try Self.theme(name)
        #expect(Set(theme.roles.keys) == Set(Role.allCases))
        #expect(Set(theme.gradients.keys) == Set(Gradient.allCases))
    }

    @Test(arguments: files.map(\.name))
    func `text can be read on its ground`(name: String) throws {
        let theme = try Self.theme(name)
        for role in Role.allCases {
            let style = theme[role]
            guard style.foreground.components != nil, style.background.components != nil else {
                // The terminal's own colours are the user's choice.
                #expect(["terminal", "mono"].contains(name))
                continue
            }
            let least = Self.dim.contains(role) ? 3 : name == "high-contrast" ? 7 : 4.5
            let contrast = ColorVision.contrast(style.foreground, style.background)
            #expect(contrast >= least, "\(name) \(role.rawValue) \(style)")
        }
    }

    @Test(arguments: files.map(\.name))
    func `true and false differ for eyes without green cones, and without colour at all`(
        name: String
    ) throws {
        let theme = try Self.theme(name)
        let (yes, no) = (theme[.verdictTrue], theme[.verdictFalse])
        #expect(yes.attributes != no.attributes)
        if yes.foreground.components != nil {
            let distance = ColorVision.deuteranopia.distance(yes.foreground, no.foreground)
            #expect(distance > 10, "\(name): \(distance)")
        }
    }

    @Test func `themes for one kind of eyes tell good, warning and bad apart by colour`() throws {
        for (name, eyes) in [
            ("deuteranopia", ColorVision.deuteranopia), ("deuteranopia", .protanopia),
            ("tritanopia", .tritanopia),
        ] {
            let theme = try Self.theme(name)
            let roles: [(Role, Role)] = [
                (.verdictTrue, .verdictFalse), (.metricGood, .metricBad),
                (.metricGood, .metricWarn), (.statusLive, .statusFailed),
            ]
            for (one, other) in roles {
                let styles = (theme[one], theme[other])
                let distance = max(
                    eyes.distance(styles.0.foreground, styles.1.foreground),
                    eyes.distance(styles.0.background, styles.1.background))
                #expect(distance > 25, "\(name) \(one) \(other): \(distance)")
            }
        }
    }

    @Test func `without colours every verdict and every state has attributes of its own`() throws {
        let theme = try Self.theme("mono")
        for role in Role.allCases { #expect(theme[role].reduced(to: .mono) == theme[role]) }
        let groups: [[Role]] = [
            [
                .verdictTrue, .verdictFalse, .verdictPending, .verdictPresumablyTrue,
                .verdictPresumablyFalse,
            ],
            [.metricGood, .metricWarn, .metricBad],
            [.statusLive, .statusPaused, .statusReplay, .statusFailed, .statusBar],
            [.streamUser, .streamAssistant, .streamTool, .streamFailure, .streamInterrupt],
            [.pattern1, .pattern2, .pattern3, .pattern4, .pattern5, .pattern6],
            [.paneBorder, .paneBorderFocus], [.text, .selection, .match],
        ]
        for group in groups {
            #expect(Set(group.map { theme[$0].attributes }).count == group.count, "\(group)")
        }
    }

    @Test func `the documentation names every role, scale and modifier`() throws {
        let file = ThemeFile.root.appending(path: "docs/THEMES.md")
        let text = try String(contentsOf: file, encoding: .utf8)
        for role in Role.allCases where !role.rawValue.hasPrefix("pattern.") {
            #expect(text.contains("`\(role.rawValue)`"), "\(role.rawValue)")
        }
        for gradient in Gradient.allCases {
            #expect(text.contains("`graph.\(gradient.rawValue)`"))
        }
        for (name, _) in Style.Attributes.names { #expect(text.contains("`\(name)`")) }
    }

    @Test func `a selection and the focus can be seen in every theme and depth`() throws {
        for file in Self.files {
            for depth in ColorDepth.allCases {
                let theme = try Self.theme(depth == .mono ? "mono" : file.name)
                #expect(theme[.selection].reduced(to: depth) != theme[.text].reduced(to: depth))
                #expect(
                    theme[.paneTitleFocus].reduced(to: depth)
                        != theme[.paneTitle].reduced(to: depth))
            }
        }
    }

    @Test func `a child changes what a colour's name means in its parent's roles`() throws {
        let child = ThemeDescription(
            name: "mine", inherits: "midstream-dark", palette: ["green": "#00ff00"],
            roles: ["text": .init(foreground: "208", modifiers: ["italic"])])
        let theme = try child.resolve()
        #expect(theme[.metricGood].foreground == .rgb(0, 255, 0))
        #expect(theme[.text].foreground == .palette(208))
        #expect(theme[.text].background == Theme.midstreamDark[.surface].background)
        #expect(theme[.text].attributes == .italic)
        #expect(theme.isDark)
    }

    @Test func `every mistake is named by theme and key`() {
        let wrong = ThemeDescription(
            name: "mine", inherits: "midstream-dark",
            palette: ["blue": "bleu", "default": "#fff"],
            roles: [
                "pane.boarder": .init(foreground: "red"),
                "text": .init(foreground: "inkish", background: "#12345", modifiers: ["blink"]),
            ],
            gradients: ["heat": ["red"], "level": []])
        let error = #expect(throws: ThemeError.self) { try wrong.resolve() }
        #expect(
            error?.description == """
                theme mine: palette.default: is the name of a terminal's colour
                theme mine: "pane.boarder": no role is called so
                theme mine: "graph.heat": no gradient is called so
                theme mine: palette.blue: "bleu" is no colour
                theme mine: "text".fg: "inkish" is neither in the palette nor a colour
                theme mine: "text".bg: "#12345" is neither in the palette nor a colour
                theme mine: "text".modifiers: "blink" is none of bold, dim, italic, underline, \
                reverse, strikethrough
                theme mine: "graph.level": has no colours
                """)
    }

    @Test func `inheritance in a circle or from nothing is an error`() {
        let one = ThemeDescription(name: "one", inherits: "two")
        let two = ThemeDescription(name: "two", inherits: "one")
        let circle = #expect(throws: ThemeError.self) {
            try one.resolve(library: { ["one": one, "two": two][$0] })
        }
        #expect(circle?.problems.first?.message == "inherits itself: one → two → one")
        let orphan = #expect(throws: ThemeError.self) { try one.resolve() }
        #expect(
            orphan?.problems == [
                .init(theme: "one", key: "inherits", message: "no theme is called \"two\"")
            ])
        let bare = #expect(throws: ThemeError.self) {
            try ThemeDescription(name: "bare").resolve()
        }
        #expect(bare?.problems.count == Role.allCases.count + Gradient.allCases.count)
    }

    @Test func `a document of the wrong shape is an error that names the key`() {
        let wrong = #expect(throws: ThemeError.self) {
            try ThemeDescription(
                name: "mine",
                document: [
                    "dark": .string("yes"), "palette": .array([]), "graph.level": .string("red"),
                    "inherits": .other("a date"), "text": .boolean(true),
                    "pane": .table(["border": .string("red")]),
                    "key": .table(["fg": .array([])]), "match": .table(["modifiers": .string("")]),
                ])
        }
        #expect(
            wrong?.description == """
                theme mine: dark: must be true or false, not a string
                theme mine: "graph.level": must be an array of colours, not a string
                theme mine: inherits: must be the name of a theme, not a date
                theme mine: "key".fg: must be a colour, not an array
                theme mine: "match".modifiers: must be an array of strings, not a string
                theme mine: palette: must be a table, not an array
                theme mine: "pane".border: a role has only fg, bg and modifiers; a role's name \
                stands in quotes: "pane.border"
                theme mine: "text": must be a colour, not true or false
                """)
    }

    @Test func `scales mix their colours evenly and hold at their ends`() {
        var theme = Theme.midstreamDark
        theme.gradients[.level] = [.rgb(0, 0, 0), .rgb(100, 200, 50), .rgb(200, 200, 50)]
        #expect(theme.color(.level, at: 0.25) == .rgb(50, 100, 25))
        #expect(theme.color(.level, at: 0.75) == .rgb(150, 200, 50))
        for (place, end) in [
            (-1, Color.rgb(0, 0, 0)), (.nan, .rgb(0, 0, 0)), (1, .rgb(200, 200, 50)),
            (.infinity, .rgb(200, 200, 50)),
        ] {
            #expect(theme.color(.level, at: place) == end)
        }
        theme.gradients[.level] = [.palette(1), .palette(2)]
        #expect(theme.color(.level, at: 0.4) == .palette(1))
        #expect(theme.color(.level, at: 0.6) == .palette(2))
        #expect(theme.bands(.level, count: 1).map(\.foreground) == [.palette(2)])
        #expect(
            theme.bands(.level, count: 3).map(\.foreground) == [
                .palette(1), .palette(2), .palette(2),
            ])
    }
}
