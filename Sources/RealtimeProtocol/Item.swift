/// An item of the conversation: a message, a tool call, a tool's output, an MCP step.
package struct Item: Equatable, Sendable {
    package var id: String
    /// As on the wire: "message", "function_call", "function_call_output", "mcp_call" …
    package var type: String
    package var role: String?
    /// As on the wire: "in_progress", "completed", "incomplete".
    package var status: String?
    /// The tool's name.
    package var name: String?
    package var callID: String?
    /// The tool's arguments: JSON text that the model wrote, not necessarily well-formed.
    package var arguments: String?
    /// What the tool answered.
    package var output: String?
    /// "commentary" or "final_answer" where the model marks its messages so.
    package var phase: String?
    package var content: [Part]

    package init(
        id: String, type: String, role: String? = nil, status: String? = nil, name: String? = nil,
        callID: String? = nil, arguments: String? = nil, output: String? = nil,
        phase: String? = nil, content: [Part] = []
    ) {
        self.id = id
        self.type = type
        self.role = role
        self.status = status
        self.name = name
        self.callID = callID
        self.arguments = arguments
        self.output = output
        self.phase = phase
        self.content = content
    }
}

/// A part of a message: text, or audio with its transcript.
package struct Part: Equatable, Sendable {
    /// As on the wire: "input_text", "input_audio", "output_text", "text" …; empty when absent.
    package var type: String
    package var text: String?
    package var transcript: String?

    package init(type: String, text: String? = nil, transcript: String? = nil) {
        self.type = type
        self.text = text
        self.transcript = transcript
    }
}
