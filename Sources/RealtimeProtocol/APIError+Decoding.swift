import JSONText

extension APIError {
    /// Reads the error in `field`.
    init(_ field: WireField, in frame: inout Frame) {
        guard let value = frame.tree(field) else {
            self.init(message: "")
            return
        }
        self.init(value, path: field.wireName, &frame.report)
    }

    /// Reads an error; one that is a mere text is taken for its message.
    init(_ value: JSON, path: String, _ report: inout DecodingReport) {
        guard let object = ObjectReader(value, path: path, &report) else {
            self.init(message: value.stringValue ?? "")
            return
        }
        object.check(Vocabularies.error, &report)
        self.init(
            type: object.string("type", &report), code: object.string("code", &report),
            message: object.string("message", &report) ?? "",
            parameter: object.string("param", &report),
            eventID: object.string("event_id", &report))
    }
}

extension RateLimit {
    /// Reads the field `rate_limits`.
    static func list(in frame: inout Frame) -> [RateLimit] {
        guard let value = frame.tree(.rateLimits) else { return [] }
        let elements = ObjectReader.elements(
            value, path: WireField.rateLimits.wireName, &frame.report)
        return elements.compactMap { element in
            guard let object = ObjectReader(element.value, path: element.path, &frame.report)
            else { return nil }
            object.check(Vocabularies.rateLimit, &frame.report)
            return RateLimit(
                name: object.requiredString("name", &frame.report),
                limit: object.double("limit", &frame.report),
                remaining: object.double("remaining", &frame.report),
                resetSeconds: object.double("reset_seconds", &frame.report))
        }
    }
}
