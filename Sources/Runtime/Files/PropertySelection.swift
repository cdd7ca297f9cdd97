package import Engine
package import TemporalLogic

/// Which properties somebody wants: packs, files and formulas, with parameters of their own.
package struct PropertySelection: Sendable, Equatable {
    package var formulas: [String] = []
    package var files: [String] = []
    /// Names of packs; "default" stands for those that are watched when nobody chooses, "all" for
    /// every one.
    package var packs: [String] = []
    /// `name=value`, for the parameters of packs and files.
    package var settings: [String] = []

    package init() {}

    /// Whether nothing is chosen and nothing set.
    package var isEmpty: Bool {
        formulas.isEmpty && files.isEmpty && packs.isEmpty && settings.isEmpty
    }

    /// The selection with another's packs and files where it has none of its own, and the other's
    /// settings before its own.
    package func withDefaults(of other: PropertySelection) -> PropertySelection {
        var result = self
        if formulas.isEmpty && files.isEmpty && packs.isEmpty {
            result.files = other.files
            result.packs = other.packs
        }
        result.settings = other.settings + settings
        return result
    }

    /// A pack or file with what it says.
    package struct Source: Sendable {
        package var name: String
        package var isDefault: Bool
        package var file: PropertyFile

        package init(name: String, isDefault: Bool, file: PropertyFile) {
            self.name = name
            self.isDefault = isDefault
            self.file = file
        }
    }

    /// What is chosen, in the order formulas, files, packs; the default packs when nothing is.
    package func definitions(
        boundsIn unit: Formula.BoundUnit = .events
    ) throws(FileError) -> [PropertyDefinition] {
        var definitions: [PropertyDefinition] = []
        for text in formulas {
            definitions.append(
                PropertyDefinition(name: text, formula: try Self.formula(text, unit)))
        }
        let choosesNothing = formulas.isEmpty && files.isEmpty && packs.isEmpty
        for source in try sources(
            packs: choosesNothing ? ["default"] : packs, boundsIn: unit)
        {
            definitions += source.file.definitions(pack: source.name)
        }
        guard !definitions.isEmpty else {
            throw FileError(path: "properties", message: "there is no property in them")
        }
        return definitions
    }

    /// The chosen files and the named packs, read with the settings.
    package func sources(
        packs names: [String], boundsIn unit: Formula.BoundUnit = .events
    ) throws(FileError) -> [Source] {
        let settings = try Self.pairs(settings)
        var sources: [Source] = []
        for path in files {
            let text = String(decoding: try FileAccess.read(path), as: UTF8.self)
            let file = PropertyFile(parsing: text, boundsIn: unit, settings: settings)
            sources.append(Source(name: Self.stem(path), isDefault: false, file: file))
            try Self.check(file, path)
        }
        for pack in try Self.packs(names) {
            let file = pack.file(settings: settings)
            sources.append(Source(name: pack.name, isDefault: pack.isDefault, file: file))
            try Self.check(file, pack.name)
        }
        // A parameter of a pack that is not chosen is no mistake, only without effect.
        let known =
            sources.flatMap { $0.file.parameters.map(\.name) }
            + PropertyPack.all.flatMap { $0.file().parameters.map(\.name) }
        for setting in settings where !known.contains(setting.name) {
            throw FileError(
                path: "--parameter \(setting.name)",
                message: "is no parameter; there are " + Self.unique(known).joined(separator: ", "))
        }
        return sources
    }

    private static func unique(_ names: [String]) -> [String] {
        var result: [String] = []
        for name in names where !result.contains(name) { result.append(name) }
        return result
    }

    private static func check(_ file: PropertyFile, _ path: String) throws(FileError) {
        guard let failure = file.failures.first else { return }
        throw FileError(
            path: "\(path):\(failure.line):\(failure.column)", message: failure.message)
    }

    private static func packs(_ names: [String]) throws(FileError) -> [PropertyPack] {
        var packs: [PropertyPack] = []
        for name in names {
            let found: [PropertyPack]
            switch name {
            case "all": found = PropertyPack.all
            case "default": found = PropertyPack.all.filter(\.isDefault)
            default:
                guard let pack = PropertyPack(named: name) else {
                    let known = PropertyPack.all.map(\.name).joined(separator: ", ")
                    throw FileError(
                        path: "pack",
                        message: "there is no pack “\(name)”; there are default, all, \(known)")
                }
                found = [pack]
            }
            packs += found.filter { new in !packs.contains { $0.name == new.name } }
        }
        return packs
    }

    private static func pairs(
        _ settings: [String]
    ) throws(FileError) -> [(name: String, value: String)] {
        var pairs: [(name: String, value: String)] = []
        for setting in settings {
            guard let sign = setting.firstIndex(of: "="), sign > setting.startIndex else {
                throw FileError(
                    path: "--parameter \(setting)", message: "name=value is expected: latency=600ms"
                )
            }
            pairs.append(
                (
                    trimmed(setting[..<sign]),
                    trimmed(setting[setting.index(after: sign)...])
                ))
        }
        return pairs
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }

    private static func formula(
        _ text: String, _ unit: Formula.BoundUnit
    ) throws(FileError) -> Formula {
        do throws(FormulaError) {
            return try Formula(parsing: text, boundsIn: unit)
        } catch {
            throw error.file(of: text)
        }
    }

    /// A file's name without folders and ending.
    private static func stem(_ path: String) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
        return String(name[..<dot])
    }
}
