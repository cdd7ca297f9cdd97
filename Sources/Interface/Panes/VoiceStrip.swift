import Cells
import Engine

/// Both voices as loudness below the conversation: the model's above, the user's below.
///
/// Each is written over from left to right like a heart monitor, so that a new sound changes one
/// column and not the row.
enum VoiceStrip {
    /// The rows that the strip takes of a body of `rows`; none where nobody has been heard, or
    /// where words need the room.
    static func rows(of session: SessionState, in rows: Int) -> Int {
        guard rows >= 12 else { return 0 }
        let hasSound = session.audio.outputLevels.total > 0 || session.audio.userLevels.total > 0
        return hasSound ? 2 : 0
    }

    static func draw(_ painter: inout Painter, _ rect: Rect, session: SessionState) {
        guard rect.rows == 2, rect.columns > 12 else { return }
        let audio = session.audio
        let voices = [
            (
                audio.levels, audio.outputLevels.total, audio.isAssistantSpeaking,
                Role.streamAssistant
            ),
            (audio.inputLevels, audio.userLevels.total, audio.isUserSpeaking, Role.streamUser),
        ]
        for (offset, (levels, total, speaks, role)) in voices.enumerated() {
            let row = rect.row + offset
            let name = offset == 0 ? "model" : "you"
            painter.write(name, rect.column, row, speaks ? role : .textDim)
            let chart = Rect(
                column: rect.column + 6, row: row, columns: rect.columns - 6, rows: 1)
            // Speech is quiet most of the time: the square root makes room for it.
            painter.sweepChart(
                levels.map { Double(max(0, $0)).squareRoot() }, total: total, in: chart, maximum: 1,
                gradient: .level)
        }
    }
}
