package import Engine
package import Timeline

/// A line that a person writes to a session.
package struct Composer: Sendable, Equatable {
    package enum Purpose: Sendable, Equatable {
        case message
        /// The answer to a call of a tool.
        case tool(ToolCall)
    }

    package var purpose: Purpose
    package var session: SourceID
    package var text = ""

    /// More is no message for a person's hands; a paste beyond it is cut, which is said.
    static let limit = 8_000

    package init(_ purpose: Purpose, for session: SourceID) {
        self.purpose = purpose
        self.session = session
    }

    /// What stands before the line.
    var label: String {
        switch purpose {
        case .message: "say: "
        case .tool(let call): "\(call.name)(\(call.arguments.prefix(60))) = "
        }
    }
}

extension App {
    /// Takes a key into the line that is being written.
    mutating func compose(_ key: String) -> [Command] {
        guard var composer = view.composer else { return [] }
        switch key {
        case "escape", "ctrl-c", "ctrl-g":
            view.composer = nil
            return []
        case "enter":
            // The line stays open for the next message, as in any conversation.
            view.composer =
                composer.purpose == .message && !composer.text.isEmpty
                ? Composer(.message, for: composer.session) : nil
            return finish(composer)
        case "backspace":
            if composer.text.isEmpty {
                view.composer = nil
                return []
            }
            composer.text.removeLast()
        case "ctrl-u": composer.text = ""
        case "ctrl-w":
            while composer.text.last == " " { composer.text.removeLast() }
            while let last = composer.text.last, last != " " { composer.text.removeLast() }
        default:
            guard let text = KeyName.text(of: key) else { return [] }
            guard composer.text.count < Composer.limit else {
                view.notice = "a message has at most \(Composer.limit) characters"
                return []
            }
            composer.text += text
        }
        view.composer = composer
        return []
    }

    private mutating func finish(_ composer: Composer) -> [Command] {
        guard !composer.text.isEmpty else { return [] }
        switch composer.purpose {
        case .message: return perform(.say(composer.text), for: composer.session)
        case .tool(let call):
            return perform(
                .answerTool(callID: call.callID, output: composer.text), for: composer.session)
        }
    }
}
