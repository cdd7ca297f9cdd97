import Interface
import JSONText

/// The manual page, from the argument parser's own description and the action table.
package enum ManualPage {
    /// - Parameter help: what swift-argument-parser's `--experimental-dump-help` prints.
    package static func text(help: String) throws -> String {
        let root = try JSON(parsing: Array(help.utf8))["command"] ?? .null
        var page = ".TH MIDSTREAM-TUI 1\n.SH NAME\nmidstream-tui \\- "
        page += escape(root["abstract"]?.stringValue ?? "") + "\n"
        page += ".SH SYNOPSIS\n.B midstream-tui\n[\\fIcommand\\fR] [\\fIoptions\\fR]\n"
        page += ".SH DESCRIPTION\n" + paragraph(root["discussion"]?.stringValue ?? "")
        page += ".SH COMMANDS\n"
        return page + sections(of: root, below: "") + keys + files
    }

    /// The keys as a table in Markdown.
    package static var keyTable: String {
        var text = "| key | does | name |\n|---|---|---|\n"
        for entry in ActionTable.entries {
            let keys = entry.keys.map { "`\(KeyName.display($0))`" }.joined(separator: " ")
            text += "| \(keys) | \(entry.help) | `\(entry.id)` |\n"
        }
        return text
    }

    private static func shows(_ value: JSON) -> Bool {
        let name = value["commandName"]?.stringValue
        return value["shouldDisplay"]?.boolValue ?? true && name != "help" && name != "start"
    }

    /// The commands of one, and theirs after each.
    private static func sections(of command: JSON, below path: String) -> String {
        var text = ""
        for command in command["subcommands"]?.arrayValue ?? [] where shows(command) {
            let name = path + (command["commandName"]?.stringValue ?? "")
            text += section(of: command, name: name)
            text += sections(of: command, below: name + " ")
        }
        return text
    }

    private static func section(of command: JSON, name: String) -> String {
        var text = ".SS \(escape(name))\n"
        text += paragraph(command["abstract"]?.stringValue ?? "")
        if let discussion = command["discussion"]?.stringValue {
            text += ".PP\n" + paragraph(discussion)
        }
        for argument in command["arguments"]?.arrayValue ?? []
        where argument["shouldDisplay"]?.boolValue ?? true {
            text += ".TP\n.B " + escape(spelling(of: argument)) + "\n"
            text += paragraph(explanation(of: argument))
        }
        return text
    }

    private static func explanation(of argument: JSON) -> String {
        let text = argument["abstract"]?.stringValue ?? ""
        guard let value = argument["defaultValue"]?.stringValue, !value.isEmpty else { return text }
        return text + (text.isEmpty ? "" : " ") + "(default: \(value))"
    }

    private static func spelling(of argument: JSON) -> String {
        let value = argument["valueName"]?.stringValue ?? ""
        let names = (argument["names"]?.arrayValue ?? []).map { name in
            (name["kind"]?.stringValue == "short" ? "-" : "--") + (name["name"]?.stringValue ?? "")
        }
        switch argument["kind"]?.stringValue {
        case "positional": return "<\(value)>"
        case "option": return names.joined(separator: ", ") + " <\(value)>"
        default: return names.joined(separator: ", ")
        }
    }

    private static var keys: String {
        var text = ".SH KEYS\n"
        var group = ""
        for entry in ActionTable.entries {
            if entry.group != group {
                group = entry.group
                text += ".SS \(group)\n"
            }
            let keys = entry.keys.map { KeyName.display($0, ascii: true) }.joined(separator: ", ")
            text += ".TP\n.B \(escape(keys))\n\(paragraph("\(entry.help) (\(entry.id))."))"
        }
        return text
    }

    private static let files = """
        .SH FILES
        .TP
        .I $XDG_CONFIG_HOME/midstream/tui.toml
        Theme, layout, keys by action, metrics shown.
        .TP
        .I $XDG_CONFIG_HOME/midstream/themes/*.toml
        A person's own themes.
        .TP
        .I $XDG_STATE_HOME/midstream/tui.toml
        The theme and layout last chosen by key.
        .TP
        .I $XDG_STATE_HOME/midstream/peer/
        The development certificate of a host, its secret, and a guest's tickets.

        """

    private static func paragraph(_ text: String) -> String {
        let escaped = escape(text)
        return (escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" : "") + escaped + "\n"
    }

    private static func escape(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            default: result.append(character)
            }
        }
        return result
    }
}
