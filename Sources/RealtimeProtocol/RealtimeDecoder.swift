/// Decodes the frames of the OpenAI Realtime API and of the servers that speak like it.
///
/// Total: any bytes give an answer, and an answer never says less than could be understood.
/// Linear in the bytes; audio is not decoded but kept as the slice of the frame it is.
package enum RealtimeDecoder {
    /// A frame from the server.
    package static func server(_ bytes: [UInt8]) -> Decoded<ServerEvent> {
        ServerEvent.table.decode(bytes)
    }

    /// A frame from the client.
    package static func client(_ bytes: [UInt8]) -> Decoded<ClientEvent> {
        ClientEvent.table.decode(bytes)
    }

    /// Every server event type that is decoded, in the order of the API's description.
    package static var serverTypes: [String] { ServerEvent.table.types }

    /// Every client event type that is decoded.
    package static var clientTypes: [String] { ClientEvent.table.types }
}
