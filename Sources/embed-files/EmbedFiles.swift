import Foundation

/// Writes a Swift file that holds the named text files: `embed-files OUTPUT FILE…`.
///
/// The contents become raw string literals, which the compiler puts into read-only data.
@main
struct EmbedFiles {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard let output = arguments.first else {
            throw Failure(message: "usage: embed-files OUTPUT FILE…")
        }
        var text = """
            /// Files of the package, put in at build time.
            enum EmbeddedFiles {
                /// Name below the package ("themes/nord.toml") and contents, in order of name.
                static let all: [(name: String, contents: String)] = [

            """
        for path in arguments.dropFirst() {
            let url = URL(fileURLWithPath: path)
            let contents = try String(contentsOf: url, encoding: .utf8)
            let folder = url.deletingLastPathComponent().lastPathComponent
            let fence = fence(for: contents)
            text += "(\n\"\(folder)/\(url.lastPathComponent)\",\n"
            text += "\(fence)\"\"\"\n\(contents)\n\"\"\"\(fence)\n),\n"
        }
        text += "    ]\n}\n"
        try text.write(toFile: output, atomically: true, encoding: .utf8)
    }

    /// Enough number signs that nothing inside `text` can end or escape the literal.
    private static func fence(for text: String) -> String {
        var fence = "#"
        while text.contains("\"" + fence) || text.contains("\\" + fence) { fence += "#" }
        return fence
    }

    struct Failure: Error {
        var message: String
    }
}
