import Cells
package import Interface
import Terminal
import TOMLKit

/// What is remembered from one start to the next: theme and layout, changed by key.
package struct StateStore: Sendable {
    private let directory: String?

    package init(directory: String?) { self.directory = directory }

    private var path: String? { directory.map { $0 + "/tui.toml" } }

    /// The remembered theme and layout; nil for what was never changed or cannot be read.
    package func load() -> (theme: String?, layout: LayoutPreset?, isFirstRun: Bool) {
        guard let path, FileAccess.exists(path) else { return (nil, nil, true) }
        guard let bytes = try? FileAccess.read(path),
            let table = try? TOMLFile.table(String(decoding: bytes, as: UTF8.self), path: path)
        else { return (nil, nil, false) }
        return (
            table["theme"]?.string, table["layout"]?.string.flatMap(LayoutPreset.init(rawValue:)),
            false
        )
    }

    /// Remembers what `app` shows; says so when it cannot.
    func save(_ app: App, notify: (String) -> Void) {
        guard let directory, let path else { return }
        let text = "theme = \"\(app.theme.name)\"\nlayout = \"\(app.layoutPreset.rawValue)\"\n"
        do {
            try UserDirectory.make(directory)
            try FileAccess.write(Array(text.utf8), to: path, replaces: true)
        } catch {
            notify("not remembered: \(error)")
        }
    }
}
