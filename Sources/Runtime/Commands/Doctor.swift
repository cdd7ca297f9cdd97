import Terminal

/// Says what of the terminal and machine works here, and what to do about the rest.
package enum Doctor {
    /// The report and whether nothing hinders.
    package static func report() -> (text: String, isHealthy: Bool) {
        var findings = Capabilities().findings
        let configuration = UserDirectory.configuration(processEnvironment()).map {
            $0 + "/tui.toml"
        }
        if let configuration, FileAccess.exists(configuration) {
            findings += configurationFindings(configuration)
        } else {
            findings.append(
                .init(name: "configuration", value: "none (\(configuration ?? "no home"))"))
        }
        let library = ThemeLibrary()
        findings.append(
            .init(
                name: "themes", value: "\(library.themes.count)",
                isProblem: !library.problems.isEmpty))
        findings.append(.init(name: "demos", value: Demos.names.joined(separator: ", ")))
        findings += SoundReport.findings()
        var text = ""
        for finding in findings {
            let padding = String(repeating: " ", count: max(1, 24 - finding.name.count))
            text +=
                (finding.isProblem ? "!! " : "ok ") + finding.name + padding + finding.value + "\n"
        }
        return (text, !findings.contains(where: \.isProblem))
    }

    private static func configurationFindings(_ path: String) -> [Capabilities.Finding] {
        guard let bytes = try? FileAccess.read(path) else {
            return [.init(name: "configuration", value: "\(path) cannot be read", isProblem: true)]
        }
        let problems = ConfigurationFile.parsing(String(decoding: bytes, as: UTF8.self), path: path)
            .problems
        if problems.isEmpty { return [.init(name: "configuration", value: path)] }
        return problems.map { .init(name: "configuration", value: "\($0)", isProblem: true) }
    }
}
