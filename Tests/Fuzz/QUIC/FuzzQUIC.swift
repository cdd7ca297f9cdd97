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

/// The system's entropy, as far as GnuTLS takes it from here: the same in every run.
@_cdecl("getrandom")
func getrandom(_ target: UnsafeMutableRawPointer, _ count: Int, _ flags: UInt32) -> Int {
    for index in 0..<count {
        Entropy.state = Entropy.state &* 6_364_136_223_846_793_005 &+ 1
        unsafe target.storeBytes(
            of: UInt8(truncatingIfNeeded: Entropy.state >> 56), toByteOffset: index, as: UInt8.self)
    }
    return count
}

private enum Entropy { nonisolated(unsafe) static var state: UInt64 = 1 }

/// Bytes read as choices; zeros after the end.
struct Script {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isEnded: Bool { position >= bytes.count }

    mutating func byte() -> Int {
        defer { position += 1 }
        return position < bytes.count ? Int(bytes[position]) : 0
    }

    mutating func number() -> Int { byte() << 8 | byte() }

    mutating func take(_ count: Int) -> [UInt8] {
        let end = min(bytes.count, position + count)
        defer { position = max(position, end) }
        return position < end ? Array(bytes[position..<end]) : []
    }
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
