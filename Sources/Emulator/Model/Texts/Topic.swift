/// A subject the emulated model can talk about, and the text it learned it from.
///
/// The texts were written for this program and are plain on purpose: short sentences share many
/// turns of phrase, so that a small word model finds many ways through them.
struct Topic: Sendable {
    var name: String
    var text: String

    static let all = [tides, bread, bridges, clocks, bees, radio, railways, weather]
}
