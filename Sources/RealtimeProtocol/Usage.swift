/// The tokens a response used.
///
/// `cached…` counts are a part of the `input…` counts of the same modality, and `reasoning` is a
/// part of `output` (and of its text); adding them again would bill them twice.
package struct Usage: Equatable, Sendable {
    package var total: Int
    package var input: Int
    package var output: Int
    package var inputText: Int?
    package var inputAudio: Int?
    package var inputImage: Int?
    package var cached: Int?
    package var cachedText: Int?
    package var cachedAudio: Int?
    package var cachedImage: Int?
    package var outputText: Int?
    package var outputAudio: Int?
    package var reasoning: Int?

    package init(
        total: Int, input: Int, output: Int, inputText: Int? = nil, inputAudio: Int? = nil,
        inputImage: Int? = nil, cached: Int? = nil, cachedText: Int? = nil,
        cachedAudio: Int? = nil, cachedImage: Int? = nil, outputText: Int? = nil,
        outputAudio: Int? = nil, reasoning: Int? = nil
    ) {
        self.total = total
        self.input = input
        self.output = output
        self.inputText = inputText
        self.inputAudio = inputAudio
        self.inputImage = inputImage
        self.cached = cached
        self.cachedText = cachedText
        self.cachedAudio = cachedAudio
        self.cachedImage = cachedImage
        self.outputText = outputText
        self.outputAudio = outputAudio
        self.reasoning = reasoning
    }
}

/// What transcribing the user's audio cost; it is billed apart from the response.
package enum TranscriptionUsage: Equatable, Sendable {
    case tokens(total: Int, input: Int, output: Int, inputText: Int?, inputAudio: Int?)
    case duration(seconds: Double)
}
