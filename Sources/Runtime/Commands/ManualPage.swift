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
        for command in root["subcommands"]?.arrayValue ?? [] where shows(command) {
            page += section(of: command)
        }
        return page + keys + files
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

    private static func section(of command: JSON) -> String {
        var text = ".SS \(escape(command["commandName"]?.stringValue ?? ""))\n"
        text += paragraph(command["abstract"]?.stringValue ?? "")
        if let discussion = command["discussion"]?.stringValue {
            text += ".PP\n" + paragraph(discussion)
        }
        for argument in command["arguments"]?.arrayValue ?? []
        where argument["shouldDisplay"]?.boolValue ?? true {
            text += ".TP\n.B " + escape(spelling(of: argument)) + "\n"
            text += paragraph(argument["abstract"]?.stringValue ?? "")
        }
        return text
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
