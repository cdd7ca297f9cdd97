import Glibc
import QUIC
import Timeline

/// Plays one input as a script: what two endpoints, their applications and the network do.
///
/// A broken promise traps, which libFuzzer reports together with the input.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var script = Script(unsafe Array(UnsafeBufferPointer(start: data, count: count)))
    let world = World(&script, Recording.shared)
    while !script.isEnded { world.act(&script) }
    world.finish()
    return 0
}

/// A session held before the fuzzing: its datagrams and what the client kept of it.
final class Recording {
    nonisolated(unsafe) static let shared = Recording()

    let identity: Identity
    let authority: String
    let wallClock: UInt64
    var datagrams: [[UInt8]] = []
    var resumption: ResumptionState?

    private init() {
        do {
            let certificate = try DevelopmentCertificate(start: time(nil) - 60)
            (identity, authority) = (certificate.identity, certificate.authority)
            wallClock = UInt64(time(nil)) * 1_000_000_000
        } catch { fatalError("\(error)") }
        var quiet = Script([])
        let world = World(&quiet, self)
        world.connect()
        datagrams = world.history
        resumption = world.resumption
    }
}
