package import Engine
import JSONText

/// Tools that are programs, from a JSON file.
///
/// ```json
/// [{"name": "weather", "description": "…", "parameters": {"type": "object"},
///   "command": "./weather.sh", "timeout_ms": 5000}]
/// ```
///
/// The command runs in a shell, gets the arguments as JSON on its standard input and answers on
/// its standard output. A tool without a command is answered by hand.
package enum ToolFile {
    private static let standardTimeout = 10_000

    package static func read(_ path: String) throws(FileError) -> [ToolDefinition] {
        let value: JSON
        do {
            value = try JSON(parsing: try FileAccess.read(path))
        } catch let error as JSONError {
            throw FileError(path: path, message: "\(error)")
        } catch let error as FileError {
            throw error
        } catch {
            throw FileError(path: path, message: "\(error)")
        }
        guard let elements = value.arrayValue else {
            throw FileError(path: path, message: "holds no array of tools")
        }
        var tools: [ToolDefinition] = []
        for (index, element) in elements.enumerated() {
            tools.append(try tool(element, place: "\(path): tool \(index + 1)"))
        }
        return tools
    }

    private static func tool(_ value: JSON, place: String) throws(FileError) -> ToolDefinition {
        guard let name = value["name"]?.stringValue, isName(name) else {
            throw FileError(
                path: place, message: "wants a name of letters, digits, - and _, at most 64")
        }
        guard let description = value["description"]?.stringValue else {
            throw FileError(path: place, message: "\(name) wants a description")
        }
        let parameters = value["parameters"] ?? ["type": "object", "properties": [:]]
        guard parameters.objectValue != nil else {
            throw FileError(path: place, message: "the parameters of \(name) are no JSON Schema")
        }
        let timeout = value["timeout_ms"].map { $0.intValue ?? 0 } ?? standardTimeout
        guard (1...600_000).contains(timeout) else {
            throw FileError(path: place, message: "timeout_ms of \(name) is 1 to 600000")
        }
        let kind: ToolDefinition.Kind
        switch value["command"] {
        case nil: kind = .manual
        case .string(let command): kind = .command(command, timeoutMilliseconds: timeout)
        default: throw FileError(path: place, message: "the command of \(name) is a string")
        }
        return ToolDefinition(
            name: name, description: description, parameters: parameters, kind: kind)
    }

    private static func isName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
                default: false
                }
            }
    }
}
