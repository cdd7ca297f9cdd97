/// A host and a port as people write them; a host with colons stands in brackets.
enum AddressText {
    static func of(_ host: String, _ port: Int) -> String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
