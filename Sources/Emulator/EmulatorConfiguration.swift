/// How an emulated server behaves.
package struct EmulatorConfiguration: Equatable, Sendable {
    package var profile: EmulatorProfile
    /// What goes wrong, and how the model misbehaves; any combination.
    package var scripts: [EmulatorScript]
    /// Two sessions with the same seed and the same input are the same to the byte.
    package var seed: UInt64
    /// The model of a client that names none.
    package var model: String
    /// When the session begins, in Unix seconds; time counts from there.
    package var startedAt: Int

    package init(
        profile: EmulatorProfile = .openAI, scripts: [EmulatorScript] = [], seed: UInt64 = 1,
        model: String = "gpt-realtime-2.1", startedAt: Int = 1_787_306_400
    ) {
        self.profile = profile
        self.scripts = scripts
        self.seed = seed
        self.model = model
        self.startedAt = startedAt
    }
}
