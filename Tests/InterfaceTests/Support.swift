import Cells
import Engine
import JSONText
import Testing
import Timeline

@testable import Interface

/// An app to poke at, with its event numbers and clock.
struct Stage {
    var app: App
    private var sequence: UInt64 = 0
    private var keys: UInt64 = 0

    init(
        size: Size = Size(columns: 120, rows: 36), preset: LayoutPreset = .overview,
        ascii: Bool = false
    ) {
        app = App(
            configuration: AppConfiguration(
                engine: .standard, themes: [.midstreamDark], preset: preset, usesASCII: ascii))
        resize(size)
    }

    mutating func resize(_ size: Size) {
        _ = app.apply(
            Event(
                sequence: 0, time: .zero, source: .terminal,
                payload: .resize(columns: size.columns, rows: size.rows)))
    }

    /// Presses keys one after the other and returns what the shell is asked to do.
    @discardableResult
    mutating func press(_ names: String...) -> [Command] {
        names.flatMap { name -> [Command] in
            keys += 1
            return app.apply(
                Event(sequence: keys, time: .zero, source: .keyboard, payload: .key(name)))
        }
    }

    mutating func type(_ text: String) { for key in KeyScript.keys(typing: text) { press(key) } }

    mutating func receive(_ value: JSON) { put(.received(value.bytes)) }

    mutating func put(_ payload: Payload) {
        app.observe(
            Event(
                sequence: sequence, time: Instant(nanoseconds: Int64(sequence) * 20_000_000),
                source: SourceID("realtime"), payload: payload))
        sequence += 1
    }

    mutating func open() {
        put(.opened(detail: "wss://example.invalid"))
        receive([
            "type": "session.created", "event_id": "e0",
            "session": ["id": "sess_1", "type": "realtime", "model": "gpt-realtime"],
        ])
    }

    /// An answer in text, streamed in `pieces`.
    mutating func answer(_ number: Int, _ pieces: [String]) {
        let response: JSON = .string("resp_\(number)")
        let item: JSON = .string("item_\(number)")
        receive([
            "type": "response.created",
            "response": ["id": response, "status": "in_progress", "output": []],
        ])
        receive([
            "type": "response.output_item.added", "response_id": response, "output_index": 0,
            "item": ["id": item, "type": "message", "role": "assistant", "content": []],
        ])
        for piece in pieces {
            receive([
                "type": "response.output_text.delta", "response_id": response, "item_id": item,
                "output_index": 0, "content_index": 0, "delta": .string(piece),
            ])
        }
        receive([
            "type": "response.output_text.done", "response_id": response, "item_id": item,
            "output_index": 0, "content_index": 0, "text": .string(pieces.joined()),
        ])
        receive([
            "type": "response.done",
            "response": ["id": response, "status": "completed", "output": []],
        ])
    }

    mutating func text() -> String { app.frame(app.size).text() }

    /// The frame with every invariant of the grid checked.
    @discardableResult
    mutating func checkedFrame(_ note: @autoclosure () -> String = "") -> Grid {
        let grid = app.frame(app.size)
        if let problem = grid.problem { Issue.record("\(problem) \(note())") }
        return grid
    }
}

extension Grid {
    /// A cell that no terminal should be given, or a wide character without its other half.
    var problem: String? {
        for row in 0..<size.rows {
            for column in 0..<size.columns {
                let cell = self[column, row]
                let value = cell.scalar.value
                if value < 0x20 || (0x7F...0x9F).contains(value) {
                    if !cell.isContinuation {
                        return "control character \(value) at \(column),\(row)"
                    }
                }
                if cell.isWide {
                    guard column + 1 < size.columns, self[column + 1, row].isContinuation else {
                        return "half of a wide character at \(column),\(row)"
                    }
                }
                if cell.isContinuation, column == 0 || !self[column - 1, row].isWide {
                    return "the right half of nothing at \(column),\(row)"
                }
            }
        }
        return nil
    }

    /// Everything visible that is a border must still be there: cells of one rectangle's edge.
    func edge(of rect: Rect) -> [Unicode.Scalar] {
        (rect.row..<rect.endRow).flatMap { row in
            [self[rect.column, row].scalar, self[rect.endColumn - 1, row].scalar]
        }
    }
}
