import JSONText

extension ResponseInfo {
    /// Reads the field `response`, and xAI's `usage` beside it.
    init(in frame: inout Frame) {
        guard let object = frame.object(.response) else {
            self.init(id: "", status: .other(""))
            return
        }
        self.init(object, &frame.report)
        if usage == nil, let object = frame.object(.usage) { usage = Usage(object, &frame.report) }
    }

    private init(_ object: ObjectReader, _ report: inout DecodingReport) {
        object.check(Vocabularies.response, &report)
        let status = ResponseStatus(wireName: object.requiredString("status", &report))
        if case .other(let name) = status, !name.isEmpty {
            report.unknownValues.append("\(object.path(of: "status"))=\(name)")
        }
        self.init(
            id: object.requiredString("id", &report), status: status,
            output: object.array("output", &report).map {
                Item(ObjectReader($0.value, path: $0.path, &report), &report)
            },
            conversationID: object.string("conversation_id", &report),
            metadata: object["metadata"])
        readStatusDetails(object, &report)
        // xAI sends an empty object here and the numbers elsewhere.
        if let usage = object.object("usage", &report), !usage.members.isEmpty {
            self.usage = Usage(usage, &report)
        }
    }

    private mutating func readStatusDetails(
        _ object: ObjectReader, _ report: inout DecodingReport
    ) {
        guard let value = object["status_details"] else { return }
        if value == "unimplemented" {
            report.note(.xai)
            return
        }
        let path = object.path(of: "status_details")
        guard let details = ObjectReader(value, path: path, &report) else { return }
        details.check(Vocabularies.statusDetails, &report)
        statusReason = details.string("reason", &report)
        report.check(
            statusReason, at: details.path(of: "reason"),
            among: ["turn_detected", "client_cancelled", "max_output_tokens", "content_filter"])
        if let value = details["error"] {
            error = APIError(value, path: details.path(of: "error"), &report)
        }
    }
}
