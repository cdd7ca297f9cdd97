import JSONText

extension Item {
    /// Reads the field `item`.
    init(in frame: inout Frame) {
        self.init(frame.object(.item), &frame.report)
    }

    /// Reads an item; an absent one, already reported, is empty.
    init(_ object: ObjectReader?, _ report: inout DecodingReport) {
        guard let object else {
            self.init(id: "", type: "")
            return
        }
        object.check(Vocabularies.item, &report)
        self.init(
            id: object.requiredString("id", &report),
            type: object.requiredString("type", &report), role: object.string("role", &report),
            status: object.string("status", &report), name: object.string("name", &report),
            callID: object.string("call_id", &report),
            arguments: object.string("arguments", &report), output: Self.output(object),
            phase: object.string("phase", &report),
            content: object.array("content", &report).map {
                Part(ObjectReader($0.value, path: $0.path, &report), &report)
            })
        report.check(type, at: object.path(of: "type"), among: Self.types)
        report.check(status, at: object.path(of: "status"), among: Self.statuses)
        if role == "tool" {
            report.note(.xai)
        } else {
            report.check(role, at: object.path(of: "role"), among: Self.roles)
        }
    }

    /// A tool's output is a text or, where a tool answers with parts, an array; that one is kept
    /// as the JSON text it was.
    private static func output(_ object: ObjectReader) -> String? {
        guard let value = object["output"] else { return nil }
        return value.stringValue ?? String(decoding: value.bytes, as: UTF8.self)
    }

    private static let types = [
        "message", "function_call", "function_call_output", "mcp_approval_request",
        "mcp_approval_response", "mcp_call", "mcp_list_tools",
    ]

    private static let roles = ["user", "assistant", "system"]

    private static let statuses = ["in_progress", "completed", "incomplete"]
}

extension Part {
    /// Reads the field `part`.
    init(in frame: inout Frame) {
        self.init(frame.object(.part), &frame.report)
    }

    /// Reads a part; an absent one is empty.
    init(_ object: ObjectReader?, _ report: inout DecodingReport) {
        guard let object else {
            self.init(type: "")
            return
        }
        object.check(Vocabularies.part, &report)
        self.init(
            type: object.requiredString("type", &report), text: object.string("text", &report),
            transcript: object.string("transcript", &report))
        report.check(type, at: object.path(of: "type"), among: Self.types)
    }

    private static let types = [
        "input_text", "input_audio", "input_image", "output_text", "output_audio", "text", "audio",
    ]
}
