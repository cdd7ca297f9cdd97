import Cells
import Engine
import TemporalLogic
import Testing
import Timeline

@testable import Interface

struct PropertyEditingTests {
    /// An app with a session of two responses of which the second fails.
    private func app() throws -> App {
        var engine = EngineConfiguration.standard
        engine.properties = [
            PropertyDefinition(
                name: "no response fails", formula: try Formula(parsing: "G !failed"),
                pack: "failures", comment: "A comment."),
            PropertyDefinition(
                name: "every response ends",
                formula: try Formula(parsing: "G(response.created -> F response.done)")),
        ]
        var app = App(configuration: AppConfiguration(engine: engine, themes: [.midstreamDark]))
        app.size = Size(columns: 120, rows: 36)
        let events = [
            #"{"type":"response.created","response":{"id":"r1"}}"#,
            #"{"type":"response.done","response":{"id":"r1","status":"completed"}}"#,
            #"{"type":"response.created","response":{"id":"r2"}}"#,
            #"{"type":"response.done","response":{"id":"r2","status":"failed"}}"#,
        ]
        for (index, text) in events.enumerated() {
            app.observe(
                Event(
                    sequence: UInt64(index), time: .milliseconds(Double(index) * 100),
                    source: .realtime, payload: .received(Array(text.utf8))))
        }
        _ = press(["5"], &app)
        return app
    }

    @discardableResult
    private func press(_ keys: [String], _ app: inout App) -> [Command] {
        var commands: [Command] = []
        for key in keys {
            commands += app.apply(
                Event(
                    sequence: 99, time: .milliseconds(9000), source: .keyboard, payload: .key(key)))
        }
        return commands
    }

    private func type(_ text: String, _ app: inout App) {
        press(text.map { $0 == " " ? "space" : String($0) }, &app)
    }

    private func editor(_ app: App) -> PropertyEditor? {
        if case .property(let editor) = app.view.overlay { return editor }
        return nil
    }

    @Test func `the selected property is edited and its effect shown while typing`() throws {
        var app = try app()
        press(["j", "c"], &app)
        #expect(editor(app)?.formula.text == "G !failed")
        #expect(editor(app)?.preview?.violations == [3])
        press(["backspace"], &app)
        type("d & ", &app)
        let problem = try #require(editor(app)?.problem)
        #expect(problem.column == 13)
        #expect(editor(app)?.preview == nil)
        #expect(app.frame(app.size).text().contains("column 13"))
        type("!response.created)", &app)
        press(["home", "right", "delete", "delete"], &app)
        #expect(editor(app)?.formula.text == "Gfailed & !response.created)")
        type(" !(", &app)
        press(["enter"], &app)
        #expect(editor(app) == nil)
        let property = try #require(app.session?.properties.first)
        #expect(property.formula == "G !(failed & !response.created)")
        #expect(property.verdict == .false)
        #expect(property.witness == [3])
        #expect(app.session?.properties[1].verdict == .presumablyTrue)
    }

    @Test func `Esc leaves everything as it was`() throws {
        var app = try app()
        let before = app.session?.properties.map(\.formula)
        press(["j", "c", "ctrl-u"], &app)
        type("F error", &app)
        #expect(editor(app)?.preview?.verdict == .presumablyFalse)
        press(["escape"], &app)
        #expect(editor(app) == nil)
        #expect(app.session?.properties.map(\.formula) == before)
    }

    @Test func `a new property is judged on what was seen and goes on with what comes`() throws {
        var app = try app()
        press(["a"], &app)
        #expect(editor(app)?.name.text == "my property 1")
        type("G(response.created -> F[<=50ms] response.done)", &app)
        #expect(editor(app)?.preview?.violations == [0, 2])
        press(["ctrl-u"], &app)
        type("F response.cancel", &app)
        press(["tab", "ctrl-u"], &app)
        type("it is cancelled", &app)
        press(["enter"], &app)
        #expect(app.session?.properties.map(\.name).last == "it is cancelled")
        #expect(app.session?.properties.last?.verdict == .presumablyFalse)
        app.observe(
            Event(
                sequence: 4, time: .milliseconds(2000), source: .realtime,
                payload: .sent(Array(#"{"type":"response.cancel"}"#.utf8))))
        #expect(app.session?.properties.last?.verdict == .true)
        #expect(app.session?.properties.last?.witness == [4])
    }

    @Test func `a name is wanted and may be there only once`() throws {
        var app = try app()
        press(["a"], &app)
        type("F error", &app)
        press(["tab", "ctrl-u"], &app)
        type("every response ends", &app)
        press(["enter"], &app)
        #expect(editor(app)?.field == .name)
        #expect(app.view.notice?.contains("already") == true)
        press(["ctrl-u", "enter"], &app)
        #expect(app.view.notice?.contains("needs a name") == true)
    }

    @Test func `a property is switched off, on, and kept off while seeking`() throws {
        var app = try app()
        let fresh = Engine(configuration: app.configuration.engine)
        press(["j", "d"], &app)
        #expect(app.session?.properties[0].pause == .disabled)
        app.restore(fresh)
        app.observe(
            Event(
                sequence: 0, time: .zero, source: .realtime,
                payload: .received(Array(#"{"type":"response.created"}"#.utf8))))
        #expect(app.session?.properties[0].pause == .disabled)
        press(["d"], &app)
        #expect(app.session?.properties[0].pause == nil)
        #expect(app.session?.properties[0].verdict == .presumablyTrue)
    }

    @Test func `the saved file reads back to what is watched`() throws {
        var app = try app()
        let commands = press(["ctrl-s"], &app)
        guard case .write(let name, let suffix, let contents) = commands.first else {
            Issue.record("nothing is written")
            return
        }
        #expect(name + suffix == "midstream-properties.properties")
        let file = PropertyFile(parsing: contents)
        #expect(file.failures.isEmpty)
        #expect(file.properties.map(\.name) == ["no response fails", "every response ends"])
        #expect(
            file.properties.map(\.formula) == app.configuration.engine.properties.map(\.formula))
        #expect(file.properties[0].comment == "A comment.")
    }

    @Test func `details hold the proof and jumps go through the witness`() throws {
        var app = try app()
        press(["j", "enter"], &app)
        guard case .detail(_, let text, _) = app.view.overlay else {
            Issue.record("no detail")
            return
        }
        for words in ["A comment.", "memory", "violated  1 times in all 4 events: 3", "3 ⊨ failed"]
        { #expect(text.contains(words), "\(words)") }
        press(["q"], &app)
        #expect(press(["w"], &app) == [.playback(.seekSequence(3))])
        #expect(press(["w"], &app) == [.playback(.seekSequence(3))])
        press(["j"], &app)
        #expect(press(["w"], &app).isEmpty)
    }

    @Test(arguments: [(40, 12), (80, 24), (200, 60)])
    func `any text may be typed at any size`(columns: Int, rows: Int) throws {
        var app = try app()
        app.size = Size(columns: columns, rows: rows)
        press(["a"], &app)
        for _ in 0..<30 {
            type("G(a & äö🙂", &app)
            _ = app.frame(app.size)
        }
        press(["left", "home", "ctrl-k", "ctrl-w", "end", "right", "backspace"], &app)
        _ = app.frame(app.size)
        #expect(editor(app)?.formula.text == "")
    }
}
