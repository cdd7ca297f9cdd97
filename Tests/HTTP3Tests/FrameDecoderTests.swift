import SimulatedNetwork
import Testing
import Timeline

@testable import HTTP3

@Suite struct `HTTP/3 frames` {
    typealias Outcome = (parts: [FramePart], error: HTTP3Error?)

    static func decode(_ pieces: [ArraySlice<UInt8>], _ place: FrameDecoder.Place) -> Outcome {
        var decoder = FrameDecoder(place, headerLimit: 1_000)
        var parts: [FramePart] = []
        for piece in pieces {
            var input = piece
            do throws(HTTP3Error) {
                while let part = try decoder.next(&input) {
                    if case .data(let new) = part, case .data(let old)? = parts.last {
                        parts[parts.count - 1] = .data(old + new)
                    } else {
                        parts.append(part)
                    }
                    if case .webTransport = part {
                        parts.append(.data(Array(input)))
                        return (parts, nil)
                    }
                }
            } catch {
                return (parts, error)
            }
        }
        return (parts, nil)
    }

    static let control: [UInt8] =
        FrameType.frame(FrameType.settings, VariableInteger.bytes(1, 4096, 0x2b60_3742, 1))
        + FrameType.frame(0x21, [9, 9, 9])
        + FrameType.frame(FrameType.goAway, VariableInteger.bytes(16_384))
        + FrameType.frame(
            FrameType.priorityUpdateOfRequest, VariableInteger.bytes(8) + Array("u=1".utf8))
        + FrameType.frame(FrameType.maximumPush, VariableInteger.bytes(3))

    static let message: [UInt8] =
        FrameType.frame(FrameType.headers, [1, 2, 3]) + FrameType.frame(0x40 + 0x21, [])
        + FrameType.frame(FrameType.data, Array(repeating: 7, count: 100))
        + FrameType.frame(FrameType.headers, [])

    @Test func `any split of the bytes gives the same parts`() throws {
        let place = FrameDecoder.Place.message(isServer: true, mayBeWebTransport: true)
        for (bytes, place, count) in [(Self.control, .control, 4), (Self.message, place, 3)] {
            let whole = Self.decode([bytes[...]], place)
            #expect(whole.error == nil)
            #expect(whole.parts.count == count)
            #expect(Self.decode(bytes.indices.map { bytes[$0...$0] }, place).parts == whole.parts)
            for cut in bytes.indices {
                let parts = Self.decode([bytes[..<cut], bytes[cut...]], place).parts
                #expect(parts == whole.parts)
            }
        }
    }

    @Test func `integers survive, in their shortest form`() {
        for shift in 0..<62 {
            for value in [UInt64(1) << UInt64(shift), UInt64(1) << UInt64(shift) - 1] {
                let bytes = VariableInteger.bytes(value)
                var input = bytes[...]
                var decoder = IntegerDecoder()
                #expect(decoder.take(&input) == value)
                #expect(input.isEmpty)
                #expect(
                    bytes.count == (value < 64 ? 1 : value < 16_384 ? 2 : value < 1 << 30 ? 4 : 8))
            }
        }
    }

    @Test(arguments: [
        ("data before settings", [UInt8]([0, 1, 7]), HTTP3ErrorCode.missingSettings),
        ("unknown before settings", [0x21, 0], .missingSettings),
        ("settings twice", [4, 0, 4, 0], .frameUnexpected),
        ("headers on the control stream", [4, 0, 1, 0], .frameUnexpected),
        ("a frame of HTTP/2", [4, 0, 6, 0], .frameUnexpected),
        ("an empty GOAWAY", [4, 0, 7, 0], .frameError),
        ("a GOAWAY with more", [4, 0, 7, 2, 0, 0], .frameError),
        ("half a setting", [4, 1, 6], .frameError),
        ("endless settings", [4, 0xbf, 0xff, 0xff, 0xff], .excessiveLoad),
    ]) func `a broken control stream is refused`(
        name: String, bytes: [UInt8], code: HTTP3ErrorCode
    ) {
        #expect(Self.decode([bytes[...]], .control).error?.code == code)
    }

    @Test(arguments: [
        ([UInt8]([4, 0]), HTTP3ErrorCode.frameUnexpected), ([7, 1, 0], .frameUnexpected),
        ([5, 1, 0], .idError), ([0x0d, 1, 0], .frameUnexpected),
        ([2, 0], .frameUnexpected),
    ]) func `a broken message is refused`(bytes: [UInt8], code: HTTP3ErrorCode) {
        let place = FrameDecoder.Place.message(isServer: false, mayBeWebTransport: false)
        #expect(Self.decode([bytes[...]], place).error?.code == code)
    }

    @Test func `a field section that is too long is passed over`() {
        let long = [1] + VariableInteger.bytes(70_000) + [UInt8](repeating: 0, count: 70_000)
        let place = FrameDecoder.Place.message(isServer: true, mayBeWebTransport: false)
        let decoded = Self.decode([(long + [1, 1, 5])[...]], place)
        #expect(decoded.parts == [.headersTooLong, .headers([5])])
        #expect(decoded.error == nil)
    }

    @Test func `a WebTransport stream is known by its first integers only`() {
        let bytes = VariableInteger.bytes(0x41, 8) + [1, 2, 3]
        let first = Self.decode([bytes[...]], .message(isServer: true, mayBeWebTransport: true))
        #expect(first.parts == [.webTransport(session: 8), .data([1, 2, 3])])
        let later = Self.decode(
            [(FrameType.frame(FrameType.data, []) + bytes)[...]],
            .message(isServer: true, mayBeWebTransport: true))
        #expect(later.parts.isEmpty)
        #expect(later.error == nil)
    }

    @Test func `random bytes never do harm, however they are split`() {
        var random = SeededRandom(seed: 77)
        for round in 0..<3_000 {
            let place: FrameDecoder.Place =
                round % 2 == 0
                ? .control : .message(isServer: true, mayBeWebTransport: round % 4 == 1)
            var bytes = round % 2 == 0 ? Self.control : Self.message
            for _ in 0..<(random.next() % 6) {
                bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(random.next() % 256)
            }
            let whole = Self.decode([bytes[...]], place)
            let single = Self.decode(bytes.indices.map { bytes[$0...$0] }, place)
            #expect(whole.error == single.error)
            if whole.parts.contains(where: { if case .webTransport = $0 { true } else { false } }) {
                continue
            }
            #expect(whole.parts == single.parts)
        }
    }

    @Test func `capsules survive any split, and hostile ones are refused`() {
        let bytes =
            Capsule.datagram([1, 2]).bytes + FrameType.frame(0x1f + 0x21, [5])
            + Capsule.close(code: 0x0102_0304, reason: "enough").bytes
        for cut in bytes.indices {
            var decoder = CapsuleDecoder()
            var found: [Capsule] = []
            for piece in [bytes[..<cut], bytes[cut...]] {
                var input = piece
                while let capsule = try? decoder.next(&input) { found.append(capsule) }
            }
            #expect(found == [.datagram([1, 2]), .close(code: 0x0102_0304, reason: "enough")])
        }
        var decoder = CapsuleDecoder()
        var long = VariableInteger.bytes(Capsule.closeType, 2_000)[...]
        #expect(throws: HTTP3Error.self) { try decoder.next(&long) }
    }
}
