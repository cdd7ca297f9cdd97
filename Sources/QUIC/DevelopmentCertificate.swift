internal import CQUIC

/// A certificate authority and a leaf of it for trying things out, not for the public.
///
/// A browser takes the leaf by its hash (`serverCertificateHashes`), which asks for ECDSA and at
/// most 14 days; a self-signed one would be refused by others since it is its own authority.
package struct DevelopmentCertificate: Sendable {
    /// PEM of the authority's certificate; its key is forgotten.
    package let authority: String
    /// The leaf's chain and key.
    package let identity: Identity
    /// SHA-256 of the leaf's DER.
    package let hash: [UInt8]

    /// Names and addresses that every leaf is made for.
    package static let standardNames = ["localhost", "127.0.0.1", "::1"]

    /// How many days one may hold that browsers take by its hash (W3C WebTransport, section 6.9).
    package static let browserDays = 14

    /// Makes both with P-256 keys, valid from `start` (seconds since 1970) for `days`.
    package init(
        names: [String] = [], start: Int, days: Int = browserDays
    ) throws(QUICError) {
        for name in names where !Self.isName(name) {
            throw QUICError(
                operation: "make a certificate",
                message:
                    "“\(name)” is no address, and no name of letters, digits, hyphens and dots "
                    + "(others are written xn--…)")
        }
        let times = (start, start + days * 86_400)
        let authorityKey = try PrivateKey.generate()
        let root = try X509(commonName: "midstream development authority", times: times)
        try root.setKey(authorityKey)
        try root.makeAuthority()
        try root.sign(by: root, authorityKey)
        let leafKey = try PrivateKey.generate()
        // A common name has at most 64 characters (RFC 5280, appendix A.1); names stand elsewhere.
        let common = names.first { $0.utf8.count <= 64 } ?? "localhost"
        let leaf = try X509(commonName: common, times: times)
        try leaf.setKey(leafKey)
        let all = Self.standardNames + names.filter { !Self.standardNames.contains($0) }
        try leaf.makeLeaf(names: all)
        try leaf.sign(by: root, authorityKey)
        authority = try root.pem()
        identity = Identity(chain: try leaf.pem() + authority, key: try leafKey.pem())
        hash = try leaf.hash()
    }
}

extension DevelopmentCertificate {
    /// Whether it is an address, or a name as certificates hold it (RFC 5280, section 4.2.1.6):
    /// labels of at most 63 characters, 253 in all; the first may be an asterisk.
    static func isName(_ text: String) -> Bool {
        if NetworkAddress.isNumeric(text) { return true }
        guard (1...253).contains(text.utf8.count) else { return false }
        let labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return labels.enumerated().allSatisfy { place, label in
            if place == 0, labels.count > 1, label.elementsEqual("*".utf8) { return true }
            return (1...63).contains(label.count) && label.allSatisfy(isOfLabel)
                && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
        }
    }

