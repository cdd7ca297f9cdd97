import Cells
import Engine
import Foundation
import Interface
import Testing

@testable import Runtime

struct ConfigurationFileTests {
    @Test func `every key of the file is read`() {
        let (file, problems) = ConfigurationFile.parsing(
            """
            theme = "nord"
            layout = "phase"
            ascii = true
            reduced-motion = true
            mouse = false
            hidden = ["events", "metrics"]
            metrics = ["cost", "tokens"]

            [keys]
            play-pause = ["space", "K"]
            zoom = "Z"
            """, path: "tui.toml")
        #expect(problems.isEmpty)
        #expect(file.theme == "nord")
        #expect(file.layout == .phase)
        #expect(file.usesASCII == true)
        #expect(file.reducedMotion == true)
        #expect(file.mouse == false)
        #expect(file.hidden == [.events, .metrics])
        #expect(file.metrics == [.cost, .tokens])
        #expect(file.keyMap.action(for: "K", focus: .stream) == .playPause)
        #expect(file.keyMap.action(for: "Z", focus: .stream) == .zoom)
        #expect(file.keyMap.action(for: "z", focus: .stream) == nil)
    }

    @Test func `an empty file changes nothing`() {
        let (file, problems) = ConfigurationFile.parsing("", path: "tui.toml")
        #expect(file == ConfigurationFile())
        #expect(problems.isEmpty)
    }

    @Test(arguments: [
        ("layout = \"tower\"", "layout", "overview, stream, phase, verdicts"),
        ("layout = 3", "layout", "must be one of"), ("theme = 5", "theme", "must be a string"),
        ("ascii = \"yes\"", "ascii", "must be true or false"),
        ("mouse = 1", "mouse", "true or false"),
        ("hidden = \"events\"", "hidden", "must be an array"),
        ("hidden = [\"basement\"]", "hidden", "may only hold"),
        ("metrics = [1]", "metrics", "may only hold"),
        ("colour = \"red\"", "colour", "is not known"), ("keys = 3", "keys", "must be a table"),
    ])
    func `a bad value is named with file, line and reason`(
        line: String, key: String, reason: String
    ) {
        let (file, problems) = ConfigurationFile.parsing(
            "# comment\nreduced-motion = true\n\(line)\n", path: "tui.toml")
        #expect(problems.count == 1)
        #expect(problems.first?.path == "tui.toml:3")
        #expect(problems.first?.message.hasPrefix("\(key): ") == true)
        #expect(problems.first?.message.contains(reason) == true, "\(problems)")
        #expect(file.reducedMotion == true, "the rest applies")
    }

    @Test(arguments: [
        ("fly = \"w\"", "there is no action “fly”"),
        ("zoom = [\"ctrl-\"]", "“ctrl-” (for zoom) is not a key"),
        ("zoom = 3", "must be a key or an array of keys"), ("zoom = [3]", "may only hold keys"),
    ])
    func `a bad binding is named with its line and the others apply`(line: String, reason: String) {
        let (file, problems) = ConfigurationFile.parsing(
            "[keys]\nquit = \"Q\"\n\(line)\n", path: "tui.toml")
        #expect(problems.count == 1)
        #expect(problems.first?.path == "tui.toml:3")
        #expect(problems.first?.message.contains(reason) == true, "\(problems)")
        #expect(file.keyMap.action(for: "Q", focus: .stream) == .quit)
    }

    @Test func `a conversation's defaults are read, and the command line goes before them`() throws
    {
        let (file, problems) = ConfigurationFile.parsing(
            """
            [live]
            provider = "compatible"
            url = "ws://127.0.0.1:8787/v1"
            model = "gpt-realtime-mini"
            key-file = "/home/me/key"
            tools = "tools.json"
            microphone = "hw:1"
            loudspeaker = "hw:2"
            authority = "ca.pem"

            [session]
            voice = "cedar"
            speed = 1.25
            silence = 700
            tools = false
            """, path: "tui.toml")
        #expect(problems.isEmpty)
        var options = LiveOptions()
        options.settings = ["voice=marin"]
        options.model = "gpt-realtime-2.1"
        options.devices.loudspeaker = nil
        try options.fill(from: file)
        #expect(options.provider == .compatible)
        #expect(options.url == "ws://127.0.0.1:8787/v1")
        #expect(options.model == "gpt-realtime-2.1")
        #expect(options.keyPath == "/home/me/key")
        #expect(options.toolsPath == "tools.json")
        #expect(options.authorityPath == "ca.pem")
        #expect(options.devices == .init(microphone: "hw:1", loudspeaker: nil))
        #expect(
            options.settings == [
                "silence=700", "speed=1.25", "tools=off", "voice=cedar", "voice=marin",
            ])
        var settings = SessionSettings()
        for assignment in options.settings { try settings.apply(assignment: assignment) }
        #expect(settings.voice == "marin" && settings.speed == 1.25 && !settings.usesTools)
    }

    @Test func `where to is one thing: an address on the command line ends the file's provider`()
        throws
    {
        let (file, _) = ConfigurationFile.parsing(
            "[live]\nprovider = \"azure\"\n", path: "tui.toml")
        var options = LiveOptions()
        options.url = "ws://127.0.0.1:1/v1"
        try options.fill(from: file)
        #expect(options.provider == nil)
        let (wrong, problems) = ConfigurationFile.parsing(
            "[live]\nprovider = \"nobody\"\n", path: "tui.toml")
        #expect(problems.isEmpty)
        var other = LiveOptions()
        #expect(throws: FileError.self) { try other.fill(from: wrong) }
    }

    @Test(arguments: [
        ("live", "volume = 3", "is not known"), ("live", "url = 3", "must be a string"),
        ("live", "key = \"sk-x\"", "is not known"),
        ("session", "speed = 9", "from 0.25 to 1.5"), ("session", "silence = 1.5", "whole number"),
        ("session", "voice = [1]", "must be a text"), ("session", "pitch = 2", "is no setting"),
        ("session", "modality = \"video\"", "audio, text"),
        ("session", "tools = \"maybe\"", "on or off"),
    ])
    func `a bad default of a conversation is named with its line and the others apply`(
        table: String, line: String, reason: String
    ) {
        let (file, problems) = ConfigurationFile.parsing(
            "[live]\nmodel = \"m\"\n" + (table == "live" ? "" : "[session]\n") + line + "\n",
            path: "tui.toml")
        #expect(problems.count == 1, "\(problems)")
        #expect(problems.first?.path == (table == "live" ? "tui.toml:3" : "tui.toml:4"))
        #expect(problems.first?.message.contains(reason) == true, "\(problems)")
        #expect(file.live[.model] == "m")
    }

    @Test func `text that is no TOML is named with its place`() {
        let (file, problems) = ConfigurationFile.parsing(
            "theme = \"nord\"\nlayout = = 3\n", path: "tui.toml")
        #expect(file == ConfigurationFile())
        #expect(problems.count == 1)
        #expect(problems.first?.path.hasPrefix("tui.toml:2:") == true, "\(problems)")
        #expect(problems.first?.message.isEmpty == false)
    }
}

