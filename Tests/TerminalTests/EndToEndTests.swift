import Foundation
import Testing

/// The screen in a real terminal, by way of a small host program.
///
/// They need tmux, which a machine that only builds may lack: skipped there.
@Suite(
    .serialized, .timeLimit(.minutes(20)),
    .enabled(if: TmuxPane.program != nil, "tmux is not installed"))
struct EndToEndTests {
    /// Waits for the shell's turn and checks that the terminal is as it was.
    private func expectRestored(_ pane: TmuxPane, code: Int) throws {
        try pane.until("the end of the host") { $0.has("done") }
        try pane.until("rc \(code)") { $0.text.contains("rc \(code)\n") }
        #expect(pane.state == .normal)
        #expect(try pane.file("before") == pane.file("after"))
        #expect(pane.text.contains("size 80x24") == false)
    }

    @Test func `quitting leaves the terminal as it was`() throws {
        let pane = try TmuxPane()
        try pane.start()
        #expect(pane.state == .taken)
        try pane.type("q")
        try expectRestored(pane, code: 0)
    }

    @Test(arguments: [("T", 132), ("N", 139), ("O", 139), ("A", 134)])
    func `a crash leaves the terminal as it was and tells where the messages are`(
        key: String, code: Int
    ) throws {
        let pane = try TmuxPane()
        try pane.start()
        try pane.type(key)
        try expectRestored(pane, code: code)
        #expect(pane.text.contains("midstream-tui: broken off by a fault"))
        if key == "T" {
            let log = try pane.file(".local/state/midstream/stderr.log")
            #expect(log.contains("a trap, as asked"))
        }
    }

    @Test func `exit without closing leaves the terminal as it was`() throws {
        let pane = try TmuxPane()
        try pane.start()
        try pane.type("E")
        try expectRestored(pane, code: 7)
    }

    @Test(arguments: [SIGTERM, SIGHUP, SIGINT, SIGQUIT])
    func `a signal to end ends in order`(number: CInt) throws {
        let pane = try TmuxPane()
        try pane.start()
        kill(try #require(pane.processID), number)
        try expectRestored(pane, code: 128 + Int(number))
    }

    @Test func `a program that hangs ends at the second signal`() throws {
        let pane = try TmuxPane()
        try pane.start()
        let process = try #require(pane.processID)
        try pane.type("B")
        try pane.until("business") { _ in TmuxPane.stateLetter(process) == "R" }
        try pane.until("its end") { pane in
            kill(process, SIGTERM)
            return pane.has("done")
        }
        try expectRestored(pane, code: 143)
    }

    @Test func `a locale that is not UTF-8 shows all characters nevertheless`() throws {
        let pane = try TmuxPane(["LANG": "C"])
        try pane.start()
        try pane.type("日")
        try pane.until("the character") { $0.text.contains("last key 日") }
    }

    @Test func `a terminal that nobody reads does not hold up the end`() throws {
        let pane = try TmuxPane()
        try pane.start()
        let process = try #require(pane.processID)
        let server = try #require(
            pid_t(try pane.tmux(["display", "-p", "#{pid}"]).dropLast()))
        try pane.type("F")
        try pane.until("a flood") { $0.text.contains("xxx") }
        kill(server, SIGSTOP)
        // Whatever comes: a stopped server would outlive the test.
        defer { kill(server, SIGCONT) }
        // Stalled: it sleeps in poll, for a hundred looks in a row.
        var asleep = 0
        while asleep < 100, !Task.isCancelled {
            asleep = TmuxPane.stateLetter(process) == "S" ? asleep + 1 : 0
            usleep(1000)
        }
        kill(process, SIGTERM)
        // The end comes while nobody reads.
        while let letter = TmuxPane.stateLetter(process), letter != "Z", !Task.isCancelled {
            usleep(1000)
        }
        kill(server, SIGCONT)
        try expectRestored(pane, code: 143)
    }

    @Test func `Ctrl-Z gives the terminal to the shell and fg brings the screen back`() throws {
        let pane = try TmuxPane()
        try pane.start()
        for _ in 0..<3 {
            try pane.press("C-z")
            try pane.until("the shell") { $0.text.contains("Stopped") && $0.state == .normal }
            try pane.until("the modes") { $0.has("done") }
            #expect(try pane.file("before") == pane.file("after"))
            try pane.run("clear; fg; stty -a >~/after2; echo over")
            try pane.until("the screen") { $0.state == .taken && $0.text.contains("last back") }
        }
        let process = try #require(pane.processID)
        kill(process, SIGSTOP)
        try pane.until("the shell") { $0.text.contains("Stopped") || $0.text.contains("over") }
        try pane.run("stty sane; fg")
        try pane.until("the screen again") { $0.text.contains("last continued") }
        #expect(pane.state == .taken)
        kill(process, SIGTSTP)
        try pane.until("the shell") { $0.state == .normal }
        try pane.run("fg")
        try pane.until("the screen") { $0.state == .taken }
        try pane.type("q")
        try pane.until("normality") { $0.state == .normal }
    }

