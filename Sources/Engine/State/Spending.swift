/// Tokens and money of a session, added over its responses and transcriptions.
package struct Spending: Equatable, Sendable {
    /// In US dollars; nil until a usage with a known price came.
    package internal(set) var totalCost: Double?
    package internal(set) var inputTokens = 0
    package internal(set) var outputTokens = 0
    /// A part of `inputTokens`.
    package internal(set) var cachedTokens = 0
    package internal(set) var inputTextTokens = 0
    package internal(set) var inputAudioTokens = 0
    package internal(set) var inputImageTokens = 0
    package internal(set) var outputTextTokens = 0
    package internal(set) var outputAudioTokens = 0
    /// A part of `outputTextTokens`, billed with them.
    package internal(set) var reasoningTokens = 0
    package internal(set) var transcriptionTokens = 0
    package internal(set) var transcriptionSeconds = 0.0
    /// The row of the price table that was used last.
    package internal(set) var priceModel: String?
    /// Some usage had no price: the total is a lower bound.
    package internal(set) var isPartial = false

    package init() {}
}
