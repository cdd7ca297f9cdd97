import Engine
import Foundation
import Interface
import Testing
import Timeline

@testable import Runtime

/// A client's sound on devices that come and go.
struct SoundEdgeTests {
    /// Waits for the next wishes that the edge has of the client.
    private func wishes(_ inbox: Inbox) async -> [ClientWish] {
        let descriptor = inbox.descriptor
        return await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                _ = unsafe poll(&waiting, 1, -1)
                continuation.resume(returning: inbox.take().requests.map(\.wish))
            }
        }
    }

    private func words(_ inbox: Inbox) async -> String {
        while true {
            for case .microphoneChanged(let words) in await wishes(inbox) { return words }
        }
    }

    private func sound(_ inbox: Inbox) async -> [UInt8] {
        while true {
            for case .captured(let bytes, _) in await wishes(inbox) { return bytes }
        }
    }

    @Test(.timeLimit(.minutes(20)))
    func `a microphone that is unplugged while it is used is shown, waited for and used again`()
        async throws
    {
        let source = noise(960)
        let device = try StandIn(source: source)
        let inbox = try Inbox()
        let edge = SoundEdge(
            devices: SoundEdge.Devices(microphone: device.name, loudspeaker: nil), inbox: inbox,
            clock: MonotonicClock(), silenceLimit: nil)
        edge.capture(true, for: .realtime)
        device.advance(480)
        #expect(await sound(inbox) == source)
        #expect(edge.state(at: .zero).isCapturing)

        try device.unplug()
        let loss = await words(inbox)
        #expect(loss.contains("plug it in"), "\(loss)")
        var state = edge.state(at: .zero + .seconds(1))
        #expect(!state.isCapturing && state.level == 0 && !state.hearsVoice)
        #expect(state.microphone?.contains("unplugged") == true)
        // The client goes on listening, and says so to whoever reads the footer.
        var client = RealtimeClient(configuration: ClientConfiguration(destination: "test"))
        _ = client.perform(.openMicrophone(true), session: nil)
        #expect(client.perform(.microphoneChanged(loss), session: nil).isEmpty)
        #expect(client.isListening && client.takeNotices() == [loss])

        try device.plugIn()
        #expect(await words(inbox).contains("is back"))
        state = edge.state(at: .zero + .seconds(2))
        #expect(state.isCapturing && state.microphone?.contains("24 kHz") == true)
        device.advance(480)
        #expect(await sound(inbox) == source)
        edge.close()
    }
}
