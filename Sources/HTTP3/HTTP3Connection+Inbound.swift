import QUIC

extension InboundStream {
    /// A critical stream may not end while the connection lives (RFC 9114, section 6.2.1).
    func checkMayEnd() throws(HTTP3Error) {
        switch kind {
        case .control, .encoder, .decoder:
            throw HTTP3Error(.closedCriticalStream, "the peer ended a control stream")
        case .undetermined, .webTransport: break
        }
    }
}

/// Streams that the peer opened and that are no messages.
extension HTTP3Connection {
    func pumpInbound(_ id: StreamID) throws(HTTP3Error) {
        while inbound[id] != nil, let data = endpoint.read(id, of: handle) {
            var input = data.bytes[...]
            while !input.isEmpty, inbound[id] != nil {
                try takeInbound(id, &input, isEnd: data.isEnd)
            }
            if data.isEnd, let stream = inbound.removeValue(forKey: id) {
                try stream.checkMayEnd()
            }
        }
    }

    private func takeInbound(_ id: StreamID, _ input: inout ArraySlice<UInt8>, isEnd: Bool)
        throws(HTTP3Error)
    {
        guard var stream = inbound[id] else { return }
        switch stream.kind {
        case .undetermined:
            let type = stream.integer.take(&input)
            inbound[id] = stream
            if let type { try determine(id, type) }
        case .webTransport:
            let session = stream.integer.take(&input)
            inbound[id] = stream
            guard let session else { return }
            inbound[id] = nil
            try adopt(id, session: session, rest: input, isEnd: isEnd)
            input = []
        case .control(var frames):
            while let part = try frames.next(&input) { try control(part) }
            inbound[id]?.kind = .control(frames)
        case .encoder:
            try decoder.readEncoderStream(Array(input))
            input = []
            try retryBlocked()
        case .decoder:
            try encoder.readDecoderStream(Array(input))
            input = []
        }
    }

    /// The first integer tells what the stream is.
    private func determine(_ id: StreamID, _ type: UInt64) throws(HTTP3Error) {
        if id.direction == .bidirectional {
            guard type == FrameType.webTransport else {
                throw HTTP3Error(.streamCreationError, "a server opened a bidirectional stream")
            }
            inbound[id]?.kind = .webTransport
            return
        }
        switch type {
        case StreamType.control: inbound[id]?.kind = .control(FrameDecoder(.control))
        case StreamType.encoder: inbound[id]?.kind = .encoder
        case StreamType.decoder: inbound[id]?.kind = .decoder
        case StreamType.push:
            throw isServer
                ? HTTP3Error(.streamCreationError, "a client opened a push stream")
                : HTTP3Error(.idError, "a push that nobody allowed")
        case StreamType.webTransport where settings.maximumWebTransportSessions > 0:
            inbound[id]?.kind = .webTransport
            return
        default:
            // Unknown, and so to be passed over (RFC 9114, section 6.2.3).
            inbound[id] = nil
            endpoint.stopReading(
                id, of: handle, code: HTTP3ErrorCode.streamCreationError.rawValue)
            return
        }
        guard criticalSeen.insert(type).inserted else {
            throw HTTP3Error(.streamCreationError, "a second stream of type \(type)")
        }
    }

    /// The table has grown: sections that waited may be complete.
    private func retryBlocked() throws(HTTP3Error) {
        let waiting = blocked
        blocked = []
        for id in waiting {
            if let message = messages[id] { try pump(message) }
        }
    }
}
