package import Engine
package import Interface
import TOMLKit

/// What a person wants by default, from `tui.toml`; every part is optional.
///
/// ```toml
/// theme = "nord"
/// layout = "phase"
/// ascii = false
/// reduced-motion = false
/// mouse = true
/// hidden = ["events"]
/// metrics = ["tokens", "ladder", "cost"]
/// patterns = ["support.patterns"]
/// series = "pitch:loudness"
///
/// [keys]
/// play-pause = ["space", "K"]
///
/// [live]
/// provider = "compatible"
/// url = "ws://127.0.0.1:8765/v1"
///
/// [session]
/// voice = "cedar"
/// silence = 700
///
/// [properties]
/// packs = ["default", "budget"]
/// files = ["/home/me/agent.properties"]
///
/// [parameters]
/// latency = "600 ms"
/// ```
package struct ConfigurationFile: Sendable, Equatable {
    package var theme: String?
    package var layout: LayoutPreset?
    package var usesASCII: Bool?
    package var reducedMotion: Bool?
    package var mouse: Bool?
    package var hidden: Set<PaneID>?
    package var metrics: [MetricsSection]?
    /// Pattern libraries, relative to the folder of the configuration file.
    package var patternPaths: [String]?
    package var series: SeriesSelection?
    package var keyMap = KeyMap()
    /// How a conversation is held, by the names of the command line's options.
    package var live: [LiveDefault: String] = [:]
    /// Settings of a session of one's own, `name=value`.
    package var session: [String] = []

    /// The options of `live` that may be kept in the file.
    package enum LiveDefault: String, CaseIterable, Sendable {
        case provider, url, model
        case keyFile = "key-file"
        case tools, microphone, loudspeaker, authority
    }
    /// What is watched; empty for the default packs.
    package var properties = PropertySelection()

    package init() {}

    /// Reads `text`; what is wrong is named with file and line, and the rest applies.
    package static func parsing(
        _ text: String, path: String
    ) -> (configuration: ConfigurationFile, problems: [FileError]) {
        var reader = Reader(text: text, path: path)
        do throws(FileError) {
            reader.read(try TOMLFile.table(text, path: path))
        } catch {
            reader.problems.append(error)
        }
        return (reader.result, reader.problems)
    }

    private struct Reader {
        let text: String
        let path: String
        var result = ConfigurationFile()
        var problems: [FileError] = []

        mutating func read(_ table: TOMLTable) {
            for key in table.keys.sorted() {
                guard let value = table[key] else { continue }
                switch key {
                case "theme": result.theme = string(key, value)
                case "layout":
                    result.layout = word(
                        key, value, LayoutPreset.init(rawValue:),
                        of: LayoutPreset.allCases.map(\.rawValue))
                case "ascii": result.usesASCII = flag(key, value)
                case "reduced-motion": result.reducedMotion = flag(key, value)
                case "mouse": result.mouse = flag(key, value)
                case "hidden":
                    result.hidden = words(
                        key, value, { name in PaneID.allCases.first { $0.title == name } },
                        of: PaneID.allCases.map(\.title)
                    ).map(Set.init)
                case "metrics":
                    result.metrics = words(
                        key, value, MetricsSection.init(rawValue:),
                        of: MetricsSection.allCases.map(\.rawValue))
                case "patterns":
                    result.patternPaths = words(key, value, { $0 }, of: ["paths of files"])
                case "series":
                    let words = SeriesKind.allCases.map(\.name)
                    result.series = word(
                        key, value, SeriesSelection.init(text:),
                        of: words + ["or a pair of them, X:Y"])
                case "keys": readKeys(value)
                case "properties": readProperties(value)
                case "parameters": readParameters(value)
                case "live": readLive(value)
                case "session": readSession(value)
                default:
                    complain(
                        key,
                        "is not known; known are theme, layout, ascii, reduced-motion, mouse, hidden, metrics, patterns, series, [keys], [properties], [parameters], [live], [session]"
                    )
                }
            }
        }

        private mutating func readKeys(_ value: any TOMLValueConvertible) {
            guard let table = value.table else { return complain("keys", "must be a table") }
            var overrides: [(id: String, keys: [String])] = []
            for id in table.keys.sorted() {
                guard let value = table[id] else { continue }
                if let key = value.string {
                    overrides.append((id, [key]))
                } else if let array = value.array {
                    let keys = array.compactMap { $0.string }
                    if keys.count < array.count {
                        complain(id, "may only hold keys, which are strings")
                    }
                    overrides.append((id, keys))
                } else {
                    complain(id, "must be a key or an array of keys")
                }
            }
            for override in overrides {
                for problem in KeyMap.overridden(by: [override]).problems {
                    complain(override.id, problem)
                }
            }
            result.keyMap = KeyMap.overridden(by: overrides).map
        }

        private mutating func readLive(_ value: any TOMLValueConvertible) {
            guard let table = value.table else { return complain("live", "must be a table") }
            for name in table.keys.sorted() {
                guard let value = table[name] else { continue }
                guard let option = LiveDefault(rawValue: name) else {
                    let known = LiveDefault.allCases.map(\.rawValue).joined(separator: ", ")
                    complain(name, "is not known; known are \(known)")
                    continue
                }
                result.live[option] = string(name, value)
            }
        }

        private mutating func readSession(_ value: any TOMLValueConvertible) {
            guard let table = value.table else { return complain("session", "must be a table") }
            var settings = SessionSettings()
            for name in table.keys.sorted() {
                guard let value = table[name] else { continue }
                let text =
                    value.string ?? value.int.map { String($0) }
                    ?? value.double.map { "\($0)" } ?? value.bool.map { $0 ? "on" : "off" }
                guard let text else {
                    complain(name, "must be a text, a number, or true or false")
                    continue
                }
                do throws(SettingsError) {
                    try settings.apply(assignment: "\(name)=\(text)")
                    result.session.append("\(name)=\(text)")
                } catch {
                    complain(name, error.message)
                }
            }
        }

        private mutating func readProperties(_ value: any TOMLValueConvertible) {
            guard let table = value.table else { return complain("properties", "must be a table") }
            for key in table.keys.sorted() {
                guard let value = table[key] else { continue }
                guard let array = value.array, array.allSatisfy({ $0.string != nil }) else {
                    complain(key, "must be an array of texts")
                    continue
                }
                let texts = array.compactMap { $0.string }
                switch key {
                case "packs": result.properties.packs = texts
                case "files": result.properties.files = texts
                default: complain(key, "is not known; known are packs, files")
                }
            }
        }

        private mutating func readParameters(_ value: any TOMLValueConvertible) {
            guard let table = value.table else { return complain("parameters", "must be a table") }
            for key in table.keys.sorted() {
                guard let value = table[key] else { continue }
                if let text = value.string ?? value.int.map({ "\($0)" })
                    ?? value.double.map({ "\($0)" })
                {
                    result.properties.settings.append("\(key)=\(text)")
                } else {
                    complain(key, "must be a quantity: \"800 ms\" or a number")
                }
            }
        }

        private mutating func string(_ key: String, _ value: any TOMLValueConvertible) -> String? {
            if let text = value.string { return text }
            complain(key, "must be a string")
            return nil
        }

        private mutating func flag(_ key: String, _ value: any TOMLValueConvertible) -> Bool? {
            if let flag = value.bool { return flag }
            complain(key, "must be true or false")
            return nil
        }

        private mutating func word<Value>(
            _ key: String, _ value: any TOMLValueConvertible, _ make: (String) -> Value?,
            of known: [String]
        ) -> Value? {
            if let text = value.string, let result = make(text) { return result }
            complain(key, "must be one of " + known.joined(separator: ", "))
            return nil
        }

        private mutating func words<Value>(
            _ key: String, _ value: any TOMLValueConvertible, _ make: (String) -> Value?,
            of known: [String]
        ) -> [Value]? {
            guard let array = value.array else {
                complain(key, "must be an array of " + known.joined(separator: ", "))
                return nil
            }
            var result: [Value] = []
            for element in array {
                if let text = element.string, let value = make(text) {
                    result.append(value)
                } else {
                    complain(key, "may only hold " + known.joined(separator: ", "))
                }
            }
            return result
        }

        private mutating func complain(_ key: String, _ message: String) {
            let place = TOMLFile.line(of: key, in: text).map { ":\($0)" } ?? ""
            problems.append(FileError(path: path + place, message: "\(key): \(message)"))
        }
    }
}
