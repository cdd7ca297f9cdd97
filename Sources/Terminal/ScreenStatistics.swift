/// What the screen has sent.
package struct ScreenStatistics: Equatable, Sendable {
    /// Frames that changed something.
    package var frames = 0
    /// The bytes of all frames.
    package var bytes = 0
    /// The bytes of the last frame that changed something.
    package var lastBytes = 0
    /// Frames not drawn since the terminal had not taken an earlier one yet.
    package var putOff = 0

    package init() {}
}
