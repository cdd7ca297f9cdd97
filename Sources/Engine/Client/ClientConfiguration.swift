/// What a client starts with.
package struct ClientConfiguration: Equatable, Sendable {
    package var settings: SessionSettings
    package var tools: [ToolDefinition]
    package var reconnect: ReconnectPolicy
    /// Of the built-in tools' chance.
    package var seed: UInt64
    /// Where it connects to, in words for the screen; never with a secret.
    package var destination: String

    package init(
        settings: SessionSettings = SessionSettings(), tools: [ToolDefinition] = [],
        reconnect: ReconnectPolicy = ReconnectPolicy(), seed: UInt64 = 1, destination: String
    ) {
        self.settings = settings
        self.tools = tools
        self.reconnect = reconnect
        self.seed = seed
        self.destination = destination
    }
}
