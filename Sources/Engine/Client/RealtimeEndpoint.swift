import TextEncodings

/// Where a Realtime server is and how it wants to be asked.
package struct RealtimeEndpoint: Equatable, Sendable {
    package enum Provider: String, CaseIterable, Sendable {
        case openAI = "openai"
        case azure
        /// Any server that speaks the same protocol.
        case compatible
        /// The one in this program.
        case emulator
    }

    package var provider: Provider
    /// A base URL such as `wss://api.openai.com/v1`, or the whole one that ends with `/realtime`.
    package var base: String
    package var model: String

    package static let defaultModel = "gpt-realtime-2.1"
    package static let openAIBase = "wss://api.openai.com/v1"

    package init(provider: Provider, base: String, model: String = RealtimeEndpoint.defaultModel) {
        self.provider = provider
        self.base = base
        self.model = model
    }

    /// The URL of the WebSocket. Azure's resources keep the API below `/openai/v1`.
    package var url: String {
        let parts = base.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var path = String(parts[0])
        while path.hasSuffix("/") { path.removeLast() }
        if !path.hasSuffix("/realtime") {
            if provider == .azure, !path.hasSuffix("/v1") { path += "/openai/v1" }
            path += "/realtime"
        }
        let query = parts.count > 1 ? String(parts[1]) : ""
        if query.hasPrefix("model=") || query.contains("&model=") || query.hasPrefix("call_id=") {
            return path + "?" + query
        }
        return path + "?" + (query.isEmpty ? "" : query + "&") + "model=" + Percent.encoded(model)
    }

    /// The header field that carries the key, and what stands before the key in it.
    package var authorization: (field: String, prefix: String) {
        provider == .azure ? ("api-key", "") : ("Authorization", "Bearer ")
    }
}
