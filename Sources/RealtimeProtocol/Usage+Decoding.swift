extension Usage {
    init(_ object: ObjectReader, _ report: inout DecodingReport) {
        object.check(Vocabularies.usage, &report)
        self.init(
            total: object.requiredInt("total_tokens", &report),
            input: object.requiredInt("input_tokens", &report),
            output: object.requiredInt("output_tokens", &report))
        if let details = object.object("input_token_details", &report) {
            details.check(Vocabularies.inputTokens, &report)
            inputText = details.int("text_tokens", &report)
            inputAudio = details.int("audio_tokens", &report)
            inputImage = details.int("image_tokens", &report)
            cached = details.int("cached_tokens", &report)
            if let details = details.object("cached_tokens_details", &report) {
                details.check(Vocabularies.cachedTokens, &report)
                cachedText = details.int("text_tokens", &report)
                cachedAudio = details.int("audio_tokens", &report)
                cachedImage = details.int("image_tokens", &report)
            }
        }
        if let details = object.object("output_token_details", &report) {
            details.check(Vocabularies.outputTokens, &report)
            outputText = details.int("text_tokens", &report)
            outputAudio = details.int("audio_tokens", &report)
            reasoning = details.int("reasoning_tokens", &report)
        }
    }
}

extension TranscriptionUsage {
    /// Reads the field `usage`; nil when absent or of an unknown kind.
    init?(in frame: inout Frame) {
        guard let object = frame.object(.usage) else { return nil }
        self.init(object, &frame.report)
    }

    private init?(_ object: ObjectReader, _ report: inout DecodingReport) {
        object.check(Vocabularies.transcriptionUsage, &report)
        switch object.requiredString("type", &report) {
        case "duration":
            if object["seconds"] == nil { report.note(object.path(of: "seconds"), "is missing") }
            self = .duration(seconds: object.double("seconds", &report) ?? 0)
        case "tokens":
            let details = object.object("input_token_details", &report)
            details?.check(Vocabularies.transcriptionInputTokens, &report)
            self = .tokens(
                total: object.requiredInt("total_tokens", &report),
                input: object.requiredInt("input_tokens", &report),
                output: object.requiredInt("output_tokens", &report),
                inputText: details?.int("text_tokens", &report),
                inputAudio: details?.int("audio_tokens", &report))
        case let other:
            if !other.isEmpty {
                report.unknownValues.append("\(object.path(of: "type"))=\(other)")
            }
            return nil
        }
    }
}
