import JSONText
import Recordings
import Testing
import Timeline

struct RecordingCodecTests {
    private static let payloads: [Payload] = [
        .received(Array(#"{"type":"response.done","text":"a \"quoted\" \\ line"}"#.utf8)),
        .received([]),
        .received([0x7B, 0xFF, 0xC0, 0x7D]),
        .received(Array("\u{0}\u{1}\u{1F}\u{7F}\u{80}\t\r\n\u{8}\u{C}é漢👩‍🚀\u{2028}".utf8)),
        .sent(Array("{}".utf8)),
        .sent([0xED, 0xA0, 0x80]),
        .receivedBinary([]), .receivedBinary([0]), .receivedBinary([1, 2]), .sentBinary([1, 2, 3]),
        .sentBinary(Array(0...255)),
        .key("ctrl-c"), .key("\""),
        .resize(columns: 120, rows: 36),
        .opened(detail: "wss://example.org/v1/realtime?model=m"),
        .closed(code: 1000, reason: ""), .closed(code: nil, reason: "the cable"),
        .failed(reason: "connection reset"),
        .statistics(Array(#"{"bytes":12}"#.utf8)), .statistics([0x80]),
        .mark("here\u{1B}[31m"),
    ]

    private static let times: [Int64] = [0, 1, 12_301_442_000, .max]

    private func line(_ event: RecordedEvent) -> [UInt8] {
        let encoded = RecordingCodec.encode(event)
        #expect(encoded.last == 0x0A)
        #expect(encoded.count { $0 == 0x0A } == 1)
        return Array(encoded.dropLast())
    }

    @Test func `every kind of event survives a line, byte for byte`() throws {
        for payload in Self.payloads {
            for time in Self.times {
                let recorded = RecordedEvent(
                    event: Event(
                        sequence: 0, time: Instant(nanoseconds: time), source: SourceID("peer/3"),
                        payload: payload))
                let line = line(recorded)
                #expect(try RecordingCodec.decodeLine(line, number: 1) == recorded)
                #expect(!line.contains { $0 < 0x20 || $0 == 0x7F })
                #expect((try? UTF8Span(validating: line.span)) != nil)
            }
        }
    }

    @Test func `a line is what the format's document shows`() {
        let recorded = RecordedEvent(
            event: Event(
                sequence: 7, time: Instant(nanoseconds: 12_301_442_000), source: .realtime,
                payload: .received(Array(#"{"type":"ping"}"#.utf8))))
        let text =
            #"{"t":12301442000,"src":"realtime","kind":"received","text":"{\"type\":\"ping\"}"}"#
        #expect(String(decoding: line(recorded), as: UTF8.self) == text)
    }

    @Test func `random bytes survive as a frame`() throws {
        var random = SeededRandom(seed: 11)
        for _ in 0..<2000 {
            let count = Int(random.next() % 40)
            let isText = random.next().isMultiple(of: 2)
            let bytes: [UInt8] =
                isText
                ? Array(
                    String(
                        String.UnicodeScalarView(
                            (0..<count).map { _ in Self.scalar(&random) })
                    ).utf8)
                : (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            let recorded = RecordedEvent(
                event: Event(
                    sequence: 0, time: .zero, source: .realtime, payload: .received(bytes)))
            let line = line(recorded)
            #expect(try RecordingCodec.decodeLine(line, number: 1) == recorded)
            let tree = try JSON(parsing: line)
            if isText { #expect(tree["text"]?.stringValue.map { Array($0.utf8) } == bytes) }
        }
    }

    private static func scalar(_ random: inout SeededRandom) -> Unicode.Scalar {
        let planes: [UInt64] = [0x20, 0x80, 0x800, 0x1_0000, 0x11_0000]
        let limit = planes[Int(random.next() % 5)]
        return Unicode.Scalar(UInt32(random.next() % limit)) ?? "\u{FFFD}"
    }

    @Test func `a frame's escapes may be written in any way JSON knows`() throws {
        let cases: [(literal: String, bytes: [UInt8])] = [
            (#"\u0041\/\b\f\n\r\t"#, Array("A/\u{8}\u{C}\n\r\t".utf8)),
            (#"\u00e9\u6F22"#, Array("é漢".utf8)),
            (#"\ud83d\uDC69"#, Array("👩".utf8)),
            (#"x\u0000y"#, [0x78, 0, 0x79]),
        ]
        for (literal, bytes) in cases {
            let line = #" {"kind" : "sent", "text":""# + literal + #"","src":"realtime","t":5} "#
            let recorded = try RecordingCodec.decodeLine(Array(line.utf8), number: 1)
            #expect(recorded.event.payload == .sent(bytes))
            #expect(recorded.event.time.nanoseconds == 5)
        }
    }

    @Test func `unknown members of a known kind are kept in their order`() throws {
        let line =
            #"{"a":1.50,"t":3,"src":"mic","kind":"mark","label":"x","b":{"c":[null,"\n"]},"a":2}"#
        let recorded = try RecordingCodec.decodeLine(Array(line.utf8), number: 1)
        #expect(
            recorded.unknownFields == [
                .init(key: "a", value: .number("1.50")),
                .init(key: "b", value: ["c": [nil, "\n"]]),
                .init(key: "a", value: .number("2")),
            ])
        #expect(try RecordingCodec.decodeLine(self.line(recorded), number: 1) == recorded)
        let text =
            #"{"t":3,"src":"mic","kind":"mark","label":"x","a":1.50,"b":{"c":[null,"\n"]},"a":2}"#
        #expect(String(decoding: self.line(recorded), as: UTF8.self) == text)
    }

    @Test func `members that belong to another kind are unknown members`() throws {
        let line = #"{"t":3,"src":"k","kind":"key","key":"q","text":"t","code":1,"base64":"!"}"#
        let recorded = try RecordingCodec.decodeLine(Array(line.utf8), number: 1)
        #expect(recorded.event.payload == .key("q"))
        #expect(recorded.unknownFields.map(\.key) == ["text", "code", "base64"])
    }

    @Test func `an unknown kind keeps its line byte for byte`() throws {
        let original = Array(
            #"{ "src":"x",  "t":9, "kind":"video\u002dframe", "z":[1,  2],"A":1e5 }"#.utf8)
        let recorded = try RecordingCodec.decodeLine(original, number: 1)
        #expect(recorded.event.payload == .unknown(kind: "video-frame", line: original))
        #expect(recorded.event.time.nanoseconds == 9)
        #expect(recorded.event.source == SourceID("x"))
        #expect(line(recorded) == original)
    }

    @Test(arguments: [
        (#"{"t":1,"src":"a","kind":"received"}"#, nil, #"the line lacks "text" or "base64""#),
        (#"{"src":"a","kind":"key","key":"q"}"#, nil, #"the line lacks "t""#),
        (#"{"t":1,"kind":"key","key":"q"}"#, nil, #"the line lacks "src""#),
        (#"{"t":1,"src":"a","key":"q"}"#, nil, #"the line lacks "kind""#),
        (#"{"t":1.5,"src":"a","kind":"key"}"#, 6, #""t" must be whole nanoseconds in 64 bits"#),
        (#"{"t":1e3,"src":"a","kind":"key"}"#, 6, #""t" must be whole nanoseconds in 64 bits"#),
        (
            #"{"t":9223372036854775808,"src":"a"}"#, 6,
            #""t" must be whole nanoseconds in 64 bits"#
        ),
        (#"{"t":"1","src":"a","kind":"key"}"#, 6, "expected a value"),
        (#"{"t":1,"src":7,"kind":"key"}"#, 14, "expected a string"),
        (#"{"t":1,"src":"a","kind":"key","key":7}"#, 37, "expected a string"),
        (
            #"{"t":1,"src":"a","kind":"mark","label":"x","label":"y"}"#, 44,
            #""label" a second time"#
        ),
        (#"{"t":1,"t":2,"src":"a","kind":"mark"}"#, 8, #""t" a second time"#),
        (
            #"{"t":1,"src":"a","kind":"sent","text":"x","base64":""}"#, 43,
            #"both "text" and "base64""#
        ),
        (#"{"t":1,"src":"a","kind":"sent-binary","base64":"AA=A"}"#, 51, "not base64"),
        (#"{"t":1,"src":"a","kind":"sent-binary","base64":"AB=="}"#, 50, "not base64"),
        (
            #"{"t":1,"src":"a","kind":"sent","text":"\ud800"}"#, 39,
            "half a surrogate pair has no text"
        ),
        (
            #"{"t":1,"src":"a","kind":"resize","columns":80.5,"rows":1}"#, 44,
            "expected a whole number"
        ),
        (#"[1]"#, 1, "expected an object"),
        (#"{"t":1,"src":"a","kind":"mark","label":"x"} x"#, 45, "something follows the JSON value"),
        ("nonsense", 1, "expected an object"),
    ])
    func `a broken line gives the place and the reason`(
        line: String, column: Int?, message: String
    ) {
        #expect(throws: RecordingError(line: 12, column: column, message: message)) {
            try RecordingCodec.decodeLine(Array(line.utf8), number: 12)
        }
    }

    @Test func `bytes that are not UTF-8 are refused where text must be`() {
        var line = Array(#"{"t":1,"src":"a","kind":"sent","text":"x"}"#.utf8)
        line[39] = 0xFF
        let error = RecordingError(line: 1, column: 39, message: "a string is not UTF-8")
        #expect(throws: error) { try RecordingCodec.decodeLine(line, number: 1) }
    }

    @Test func `the smallest and the greatest time are read`() throws {
        for time in [Int64.min, -1, 0, .max] {
            let line = #"{"t":\#(time),"src":"a","kind":"mark","label":""}"#
            let event = try RecordingCodec.decodeLine(Array(line.utf8), number: 1).event
            #expect(event.time.nanoseconds == time)
        }
    }

    @Test func `a header survives with members nobody knows`() throws {
        let header = RecordingHeader(
            startedAt: "2026-08-21T10:00:00.000Z", clock: .partial, origin: "midstream-tui 0.1",
            sessionName: "a \"name\"", extra: [.init(key: "zone", value: ["a", 1, nil])])
        let line = RecordingCodec.encode(header)
        #expect(try RecordingCodec.decodeHeader(line) == header)
        #expect(line.last == 0x0A)
        let plain = RecordingHeader(clock: .none, origin: "x")
        #expect(
            String(decoding: RecordingCodec.encode(plain), as: UTF8.self)
                == #"{"midstream":1,"clock":"none","origin":"x"}"# + "\n")
    }

    @Test(arguments: [
        (#"{"clock":"none","origin":"x"}"#, #"the header lacks "midstream""#),
        (#"{"midstream":1,"origin":"x"}"#, #"the header lacks "clock""#),
        (#"{"midstream":1,"clock":"none"}"#, #"the header lacks "origin""#),
        (
            #"{"midstream":0,"clock":"none","origin":"x"}"#,
            #""midstream" must be the version, 1 or more"#
        ),
        (
            #"{"midstream":1,"clock":"sundial","origin":"x"}"#,
            #""clock" must be measured, partial or none"#
        ),
        (#"{"midstream":1,"clock":"none","origin":5}"#, #""origin" must be a string"#),
        (#"{"midstream":1,"midstream":1}"#, "the header says midstream twice"),
    ])
    func `a wrong header gives the reason`(line: String, message: String) {
        #expect(throws: RecordingError(line: 1, message: message)) {
            try RecordingCodec.decodeHeader(Array(line.utf8))
        }
    }
}
