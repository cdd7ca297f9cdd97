import Foundation
import JSONText
import RealtimeProtocol
import Testing

@Suite struct `The event tables` {
    @Test(arguments: Samples.server)
    func `a server event with its fields decodes without complaint`(_ shape: Samples.Shape) {
        check(shape, RealtimeDecoder.server)
    }

    @Test(arguments: Samples.client)
    func `a client event with its fields decodes without complaint`(_ shape: Samples.Shape) {
        check(shape, RealtimeDecoder.client)
    }

    private func check<Body>(_ shape: Samples.Shape, _ decode: ([UInt8]) -> Decoded<Body>) {
        for fields in [shape.required, shape.required + shape.optional] {
            let decoded = decode(Samples.frame(shape.type, fields).bytes)
            #expect(decoded.type == shape.type)
            #expect(decoded.eventID == "event_1")
            #expect(decoded.body != nil)
            #expect(decoded.dialect == .ga)
            #expect(decoded.problems == [])
            #expect(decoded.unknownFields == [])
            #expect(decoded.unknownValues == [])
        }
    }

    @Test(arguments: Samples.server)
    func `a missing or null field is named and the rest is kept`(_ shape: Samples.Shape) {
        for field in shape.required {
            let rest = shape.required.filter { $0 != field }
            var frame = Samples.frame(shape.type, rest)
            let missing = RealtimeDecoder.server(frame.bytes)
            #expect(missing.problems == [DecodingProblem(path: field, reason: "is missing")])
            #expect(missing.body != nil)
            frame = .object(frame.objectValue! + [JSON.Member(key: field, value: nil)])
            let null = RealtimeDecoder.server(frame.bytes)
            #expect(null.problems == [DecodingProblem(path: field, reason: "is null")])
            #expect(null.body == missing.body)
        }
        let optional = shape.optional.map { JSON.Member(key: $0, value: nil) }
        let frame = JSON.object(Samples.frame(shape.type, shape.required).objectValue! + optional)
        #expect(RealtimeDecoder.server(frame.bytes).problems == [])
    }

    @Test(arguments: Samples.server + Samples.client)
    func `a field of the wrong kind is named with its place`(_ shape: Samples.Shape) {
        let isServer = Samples.server.contains { $0.type == shape.type }
        // A client's item and session pass as they are; a segment's own id is not read.
        let unread = isServer ? ["id"] : ["item", "session"]
        for field in shape.required where !unread.contains(field) {
            var members = Samples.frame(shape.type, shape.required).objectValue!
            let position = members.firstIndex { $0.key == field }!
            members[position].value = [true]
            let bytes = JSON.object(members).bytes
            let problems =
                isServer
                ? RealtimeDecoder.server(bytes).problems : RealtimeDecoder.client(bytes).problems
            #expect(problems.first?.path.hasPrefix(field) == true, "\(shape.type) \(field)")
            #expect(problems.first?.reason.hasPrefix("expected") == true)
        }
    }

    @Test(arguments: Samples.server)
    func `a field that the event may not have is reported`(_ shape: Samples.Shape) {
        let members = Samples.frame(shape.type, shape.required).objectValue!
        let extra = ["zzz", "audio", "\u{e9}\n"].map {
            JSON.Member(key: $0, value: [1, ["a": "]"]])
        }
        let decoded = RealtimeDecoder.server(JSON.object(members + extra).bytes)
        #expect(decoded.unknownFields.sorted() == ["audio", "zzz", "é\n"])
        #expect(decoded.problems == [])
        #expect(decoded.body == RealtimeDecoder.server(JSON.object(members).bytes).body)
    }

    @Test(arguments: Samples.server)
    func `the order of fields and the spelling of names change nothing`(_ shape: Samples.Shape) {
        let frame = Samples.frame(shape.type, shape.required + shape.optional)
        let plain = RealtimeDecoder.server(frame.bytes)
        #expect(
            RealtimeDecoder.server(JSON.object(frame.objectValue!.reversed()).bytes) == plain)
        #expect(RealtimeDecoder.server(Array(frame.pretty().utf8)) == plain)
        let escaped = String(decoding: frame.bytes, as: UTF8.self)
            .replacingOccurrences(of: "type\":", with: #"\u0074ype":"#)
            .replacingOccurrences(of: "\"response.", with: #""r\u0065sponse."#)
            .replacingOccurrences(of: "item_id", with: #"item\u005fid"#)
        #expect(RealtimeDecoder.server(Array(escaped.utf8)) == plain)
    }

    @Test func `the tables hold the API's events, then the beta names, then xAI's`() {
        let server = Samples.server.map(\.type)
        #expect(RealtimeDecoder.serverTypes.prefix(46).sorted() == server.sorted())
        #expect(
            RealtimeDecoder.serverTypes.dropFirst(46).sorted() == [
                "conversation.item.input_audio_transcription.updated", "ping",
                "response.audio.delta", "response.audio.done", "response.audio_transcript.delta",
                "response.audio_transcript.done", "response.text.delta", "response.text.done",
                "transcription_session.updated",
            ])
        #expect(
            RealtimeDecoder.clientTypes
                == Samples.client.map(\.type) + ["transcription_session.update"])
    }

    /// Needs the folder named by REFERENCE_CONFORMANCE, or ../shared/conformance; absent elsewhere.
    @Test(.enabled(if: Samples.reference("REFERENCE_CONFORMANCE", "conformance") != nil))
    func `the samples are those of the API's description`() throws {
        let folder = try #require(Samples.reference("REFERENCE_CONFORMANCE", "conformance"))
        let bytes = Array(try Data(contentsOf: folder.appendingPathComponent("events.json")))
        let events = try JSON(parsing: bytes)
        for (side, shapes) in [("server", Samples.server), ("client", Samples.client)] {
            let listed = try #require(events[side]?.arrayValue)
            #expect(listed.compactMap { $0["type"]?.stringValue } == shapes.map(\.type).sorted())
            for event in listed {
                let shape = try #require(shapes.first { $0.type == event["type"]?.stringValue })
                #expect(names(event["required"]) == shape.required.sorted(), "\(shape.type)")
                #expect(names(event["optional"]) == shape.optional.sorted(), "\(shape.type)")
            }
        }
    }

    private func names(_ list: JSON?) -> [String] {
        (list?.arrayValue ?? []).compactMap(\.stringValue).filter { $0 != "event_id" }.sorted()
    }
}
