import PeerProtocol
import Timeline

/// Feeds one input to everything that reads bytes of the peer protocol and checks what must
/// always hold. The first byte says how the rest is cut.
///
/// A broken promise traps, which libFuzzer reports together with the input.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    guard let first = bytes.first else { return 0 }
    let rest = Array(bytes.dropFirst())
    let size = 1 + Int(first) % 37
    let pieces = stride(from: 0, to: rest.count, by: size).map {
        Array(rest[$0..<min($0 + size, rest.count)])
    }
    checkMessages(rest, pieces)
    checkEvents(rest, pieces)
    return 0
}

private struct Outcome<Value: Equatable>: Equatable {
    var values: [Value] = []
    var error: PeerProtocolError?
}

/// Any cut gives the same messages, and they survive being written and read.
private func checkMessages(_ whole: [UInt8], _ pieces: [[UInt8]]) {
    let outcome = messages([whole])
    precondition(outcome == messages(pieces))
    let again = messages([outcome.values.flatMap(\.encoded)])
    precondition(again.values == outcome.values && again.error == nil)
}

private func messages(_ pieces: [[UInt8]]) -> Outcome<PeerMessage> {
    var decoder = MessageDecoder()
    var outcome = Outcome<PeerMessage>()
    do throws(PeerProtocolError) {
        for piece in pieces {
            decoder.append(piece)
            while let message = try decoder.next() { outcome.values.append(message) }
        }
    } catch { outcome.error = error }
    return outcome
}

/// Any cut gives the same events, each later than the one before, and they survive.
private func checkEvents(_ whole: [UInt8], _ pieces: [[UInt8]]) {
    let header = EventStreamHeader(
        source: AnnouncedSource(number: 0, name: "realtime", kind: .tokens), next: 0
    ).encoded
    check(whole, pieces, next: 0)
    check(header + whole, [header] + pieces, next: 3)
}

private func check(_ whole: [UInt8], _ pieces: [[UInt8]], next: UInt64) {
    let outcome = events([whole], next: next)
    precondition(outcome == events(pieces, next: next))
    guard let first = outcome.values.first else { return }
    precondition(first.sequence >= next)
    for (a, b) in zip(outcome.values, outcome.values.dropFirst()) {
        precondition(a.sequence < b.sequence)
    }
    var encoder = EventEncoder(next: first.sequence)
    encoder.beginBlock()
    for event in outcome.values { encoder.append(event) }
    let header = EventStreamHeader(
        source: AnnouncedSource(number: 0, name: first.source.name, kind: .tokens), next: 0)
    let again = events([header.encoded + encoder.bytes], next: first.sequence)
    precondition(again.values == outcome.values && again.error == nil)
}

private func events(_ pieces: [[UInt8]], next: UInt64) -> Outcome<Event> {
    var decoder = EventDecoder()
    var isBegun = false
    var outcome = Outcome<Event>()
    do throws(PeerProtocolError) {
        for piece in pieces {
            decoder.append(piece)
            if !isBegun, try decoder.readHeader() != nil {
                isBegun = true
                decoder.begin(next: next)
            }
            if isBegun { try decoder.read(into: &outcome.values) }
        }
    } catch { outcome.error = error }
    return outcome
}
