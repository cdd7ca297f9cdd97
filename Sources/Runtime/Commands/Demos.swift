package import Interface
import Recordings

/// The recordings and key scripts that are part of the program.
package enum Demos {
    /// The recording that the program shows when it is started with nothing else.
    package static let standard = "tour"

    /// Every demo by name, in order.
    package static var names: [String] {
        EmbeddedFiles.all.compactMap { file in
            guard file.name.hasPrefix("recordings/"), file.name.hasSuffix(".jsonl") else {
                return nil
            }
            return String(file.name.dropFirst("recordings/".count).dropLast(".jsonl".count))
        }
    }

    private static func contents(_ name: String) -> String? {
        EmbeddedFiles.all.first { $0.name == "recordings/" + name }?.contents
    }

    /// The recording of a demo.
    package static func source(_ name: String) throws(FileError) -> EventSource {
        guard let text = contents(name + ".jsonl") else {
            throw FileError(
                path: name,
                message: "there is no demo of this name; there are " + names.joined(separator: ", ")
            )
        }
        return try EventSource(bytes: Array(text.utf8), path: name, title: name)
    }

    /// A demo's recording, or the file at a path when there is no demo of this name.
    static func source(nameOrPath: String) throws(FileError) -> EventSource {
        names.contains(nameOrPath) && !FileAccess.exists(nameOrPath)
            ? try source(nameOrPath) : try EventSource(opening: nameOrPath)
    }

    /// The keys of a demo; nil when it plays by itself.
    package static func script(_ name: String) throws(FileError) -> KeyScript? {
        guard let text = contents(name + ".keys") else { return nil }
        do {
            return try KeyScript(parsing: text)
        } catch {
            throw FileError(path: "\(name).keys:\(error.line)", message: error.message)
        }
    }

    /// What a demo shows: the first comment of its script.
    package static func title(_ name: String) -> String {
        let first = contents(name + ".keys")?.split(separator: "\n").first { $0.hasPrefix("#") }
        return first.map { String($0.drop { $0 == "#" || $0 == " " }) } ?? ""
    }
}