struct ThemeLibraryTests {
    @Test func `every file of the themes folder is a theme and the default one is first`() {
        let library = ThemeLibrary()
        #expect(library.problems.isEmpty)
        #expect(library.themes.first?.name == "midstream-dark")
        let names = library.themes.map(\.name)
        #expect(names.sorted() == PackageFiles.names(in: "themes", suffix: ".toml"))
        #expect(Array(names.dropFirst()) == names.dropFirst().sorted())
    }

    @Test func `a person's own theme joins, and replaces one of the same name`() throws {
        let own = "inherits = \"midstream-dark\"\n[palette]\ntext = \"#112233\"\n"
        let library = ThemeLibrary(files: [("mine.toml", own), ("nord.toml", own)])
        if !library.problems.isEmpty { Issue.record("\(library.problems)") }
        #expect(library.themes.contains { $0.name == "mine" })
        #expect(library.themes.count { $0.name == "nord" } == 1)
        #expect(library.themes.count == PackageFiles.names(in: "themes", suffix: ".toml").count + 1)
    }

    @Test(arguments: [
        ("broken = = 1\n", "bad.toml"),
        ("inherits = \"midstream-dark\"\n\"no.such.role\" = \"red\"\n", "bad"),
        ("inherits = \"nobody\"\n", "bad"), ("inherits = 3\n", "bad"),
        ("inherits = \"midstream-dark\"\ntext = \"#12\"\n", "bad"),
        ("inherits = \"bad\"\n", "bad"),
    ])
    func `a bad theme is named and the others are there`(text: String, place: String) {
        let library = ThemeLibrary(files: [("themes/bad.toml", text)])
        #expect(!library.problems.isEmpty)
        #expect(library.problems.allSatisfy { $0.path.contains(place) && !$0.message.isEmpty })
        #expect(library.themes.count { $0.name != "bad" } == ThemeLibrary().themes.count)
    }
}

struct StateStoreTests {
    @Test func `theme and layout are remembered`() throws {
        let folder = try TemporaryDirectory()
        let store = StateStore(directory: folder.path("deep/er"))
        #expect(store.load() == (nil, nil, true))
        let themes = ThemeLibrary().themes
        for theme in themes {
            for preset in LayoutPreset.allCases {
                let app = App(
                    configuration: AppConfiguration(
                        engine: .standard, themes: themes, themeName: theme.name, preset: preset))
                store.save(app) { Issue.record("\($0)") }
                #expect(store.load() == (theme.name, preset, false))
            }
        }
    }

    @Test func `a state file that cannot be read is as if nothing had been changed`() throws {
        let folder = try TemporaryDirectory()
        try FileAccess.write(Array("= =".utf8), to: folder.path("tui.toml"), replaces: false)
        #expect(StateStore(directory: folder.url.path()).load() == (nil, nil, false))
    }

    @Test func `what cannot be remembered is said`() throws {
        let folder = try TemporaryDirectory()
        try FileAccess.write([], to: folder.path("file"), replaces: false)
        var said: [String] = []
        StateStore(directory: folder.path("file/below")).save(
            App(configuration: AppConfiguration(engine: .standard, themes: [.midstreamDark]))
        ) { said.append($0) }
        #expect(said.count == 1)
        #expect(said.first?.hasPrefix("not remembered: ") == true)
    }

    @Test func `without a home nothing is remembered and nothing is said`() {
        let store = StateStore(directory: nil)
        store.save(
            App(configuration: AppConfiguration(engine: .standard, themes: [.midstreamDark]))
        ) {
            Issue.record("\($0)")
        }
        #expect(store.load() == (nil, nil, true))
    }
}
