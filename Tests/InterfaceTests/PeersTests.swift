import Cells
import Engine
import Testing
import Timeline

@testable import Interface

/// A stage whose log is shared.
private struct SharedStage {
    var stage = Stage()

    init(_ role: PeersState.Role, maySpeak: Bool = false, hasSession: Bool = true) {
        stage.app.playback = PlaybackState(mode: .live, title: "127.0.0.1:4433")
        var state = PeersState(role: role, address: "127.0.0.1:4433", maySpeak: maySpeak)
        if role == .host { state.certificateHash = String(repeating: "ab", count: 32) }
        stage.app.peers = state
        guard hasSession else { return }
        _ = stage.app.apply(
            Event(
                sequence: 0, time: .zero, source: .realtime, payload: .opened(detail: "test")))
    }

    static var anna: Peer {
        var peer = Peer(id: "peer/1", name: "anna", address: "10.0.0.7:50123", maySpeak: true)
        peer.smoothedRoundTrip = 1.25
        peer.packetsSent = 200
        peer.packetsLost = 3
        peer.sendRate = 1_200_000
        peer.streams = [
            PeerStream(name: "control", priority: 0, events: 0, bytes: 310),
            PeerStream(name: "realtime", priority: 1, events: 1203, bytes: 312_000, rate: 4_000),
        ]
        return peer
    }
}

struct PeersOverlayTests {
    @Test func `without sharing the key says how to share`() {
        var stage = Stage()
        stage.press("J")
        #expect(stage.app.view.overlay == nil)
        #expect(stage.app.view.notice?.contains("peer serve") == true)
    }

    @Test(arguments: [Size(columns: 80, rows: 24), Size(columns: 200, rows: 60)])
    func `a host sees where it listens, by what it is known, and that nobody is there`(size: Size) {
        var shared = SharedStage(.host)
        shared.stage.press("J")
        let text = shared.stage.app.frame(size).text()
        #expect(text.contains("shared on 127.0.0.1:4433"))
        #expect(text.contains(String(repeating: "ab", count: 32)))
        #expect(text.contains("nobody has joined yet"))
    }