    @Test func `three hundred sizes end in the right frame`() throws {
        let pane = try TmuxPane()
        try pane.start()
        var generator = SystemRandomNumberGenerator()
        var commands: [String] = []
        var size = (0, 0)
        for _ in 0..<300 {
            size = (
                .random(in: 20...240, using: &generator), .random(in: 5...70, using: &generator)
            )
            commands += ["resize-window", "-x", "\(size.0)", "-y", "\(size.1)", ";"]
        }
        try pane.tmux(Array(commands.dropLast()))
        try pane.until("size \(size.0)x\(size.1)") {
            let lines = $0.text.split(separator: "\n", omittingEmptySubsequences: false)
            return lines.first?.hasPrefix("size \(size.0)x\(size.1)") == true
                && lines.count >= size.1 && lines[size.1 - 1].count == size.0
                && lines[size.1 - 1].hasSuffix("end")
        }
        #expect(pane.state == .taken)
    }

    @Test func `keys, mouse, paste and a lone escape arrive`() throws {
        let pane = try TmuxPane()
        try pane.start()
        for (bytes, words) in [
            ("x", "key x"), ("\u{1B}", "key escape"), ("\u{1B}[A", "key up"), ("ä", "key ä"),
            ("\u{1B}[<0;5;6M", "mouse press(Terminal.MouseEvent.Button.left) 4,5"),
            ("\u{1B}[200~two words\u{1B}[201~", "paste two words"), ("\u{1B}[I", "focus true"),
        ] {
            try pane.type(bytes)
            try pane.until(words) { $0.text.contains("last \(words)") }
        }
        try pane.type("%")
        try pane.until("no mouse") { $0.state?.hasMouse == false }
        try pane.type("%")
        try pane.until("the mouse") { $0.state?.hasMouse == true }
    }

    @Test func `a copy reaches the clipboard of tmux`() throws {
        let pane = try TmuxPane()
        try pane.tmux(["set-option", "-s", "set-clipboard", "on"])
        try pane.start("TMUX=x")
        try pane.type("y")
        try pane.until("the buffer") { (try? $0.tmux(["show-buffer"])) == "copied text" }
    }

    @Test(arguments: [["NO_COLOR": "1"], [:]])
    func `NO_COLOR means that no colour is sent`(variables: [String: String]) throws {
        let pane = try TmuxPane(variables)
        try pane.tmux(["pipe-pane", "-o", "cat >\(pane.directory)/bytes"])
        try pane.start()
        try pane.type("q")
        try expectRestored(pane, code: 0)
        let bytes = try pane.file("bytes")
        let colors = bytes.matches(of: /\x1B\[([0-9;]*)m/).flatMap { match in
            match.output.1.split(separator: ";").compactMap { Int($0) }.filter { $0 >= 30 }
        }
        #expect(colors.isEmpty == !variables.isEmpty)
    }

    @Test func `a terminal that hangs up ends the program`() throws {
        let pane = try TmuxPane()
        try pane.start()
        let process = try #require(pane.processID)
        try pane.tmux(["kill-server"])
        try pane.until("its end") { _ in
            TmuxPane.stateLetter(process) == nil || TmuxPane.stateLetter(process) == "Z"
        }
    }

    @Test func `a killed program's terminal can be reset`() throws {
        let pane = try TmuxPane()
        try pane.start()
        kill(try #require(pane.processID), SIGKILL)
        try pane.until("its end") { $0.has("done") }
        #expect(pane.state == .taken)
        try pane.run("\(TmuxPane.host) --reset-terminal; stty -a >~/reset; echo >~/end")
        try pane.until("the end of the reset") { $0.has("end") }
        try pane.until("normality") { $0.state == .normal }
        #expect(try pane.file("before") == pane.file("reset"))
    }

    @Test func `a dumb terminal is refused with words`() throws {
        let pane = try TmuxPane(["TERM": "dumb"])
        try pane.run("\(TmuxPane.host); echo \"rc $?\"")
        try pane.until("the refusal") { $0.text.contains("rc 78") }
        #expect(pane.text.contains("the terminal type 'dumb' cannot place the cursor"))
        #expect(pane.state == .normal)
    }

    @Test func `without a terminal the program is refused with words`() throws {
        let result = try Spawned.run([TmuxPane.host])
        #expect(result.status == 64)
        #expect(result.errors.contains("must be a terminal"))
    }
}
