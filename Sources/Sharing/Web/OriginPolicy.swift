/// Which web pages may read, by the origin that their browser tells (RFC 6454, Fetch).
///
/// A page of anybody's can make its reader's browser connect to a host that only that browser
/// reaches, such as one on the same machine; what is not a browser has no origin and is not
/// concerned. A page from the host itself may always read.
package struct OriginPolicy: Equatable, Sendable {
    /// Origins as `normalized` gives them; "*" for all.
    package var allowed: Set<String>
    /// Whether pages from files may ("null", and "file://" as Chromium says for WebTransport).
    /// Other pages can take that origin, too (a sandboxed frame), so something else must guard the
    /// host then.
    package var takesFiles: Bool

    package init(allowed: Set<String> = [], takesFiles: Bool = false) {
        (self.allowed, self.takesFiles) = (allowed, takesFiles)
    }

    /// An origin in the one form in which it is compared: scheme and host in lower case, without
    /// the scheme's own port; nil for what is no origin.
    package static func normalized(_ text: String) -> String? {
        let text = text.lowercased()
        if ["*", "null", "file://"].contains(text) { return text }
        for (scheme, port) in [("https://", ":443"), ("http://", ":80")]
        where text.hasPrefix(scheme) {
            let authority = text.dropFirst(scheme.count)
            guard !authority.isEmpty, authority.utf8.allSatisfy(isOfAuthority) else { return nil }
            return scheme + (authority.hasSuffix(port) ? authority.dropLast(port.count) : authority)
        }
        return nil
    }

    /// Letters, digits, and what stands in addresses and before ports; no user, path or blank.
    private static func isOfAuthority(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "-._:[]~%".utf8.contains(byte)
        }
    }

    /// Whether a page of an origin may read what was asked of `authority`.
    func takes(_ origin: String, authority: String) -> Bool {
        if allowed.contains("*") { return true }
        guard let origin = Self.normalized(origin), origin != "*" else { return false }
        if allowed.contains(origin) { return true }
        if origin == "null" || origin == "file://" { return takesFiles }
        return origin == Self.normalized("https://" + authority)
    }
}
