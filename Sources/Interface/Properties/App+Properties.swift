import Engine
import TemporalLogic

/// Changing what is watched while the session runs.
extension App {
    /// The property selected in the verdicts pane, as it is watched.
    private var selectedProperty: Int? {
        guard view.focus == .verdicts, let row = selectedRow(of: .verdicts),
            configuration.engine.properties.indices.contains(row)
        else { return nil }
        return row
    }

    mutating func editProperty() {
        guard let index = selectedProperty else {
            view.notice = "no property is selected"
            return
        }
        let definition = configuration.engine.properties[index]
        var editor = PropertyEditor(
            index: index, name: definition.name, formula: definition.formula.description)
        judge(&editor)
        view.overlay = .property(editor)
    }

    mutating func addProperty() {
        var editor = PropertyEditor(index: nil, name: "", formula: "")
        editor.name = TextLine(freeName)
        view.overlay = .property(editor)
    }

    private var freeName: String {
        var number = 1
        func name() -> String { "my property \(number)" }
        while configuration.engine.properties.contains(where: { $0.name == name() }) {
            number += 1
        }
        return name()
    }

    mutating func toggleProperty() {
        guard let index = selectedProperty else {
            view.notice = "no property is selected"
            return
        }
        var definitions = configuration.engine.properties
        definitions[index].isEnabled.toggle()
        watch(definitions)
        let word = definitions[index].isEnabled ? "watched again" : "no longer watched"
        view.notice = "“\(definitions[index].name)” is \(word)"
    }

    /// Writes what is watched to a file that `verify --properties` and the configuration read.
    mutating func saveProperties() -> [Command] {
        let definitions = configuration.engine.properties.filter(\.isEnabled)
        guard !definitions.isEmpty else {
            view.notice = "no property is watched"
            return []
        }
        let text = PropertyFile.text(
            of: definitions.map { ($0.name, $0.formula.description, $0.comment) },
            summary: "Properties watched by midstream-tui; see docs/PROPERTIES.md.")
        return [.write(name: "midstream-properties", suffix: ".properties", contents: text)]
    }

    /// Goes from one event of the selected property's witness to the next, round at the end.
    mutating func jumpToNextWitness() -> [Command] {
        guard let index = selectedProperty, let session,
            session.properties.indices.contains(index)
        else { return [] }
        let property = session.properties[index]
        var witness = WitnessPlace(
            property: property.name, sequences: property.witness, place: 0,
            eventCount: session.eventCount)
        if let last = view.witness, last.property == property.name,
            last.eventCount >= session.eventCount, !last.sequences.isEmpty
        {
            witness = last
            witness.place = (last.place + 1) % last.sequences.count
        }
        guard !witness.sequences.isEmpty else {
            view.notice = "“\(property.name)” has no witness: no event decides it so far"
            return []
        }
        view.witness = witness
        let sequence = witness.sequences[witness.place]
        let count = witness.sequences.count
        view.notice = "witness \(witness.place + 1) of \(count): event \(sequence)"
        return [.playback(.seekSequence(sequence))]
    }

    // MARK: the editor

    /// Keys while a property is written.
    mutating func handle(_ key: String, in editor: PropertyEditor) -> [Command] {
        var editor = editor
        switch key {
        case "escape", "ctrl-c", "ctrl-g":
            view.overlay = nil
            return []
        case "tab", "shift-tab", "up", "down":
            editor.field = editor.field == .name ? .formula : .name
        case "enter":
            keep(editor)
            return []
        default:
            let isTaken =
                editor.field == .name ? editor.name.take(key) : editor.formula.take(key)
            if isTaken && editor.field == .formula { judge(&editor) }
        }
        view.overlay = .property(editor)
        return []
    }

    /// Reads the formula and, when it is one, says what it does on the events kept.
    private func judge(_ editor: inout PropertyEditor) {
        do throws(FormulaError) {
            let formula = try Formula(parsing: editor.formula.text)
            editor.problem = nil
            editor.preview = engine.examine(formula, session: view.sessionIndex)
                .map { PropertyEditor.Preview($0) }
        } catch {
            editor.problem = error
            editor.preview = nil
        }
    }

    private mutating func keep(_ editor: PropertyEditor) {
        var editor = editor
        let name = editor.name.text
        var definitions = configuration.engine.properties
        let isTaken = definitions.indices.contains {
            definitions[$0].name == name && $0 != editor.index
        }
        do throws(FormulaError) {
            let formula = try Formula(parsing: editor.formula.text)
            guard !name.isEmpty, !isTaken else {
                editor.field = .name
                view.overlay = .property(editor)
                view.notice =
                    name.isEmpty
                    ? "a property needs a name" : "there is a property “\(name)” already"
                return
            }
            if let index = editor.index, definitions.indices.contains(index) {
                definitions[index].name = name
                // What was said of the old formula need not be so of the new one.
                if definitions[index].formula != formula { definitions[index].comment = "" }
                definitions[index].formula = formula
            } else {
                definitions.append(PropertyDefinition(name: name, formula: formula, pack: "own"))
                view.verdicts.selected = definitions.count - 1
            }
        } catch {
            editor.problem = error
            editor.preview = nil
            view.overlay = .property(editor)
            return
        }
        view.overlay = nil
        watch(definitions)
        view.notice = "“\(name)” is watched; Ctrl-S writes the properties to a file"
    }

    // MARK: details

    /// A property in full: verdict, reason, memory, and the proof over the events kept.
    func propertyDetail(_ index: Int, of session: SessionState) -> (title: String, text: String) {
        var (title, text) = VerdictsPane.detail(index, of: session)
        guard configuration.engine.properties.indices.contains(index) else { return (title, text) }
        let definition = configuration.engine.properties[index]
        if !definition.comment.isEmpty { text += "\n\n" + definition.comment }
        guard session.properties[index].pause == nil,
            let seen = engine.examine(
                definition.formula, session: view.sessionIndex, withProof: true)
        else { return (title, text) }
        text += "\n\nmemory    \(seen.memoryBound)"
        let range = seen.isWhole ? "all \(seen.eventCount)" : "the last \(seen.eventCount)"
        if seen.violations.isEmpty {
            text += "\nviolated  never in \(range) events"
        } else {
            let shown = seen.violations.prefix(20).map(String.init).joined(separator: ", ")
            let more = seen.violations.count > 20 ? ", …" : ""
            text +=
                "\nviolated  \(seen.violations.count) times in \(range) events: \(shown)\(more)"
        }
        if seen.isWhole, !seen.witness.isEmpty {
            let shown = seen.witness.prefix(20).map(String.init).joined(separator: ", ")
            text += "\nwitness   events " + shown + (seen.witness.count > 20 ? ", …" : "")
        }
        if let proof = seen.proof, seen.isWhole || seen.verdict == session.properties[index].verdict
        {
            text += "\n\nproof     \(proof.size) steps, each line an event and what holds there"
            let lines = proof.text { seen.sequences[$0] }.split(separator: "\n")
            for line in lines.prefix(400) { text += "\n  " + line }
            if lines.count > 400 { text += "\n  … verify --proof shows the rest" }
        }
        return (title, text)
    }
}
