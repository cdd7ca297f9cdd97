// How much memory idle QUIC connections take: a server and its clients in two processes, over UDP
// on the loopback device; and what a flood of first packets takes.
//
// usage: quic-idle COUNT [SECONDS]
//        quic-idle flood COUNT
//
// Opens COUNT connections, waits SECONDS (default 5) with keep-alives on, and prints for both sides
// the resident memory per connection and the processor time of the handshakes and of the waiting.
// The flood is COUNT datagrams from as many addresses, given to a server without a socket.

import Foundation
import QUIC
import Timeline

let arguments = CommandLine.arguments
switch (arguments.dropFirst().first, arguments.count) {
case ("connect", 6):
    guard let port = UInt16(arguments[2]), let count = Int(arguments[3]),
        let seconds = Int(arguments[4])
    else { exit(2) }
    try Measurement.connect(
        count, to: port, authority: try String(contentsOfFile: arguments[5], encoding: .utf8),
        seconds: seconds)
case ("flood", 3):
    guard let count = Int(arguments[2]), count > 0 else { exit(2) }
    try Measurement.flood(count)
case (let text?, 2...3):
    guard let count = Int(text), count > 0 else { exit(2) }
    try Measurement.serve(count, seconds: arguments.count == 3 ? Int(arguments[2]) ?? 5 : 5)
default:
    FileHandle.standardError.write(
        Data("usage: quic-idle COUNT [SECONDS] | quic-idle flood COUNT\n".utf8))
    exit(2)
}
