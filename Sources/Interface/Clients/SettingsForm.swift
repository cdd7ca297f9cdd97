package import Engine

/// The session's settings being changed; nothing is sent before all is right and accepted.
package struct SettingsForm: Sendable, Equatable {
    package var draft: SessionSettings
    package var selection = 0
    /// The text of the selected field while it is typed.
    package var editing: String?
    /// Why the last value was refused.
    package var problem: String?

    package init(_ settings: SessionSettings) { draft = settings }

    package var field: SettingsField { SettingsField.allCases[selection] }

    /// Moves to another field, round at the ends.
    mutating func move(by step: Int) {
        let count = SettingsField.allCases.count
        selection = (selection + step + count) % count
        problem = nil
    }

    /// Takes the next of the field's choices; a field without choices is typed.
    mutating func cycle(by step: Int) {
        guard let choices = field.choices else {
            editing = field.value(in: draft)
            return
        }
        let index = choices.firstIndex(of: field.value(in: draft)) ?? 0
        set(choices[(index + step + choices.count) % choices.count])
    }

    mutating func set(_ text: String) {
        do {
            try field.set(text, in: &draft)
            problem = nil
            editing = nil
        } catch {
            problem = error.message
        }
    }
}

extension App {
    /// Keys while the settings are shown.
    mutating func handle(_ key: String, in form: SettingsForm) -> [Command] {
        var form = form
        if let text = form.editing {
            switch key {
            case "escape", "ctrl-c":
                form.editing = nil
                form.problem = nil
            case "enter": form.set(text)
            case "backspace": form.editing = String(text.dropLast())
            case "ctrl-u": form.editing = ""
            default: if let typed = KeyName.text(of: key) { form.editing = text + typed }
            }
            view.overlay = .settings(form)
            return []
        }
        switch key {
        case "escape", "q", "ctrl-c":
            view.overlay = nil
            return []
        case "up", "k", "shift-tab": form.move(by: -1)
        case "down", "j", "tab": form.move(by: 1)
        case "left", "h": form.cycle(by: -1)
        case "right", "l", "space": form.cycle(by: 1)
        case "enter":
            if form.field.choices == nil {
                form.editing = form.field.value(in: form.draft)
            } else {
                form.cycle(by: 1)
            }
        case "s", "ctrl-s":
            view.overlay = nil
            guard let shown = shownClient else { return [] }
            view.notice =
                form.draft == shown.client.settings ? "nothing was changed" : "sent the settings"
            return perform(.update(form.draft), for: shown.id)
        default: break
        }
        view.overlay = .settings(form)
        return []
    }
}
