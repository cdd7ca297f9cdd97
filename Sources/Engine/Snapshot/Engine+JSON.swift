package import JSONText

package extension Engine {
    /// The whole analysis as JSON, in the format of `docs/JSON.md`.
    func json() -> JSON {
        [
            "format": "midstream-analysis/1",
            "sessions": .array(sessions.map { $0.json() }),
        ]
    }
}
