import Cells
package import Engine
package import Interface
package import Recordings
package import Terminal

/// What the command line may say about how the program looks and behaves.
package struct ProgramOptions: Sendable {
    package var theme: String?
    package var layout: LayoutPreset?
    package var usesASCII = false
    package var reducedMotion = false
    package var color = ColorChoice.auto
    package var mouse = true
    /// The series that the attractor pane shows at first.
    package var series: String?
    /// Another file than the one in the configuration directory.
    package var configurationPath: String?
    /// Pattern libraries to search for beside the built-in one.
    package var patternPaths: [String] = []
    /// What is watched instead of what the configuration says.
    package var properties = PropertySelection()

    package init() {}
}

/// Everything that a run of the interface starts from, put together in the order defaults,
/// configuration file, what was remembered, command line.
package struct Wiring {
    package var configuration: AppConfiguration
    package var store: StateStore
    package var mouse: Bool
    /// What the configuration file says about conversations.
    package var file: ConfigurationFile
    /// Whether this is the first start.
    package var isFirstRun: Bool
    /// What could not be used; the rest applies.
    package var problems: [FileError]
    private let options: ProgramOptions
    private let header: RecordingHeader
    private let remembers: Bool

    /// - Parameter remembers: whether state of earlier runs counts; tests and printed frames
    ///   shall not depend on it.
    package init(
        _ options: ProgramOptions, header: RecordingHeader, remembers: Bool
    ) throws(FileError) {
        (self.options, self.header, self.remembers) = (options, header, remembers)
        let environment = processEnvironment()
        let configurationFolder = UserDirectory.configuration(environment)
        store = StateStore(directory: remembers ? UserDirectory.state(environment) : nil)
        let state = remembers ? store.load() : (theme: nil, layout: nil, isFirstRun: false)
        let path =
            options.configurationPath
            ?? (remembers ? configurationFolder.map { $0 + "/tui.toml" } : nil)
        file = ConfigurationFile()
        problems = []
        if let path, options.configurationPath != nil || FileAccess.exists(path) {
            let text = String(decoding: try FileAccess.read(path), as: UTF8.self)
            (file, problems) = ConfigurationFile.parsing(text, path: path)
        }
        let series = try Self.selection(options.series)
        let library = ThemeLibrary(
            files: remembers || options.theme != nil
                ? Self.ownThemes(below: configurationFolder) : [])
        problems += library.problems
        let theme = options.theme ?? state.theme ?? file.theme
        if let theme, !library.themes.contains(where: { $0.name == theme }) {
            let problem = FileError(
                path: "theme",
                message: "there is no theme “\(theme)”; there are "
                    + library.themes.map(\.name).joined(separator: ", "))
            if options.theme != nil { throw problem }
            problems.append(problem)
        }
        configuration = AppConfiguration(
            engine: .forRecording(header), themes: library.themes, themeName: theme,
            preset: options.layout ?? state.layout ?? file.layout ?? .overview,
            usesASCII: options.usesASCII || file.usesASCII ?? false,
            reducedMotion: options.reducedMotion || file.reducedMotion ?? false,
            keyMap: file.keyMap, hidden: file.hidden ?? [],
            metrics: file.metrics ?? MetricsSection.allCases,
            series: series ?? file.series)
        problems += Self.addPatterns(
            of: file.patternPaths ?? [], beside: path, to: &configuration.engine)
        try PatternFile.add(options.patternPaths, to: &configuration.engine)
        mouse = options.mouse && file.mouse ?? true
        isFirstRun = state.isFirstRun
        try chooseProperties(options.properties, file.properties, beside: path)
    }

    /// The same from files that may have changed since.
    func again() throws(FileError) -> Wiring {
        try Wiring(options, header: header, remembers: remembers)
    }

    /// How the terminal shall be used.
    var screen: ScreenOptions { ScreenOptions(color: options.color, mouse: mouse) }

    /// Watches what the command line says, else what the configuration file says, whose own files
    /// are relative to its folder.
    private mutating func chooseProperties(
        _ chosen: PropertySelection, _ standing: PropertySelection, beside file: String?
    ) throws(FileError) {
        var standing = standing
        let folder = file.flatMap { path in
            path.lastIndex(of: "/").map { String(path[...$0]) }
        }
        standing.files = standing.files.map { $0.hasPrefix("/") ? $0 : (folder ?? "") + $0 }
        if !chosen.isEmpty {
            configuration.engine.properties = try chosen.withDefaults(of: standing).definitions()
        } else if !standing.isEmpty {
            do throws(FileError) {
                configuration.engine.properties = try standing.definitions()
            } catch {
                problems.append(error)
            }
        }
    }

    /// Adds the libraries that the configuration file names, relative to its folder.
    private static func addPatterns(
        of paths: [String], beside file: String?, to configuration: inout EngineConfiguration
    ) -> [FileError] {
        let folder = file.flatMap { path in
            path.lastIndex(of: "/").map { String(path[...$0]) }
        }
        var problems: [FileError] = []
        for path in paths {
            let isRelative = !path.hasPrefix("/")
            do throws(FileError) {
                let (library, faults) = try PatternFile.read(
                    isRelative ? (folder ?? "") + path : path)
                configuration.add(library)
                problems += faults
            } catch {
                problems.append(error)
            }
        }
        return problems
    }

    private static func selection(_ text: String?) throws(FileError) -> SeriesSelection? {
        guard let text else { return nil }
        guard let selection = SeriesSelection(text: text) else {
            throw FileError(
                path: "series",
                message: "“\(text)” is none of "
                    + SeriesKind.allCases.map(\.name).joined(separator: ", ")
                    + ", nor a pair of them such as pitch:loudness")
        }
        return selection
    }

    private static func ownThemes(below folder: String?) -> [(
        path: String, contents: String
    )] {
        guard let folder = folder.map({ $0 + "/themes" }) else { return [] }
        return directoryEntries(folder).filter { $0.hasSuffix(".toml") }.compactMap { name in
            guard let bytes = try? FileAccess.read(folder + "/" + name) else { return nil }
            return (folder + "/" + name, String(decoding: bytes, as: UTF8.self))
        }
    }
}

extension EngineConfiguration {
    /// The standard analysis with the clock that a recording says it has.
    package static func forRecording(_ header: RecordingHeader) -> EngineConfiguration {
        var configuration = EngineConfiguration.standard
        configuration.clock =
            switch header.clock {
            case .measured: .measured
            case .partial: .partial
            case .none: .none
            }
        configuration.startedAtUnixSeconds = header.startedAt.flatMap(Timestamp.unixSeconds(of:))
        return configuration
    }
}
