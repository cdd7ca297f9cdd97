import JSONText

package extension EventRow {
    /// What the row says, in one line of at most about `limit` characters; made when it is shown.
    /// Control characters are left in: the grid draws them as pictures.
    func summary(limit: Int = 160) -> String {
        guard !raw.isEmpty else { return "\(byteCount) bytes" }
        guard direction != .local, let scan = try? JSONObjectScan(raw) else {
            return String(decoding: raw.prefix(limit), as: UTF8.self)
        }
        return String(Self.words(of: type, scan).prefix(limit))
    }

    var summary: String { summary() }

    private static func words(of type: String, _ scan: JSONObjectScan) -> String {
        if type.hasSuffix("audio.delta") || type == "input_audio_buffer.append" {
            let text = scan.raw("delta") ?? scan.raw("audio") ?? []
            return "\(text.count * 3 / 4) bytes of audio"
        }
        for key in ["delta", "text", "transcript", "arguments"] {
            if let text = scan.string(key) { return "\"\(text)\"" }
        }
        if let response = scan.value("response") { return words(ofResponse: response) }
        if let error = scan.value("error") {
            return [error["code"]?.stringValue, error["message"]?.stringValue].compactMap { $0 }
                .joined(separator: ": ")
        }
        if let item = scan.value("item") { return words(ofItem: item) }
        if let session = scan.value("session") {
            return [session["id"]?.stringValue, session["model"]?.stringValue].compactMap { $0 }
                .joined(separator: " ")
        }
        if let limits = scan.value("rate_limits")?.arrayValue {
            return limits.map {
                "\($0["name"]?.stringValue ?? "") \($0["remaining"].map(text(of:)) ?? "")/"
                    + "\($0["limit"].map(text(of:)) ?? "")"
            }.joined(separator: ", ")
        }
        let rest = ["audio_start_ms", "audio_end_ms", "item_id", "response_id"].compactMap { key in
            scan.value(key).map { "\(key) \(text(of: $0))" }
        }
        return rest.joined(separator: " ")
    }

    private static func words(ofResponse response: JSON) -> String {
        let details = response["status_details"]
        return [
            response["status"]?.stringValue, details?["reason"]?.stringValue,
            details?["error"]?["code"]?.stringValue, details?["error"]?["message"]?.stringValue,
            response["usage"]?["total_tokens"]?.intValue.map { "\($0) tokens" },
        ].compactMap { $0 }.joined(separator: " ")
    }

    private static func words(ofItem item: JSON) -> String {
        let content = item["content"]?.arrayValue?.compactMap {
            $0["text"]?.stringValue ?? $0["transcript"]?.stringValue
        }
        return [
            item["type"]?.stringValue, item["role"]?.stringValue, item["name"]?.stringValue,
            item["arguments"]?.stringValue, item["output"]?.stringValue,
            content.map { $0.joined(separator: " ") },
        ].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " ")
    }

    private static func text(of json: JSON) -> String {
        json.stringValue ?? String(decoding: json.bytes, as: UTF8.self)
    }
}
