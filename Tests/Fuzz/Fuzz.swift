import JSONText
import RealtimeProtocol

/// Feeds one input to everything that reads bytes from a peer and checks what must always hold.
///
/// A broken promise traps, which libFuzzer reports together with the input.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    checkTree(bytes)
    checkScan(bytes)
    checkServer(bytes)
    checkClient(bytes)
    return 0
}

/// What is read strictly is written so that it reads back the same, compact and over many lines.
private func checkTree(_ bytes: [UInt8]) {
    guard let tree = try? JSON(parsing: bytes) else { return }
    precondition((try? JSON(parsing: tree.bytes)) == tree)
    precondition((try? JSON(parsing: Array(tree.pretty().utf8))) == tree)
}

/// The shallow view accepts exactly the objects that the tree accepts, and finds the same values.
private func checkScan(_ bytes: [UInt8]) {
    var repairs: Int?
    let tree = try? JSON(repairing: bytes.span, repairs: &repairs)
    let scan = try? JSONObjectScan(bytes)
    precondition((scan == nil) == (tree?.objectValue == nil))
    guard let tree, let scan, repairs == nil else { return }
    precondition(scan.keys == tree.objectValue?.map(\.key))
    for key in scan.keys {
        precondition(scan.value(key) == tree[key])
        precondition(scan.string(key) == tree[key]?.stringValue)
        precondition(scan.int(key) == tree[key]?.intValue)
    }
}

/// A frame is an event only if it is an object; the same bytes always give the same answer.
private func checkServer(_ bytes: [UInt8]) {
    let decoded = RealtimeDecoder.server(bytes)
    precondition(decoded == RealtimeDecoder.server(bytes))
    precondition(decoded.body == nil || (try? JSONObjectScan(bytes)) != nil)
    precondition(!decoded.type.isEmpty || decoded.problem != nil)
    if case .audioDelta(_, let chunk)? = decoded.body {
        let audio = chunk.decoded()
        precondition(chunk.firstInvalidCharacter != nil || audio.count == chunk.byteCount)
    }
}

/// A client event without fault survives encoding and decoding.
private func checkClient(_ bytes: [UInt8]) {
    let decoded = RealtimeDecoder.client(bytes)
    precondition(decoded.body == nil || (try? JSONObjectScan(bytes)) != nil)
    guard let event = decoded.body, decoded.problems.isEmpty else { return }
    let again = RealtimeDecoder.client(event.encoded(eventID: decoded.eventID ?? ""))
    precondition(again.body == event && again.problems.isEmpty)
    precondition(again.eventID == decoded.eventID ?? "")
}