    @Test func `a guest is shown with its streams, round trip, throughput and losses`() {
        var shared = SharedStage(.host)
        shared.stage.app.peers?.peers = [SharedStage.anna]
        shared.stage.press("J")
        let text = shared.stage.app.frame(Size(columns: 120, rows: 36)).text()
        for piece in [
            "anna", "10.0.0.7:50123", "speak", "1.25", "1.2 MB/s", "1.5 %", "live", "3 of 200",
            "1         realtime", "1203", "312.0 kB", "4.0 kB/s",
        ] { #expect(text.contains(piece), "\(piece) is missing in\n\(text)") }
    }

    @Test func `a narrow screen leaves the address out, not the losses`() {
        var shared = SharedStage(.host)
        shared.stage.app.peers?.peers = [SharedStage.anna]
        shared.stage.press("J")
        let text = shared.stage.app.frame(Size(columns: 80, rows: 24)).text()
        for piece in ["anna", "speak", "1.25", "1.2 MB/s", "1.5 %", "live", "3 of 200 lost"] {
            #expect(text.contains(piece), "\(piece) is missing in\n\(text)")
        }
        #expect(!text.contains("10.0.0.7"))
    }

    @Test func `a guest that is too slow is said to be`() {
        var shared = SharedStage(.host)
        var anna = SharedStage.anna
        anna.isOnSummary = true
        anna.eventsBehind = 4711
        shared.stage.app.peers?.peers = [anna]
        let size = Size(columns: 120, rows: 36)
        #expect(shared.stage.app.frame(size).text().contains("1 joined, 1 on summary"))
        shared.stage.press("J")
        #expect(shared.stage.app.frame(size).text().contains("4711 events, at its own pace"))
    }

    private static func reader(isSlow: Bool) -> Peer {
        var reader = Peer(
            id: "web/1", name: "WebTransport", address: "10.0.0.9:40000", maySpeak: false)
        reader.isReader = true
        reader.smoothedRoundTrip = 3.5
        reader.eventsBehind = isSlow ? 812 : 0
        reader.isOnSummary = isSlow
        reader.streams = [
            PeerStream(
                name: "realtime (WebTransport)", priority: 1, events: 77, bytes: 9_000,
                isBehind: isSlow)
        ]
        return reader
    }

    @Test func `who reads over HTTP/3 stands beside the guests, with what is read`() {
        var shared = SharedStage(.host)
        shared.stage.app.peers?.peers = [SharedStage.anna, Self.reader(isSlow: false)]
        let size = Size(columns: 120, rows: 36)
        #expect(shared.stage.app.frame(size).text().contains("1 joined, 1 reading"))
        shared.stage.press("J", "j")
        let text = shared.stage.app.frame(size).text()
        for piece in [
            "web/1", "WebTransport", "10.0.0.9:40000", "read ", "3.50", "live",
            "realtime (WebTransport)", "77",
        ] { #expect(text.contains(piece), "\(piece) is missing in\n\(text)") }
        #expect(shared.stage.press("d") == [.sendAway(peer: "web/1")])
        shared.stage.press("q", "S")
        #expect(shared.stage.app.frame(size).text().contains("WebTransport"))
    }

    @Test func `a reader that is too slow is said to be, and one that reads nothing`() {
        var shared = SharedStage(.host)
        var idle = Self.reader(isSlow: false)
        (idle.id, idle.streams, idle.name) = ("web/2", [], "")
        shared.stage.app.peers?.peers = [Self.reader(isSlow: true), idle]
        let size = Size(columns: 120, rows: 36)
        #expect(shared.stage.app.frame(size).text().contains("0 joined, 2 reading, 1 slow"))
        shared.stage.press("J")
        let text = shared.stage.app.frame(size).text()
        #expect(text.contains("slow "))
        #expect(text.contains("idle"))
        #expect(text.contains("812 events, at its own pace"))
    }

    @Test func `a selected guest can be sent away`() {
        var shared = SharedStage(.host)
        var other = SharedStage.anna
        other.id = "peer/2"
        other.name = ""
        shared.stage.app.peers?.peers = [SharedStage.anna, other]
        shared.stage.press("J", "j", "j")
        #expect(shared.stage.press("d") == [.sendAway(peer: "peer/2")])
        #expect(shared.stage.app.view.notice == "peer/2 was sent away")
    }

    @Test func `who has joined stands in the list of sessions`() {
        var shared = SharedStage(.host)
        shared.stage.app.peers?.peers = [SharedStage.anna]
        shared.stage.press("S")
        let text = shared.stage.app.frame(Size(columns: 120, rows: 36)).text()
        #expect(text.contains("peer/1"))
        #expect(text.contains("anna"))
    }
}

struct GuestTests {
    @Test func `a guest that may only watch is told so`() {
        var shared = SharedStage(.guest)
        shared.stage.press("i")
        #expect(shared.stage.app.view.composer == nil)
        #expect(shared.stage.app.view.notice?.contains("watch only") == true)
    }

    @Test func `a guest that may speak asks the host`() {
        var shared = SharedStage(.guest, maySpeak: true)
        shared.stage.press("i", "h", "o")
        #expect(shared.stage.press("enter") == [.ask(.realtime, .say("ho"))])
        shared.stage.press("escape")
        #expect(shared.stage.app.perform(.interrupt) == [.ask(.realtime, .interrupt)])
        shared.stage.press("E")
        #expect(shared.stage.app.view.notice?.contains("only the host") == true)
    }

    @Test func `a host is never asked for its own sessions`() {
        var shared = SharedStage(.host, maySpeak: true)
        #expect(shared.stage.app.perform(.say("ho"), for: .realtime).isEmpty)
    }

    @Test func `the way to the host stands in the first row`() {
        var shared = SharedStage(.guest)
        let size = Size(columns: 120, rows: 36)
        shared.stage.app.peers?.peers = [SharedStage.anna]
        #expect(shared.stage.app.frame(size).text().contains("rtt 1.3 ms"))
        shared.stage.app.peers?.link = .interrupted(reason: "timed out")
        #expect(shared.stage.app.frame(size).text().contains("peer lost, trying again"))
        shared.stage.app.peers?.link = .ended(reason: "the host is gone")
        #expect(shared.stage.app.frame(size).text().contains("peer: the host is gone"))
    }

    @Test func `who comes and goes is said in the footer`() {
        var shared = SharedStage(.host)
        for (payload, sentence) in [
            (
                Payload.opened(detail: "anna from 10.0.0.7:50123"),
                "peer/1: anna from 10.0.0.7:50123"
            ),
            (.closed(code: nil, reason: "goodbye"), "peer/1 left: goodbye"),
            (.failed(reason: "timed out"), "peer/1 is gone: timed out"),
        ] {
            _ = shared.stage.app.apply(
                Event(sequence: 1, time: .zero, source: SourceID("peer/1"), payload: payload))
            #expect(shared.stage.app.view.notice == sentence)
        }
        #expect(shared.stage.app.engine.sessions.count == 1)
    }
}