    private static func isOfLabel(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

@safe
private final class PrivateKey {
    let handle: gnutls_x509_privkey_t

    /// A key whose number GnuTLS writes in 32 bytes. It adds a sign's zero to every second one and
    /// leaves out zeros before others; RFC 5915, section 3, allows neither, and some refuse such.
    static func generate() throws(QUICError) -> PrivateKey {
        while true {
            let key = try PrivateKey()
            if try key.isPlain { return key }
        }
    }

    private init() throws(QUICError) {
        var made: gnutls_x509_privkey_t?
        try QUICError.check("make a key", unsafe gnutls_x509_privkey_init(&made))
        guard let made = unsafe made else {
            throw QUICError(operation: "make a key", message: "out of memory")
        }
        unsafe handle = made
        try QUICError.check(
            "make a key",
            unsafe gnutls_x509_privkey_generate(handle, GNUTLS_PK_ECDSA, quic_p256_bits(), 0))
    }

    private var isPlain: Bool {
        get throws(QUICError) {
            var datum = unsafe gnutls_datum_t()
            try QUICError.check(
                "measure a key",
                unsafe gnutls_x509_privkey_export_ecc_raw(handle, nil, nil, nil, &datum))
            let number = unsafe GnuTLSBytes.take(datum).drop { $0 == 0 }
            return number.count == 32 && number.first.map { $0 < 0x80 } == true
        }
    }

    deinit { unsafe gnutls_x509_privkey_deinit(handle) }

    func pem() throws(QUICError) -> String {
        var out = unsafe gnutls_datum_t()
        try QUICError.check(
            "write a key", unsafe gnutls_x509_privkey_export2(handle, GNUTLS_X509_FMT_PEM, &out))
        return unsafe String(decoding: GnuTLSBytes.take(out), as: UTF8.self)
    }
}

@safe
private final class X509 {
    private let handle: gnutls_x509_crt_t

    init(commonName: String, times: (start: Int, end: Int)) throws(QUICError) {
        var made: gnutls_x509_crt_t?
        try QUICError.check("make a certificate", unsafe gnutls_x509_crt_init(&made))
        guard let made = unsafe made else {
            throw QUICError(operation: "make a certificate", message: "out of memory")
        }
        unsafe handle = made
        // A positive serial number of at most 20 bytes (RFC 5280, section 4.1.2.2).
        var serial = GnuTLSBytes.random(16)
        serial[0] = serial[0] & 0x7f | 1
        try check(unsafe gnutls_x509_crt_set_version(handle, 3))
        try check(unsafe gnutls_x509_crt_set_serial(handle, serial, serial.count))
        try check(unsafe gnutls_x509_crt_set_activation_time(handle, times.start))
        try check(unsafe gnutls_x509_crt_set_expiration_time(handle, times.end))
        try check(
            unsafe gnutls_x509_crt_set_dn_by_oid(
                handle, "2.5.4.3", 0, commonName, UInt32(commonName.utf8.count)))
    }

    deinit { unsafe gnutls_x509_crt_deinit(handle) }

    private func check(_ code: Int32) throws(QUICError) {
        try QUICError.check("make a certificate", code)
    }

    func setKey(_ key: PrivateKey) throws(QUICError) {
        try check(unsafe gnutls_x509_crt_set_key(handle, key.handle))
        let id = try keyID()
        try check(unsafe gnutls_x509_crt_set_subject_key_id(handle, id, id.count))
    }

    private func keyID() throws(QUICError) -> [UInt8] {
        var id = [UInt8](repeating: 0, count: 64)
        var count = id.count
        try check(unsafe gnutls_x509_crt_get_key_id(handle, 0, &id, &count))
        return Array(id.prefix(count))
    }

    func makeAuthority() throws(QUICError) {
        try check(unsafe gnutls_x509_crt_set_basic_constraints(handle, 1, 0))
        try check(
            unsafe gnutls_x509_crt_set_key_usage(
                handle, UInt32(GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN)))
    }

    /// For servers and, with mutual TLS, for clients.
    func makeLeaf(names: [String]) throws(QUICError) {
        try check(unsafe gnutls_x509_crt_set_basic_constraints(handle, 0, -1))
        try check(
            unsafe gnutls_x509_crt_set_key_usage(handle, UInt32(GNUTLS_KEY_DIGITAL_SIGNATURE)))
        for purpose in ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"] {
            try check(unsafe gnutls_x509_crt_set_key_purpose_oid(handle, purpose, 0))
        }
        for name in names {
            let address =
                NetworkAddress.ipv4(name).map { NetworkAddress(ipv4: $0, port: 0) }
                ?? NetworkAddress.ipv6(name).map { NetworkAddress(ipv6: $0.0, $0.1, port: 0) }
            let bytes = address?.bytes ?? Array(name.utf8)
            try check(
                unsafe gnutls_x509_crt_set_subject_alt_name(
                    handle, address == nil ? GNUTLS_SAN_DNSNAME : GNUTLS_SAN_IPADDRESS, bytes,
                    UInt32(bytes.count), UInt32(GNUTLS_FSAN_APPEND)))
        }
    }

    func sign(by issuer: X509, _ key: PrivateKey) throws(QUICError) {
        let id = try issuer.keyID()
        try check(unsafe gnutls_x509_crt_set_authority_key_id(handle, id, id.count))
        try check(
            unsafe gnutls_x509_crt_sign2(handle, issuer.handle, key.handle, GNUTLS_DIG_SHA256, 0))
    }

    func pem() throws(QUICError) -> String {
        var out = unsafe gnutls_datum_t()
        try check(unsafe gnutls_x509_crt_export2(handle, GNUTLS_X509_FMT_PEM, &out))
        return unsafe String(decoding: GnuTLSBytes.take(out), as: UTF8.self)
    }

    func hash() throws(QUICError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 32)
        var count = bytes.count
        try check(
            unsafe gnutls_x509_crt_get_fingerprint(handle, GNUTLS_DIG_SHA256, &bytes, &count))
        return bytes
    }
}
