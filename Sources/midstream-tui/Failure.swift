import ArgumentParser
import Runtime
import Sound
import Terminal

/// How the program ends when something is wrong: one line on standard error, a code that tells.
enum Failure {
    static func exit(with error: any Error) -> Never {
        if let error = error as? TerminalError {
            Output.complain(error.message)
            MidstreamTUI.exit(withError: ExitCode(error.exitCode))
        }
        if let error = error as? FileError {
            Output.complain("\(error)")
            MidstreamTUI.exit(withError: ExitCode(1))
        }
        if let error = error as? SoundError {
            Output.complain("\(error)")
            MidstreamTUI.exit(withError: ExitCode(1))
        }
        if let error = error as? ScriptRun.Failure {
            Output.complain("\(error)")
            MidstreamTUI.exit(withError: ExitCode(1))
        }
        MidstreamTUI.exit(withError: error)
    }
}
