import Glibc
import QUIC
import SystemPackage
import TLS
import Terminal
import TextEncodings

/// What a peer is known by, in a directory: certificate and key, the authority behind it, and a
/// secret that lets a restarted host be recognised.
struct PeerFiles {
    let directory: String

    /// The chain, leaf first, and its key, both in PEM.
    static let certificateName = "certificate.pem"
    static let keyName = "key.pem"
    /// The authority that made the leaf; whoever is to trust the host gets it.
    static let authorityName = "authority.pem"
    private static let secretName = "secret"

    /// The directory that is used when none is named.
    static func standard(
        _ environment: [String: String], instead directory: String? = nil
    ) throws(FileError) -> PeerFiles {
        if let directory { return PeerFiles(directory: directory) }
        guard let state = UserDirectory.state(environment) else {
            throw FileError(
                path: "peer", message: "there is no home directory: name one by --certificate")
        }
        return PeerFiles(directory: state + "/peer")
    }

    func path(_ name: String) -> String { directory + "/" + name }

    var hasCertificate: Bool { FileAccess.exists(path(Self.certificateName)) }

    /// Writes a new development certificate; one that is there is replaced only when asked for.
    @discardableResult
    func makeCertificate(
        names: [String], days: Int, replaces: Bool
    ) throws -> DevelopmentCertificate {
        if !replaces, hasCertificate {
            throw FileError(
                path: path(Self.certificateName), message: "it exists already; --force replaces it")
        }
        // A minute back, for clocks that are not quite alike.
        let made = try DevelopmentCertificate(
            names: names, start: Int(WallClock.unixSeconds) - 60, days: days)
        try make()
        try write(made.identity.key, Self.keyName, mode: [.ownerReadWrite])
        let readable: FilePermissions = [.ownerReadWrite, .groupRead, .otherRead]
        try write(made.identity.chain, Self.certificateName, mode: readable)
        try write(made.authority, Self.authorityName, mode: readable)
        return made
    }

    /// The certificate and its key as they stand in the directory.
    func identity() throws(FileError) -> Identity {
        Identity(
            chain: try text(Self.certificateName), key: try text(Self.keyName))
    }

    /// The identity here; a development one that is missing or about to run out is made anew.
    func developmentIdentity() throws -> (identity: Identity, leaf: LeafCertificate) {
        if hasCertificate {
            let identity = try identity()
            let leaf = try LeafCertificate(chain: identity.chain)
            let tomorrow = Int(WallClock.unixSeconds) + 86_400
            if leaf.validity.contains(tomorrow) { return (identity, leaf) }
        }
        let made = try makeCertificate(
            names: [], days: DevelopmentCertificate.browserDays, replaces: true)
        return (made.identity, try LeafCertificate(chain: made.identity.chain))
    }

    /// The authority in PEM; nil when there is none.
    var authority: String? { try? text(Self.authorityName) }

    /// 32 bytes of its own, made when they are missing.
    func secret() throws -> [UInt8] {
        if FileAccess.exists(path(Self.secretName)) {
            let bytes = try FileAccess.read(path(Self.secretName))
            if bytes.count == 32 { return bytes }
        }
        var random = SystemRandomNumberGenerator()
        let bytes = (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) }
        try make()
        try write(bytes, Self.secretName, mode: [.ownerReadWrite])
        return bytes
    }

    // MARK: tickets

    /// What lets the next connection to a host be quicker; nil when there is nothing.
    ///
    /// - Parameter trust: whom the connection trusts: a ticket stands for a certificate that was
    ///   checked, and only for who would have checked it the same way.
    func resumption(for address: String, trust: Trust) -> ResumptionState? {
        guard let bytes = try? FileAccess.read(path(Self.ticketName(address, trust))) else {
            return nil
        }
        return ResumptionState(bytes: bytes)
    }

    func keep(
        _ resumption: ResumptionState, for address: String, trust: Trust
    ) throws(FileError) {
        try make()
        try write(resumption.bytes, Self.ticketName(address, trust), mode: [.ownerReadWrite])
    }

    private static func ticketName(_ address: String, _ trust: Trust) -> String {
        let digest = Digest.sha1(Array("\(address) \(trust)".utf8))
        return "ticket-" + digest.prefix(8).hexadecimal
    }

    private func text(_ name: String) throws(FileError) -> String {
        String(decoding: try FileAccess.read(path(name)), as: UTF8.self)
    }

    private func make() throws(FileError) {
        do {
            try UserDirectory.make(AbsolutePath.of(directory))
        } catch {
            throw FileError(path: directory, message: "\(error)")
        }
    }

    private func write(_ text: String, _ name: String, mode: FilePermissions) throws(FileError) {
        try write(Array(text.utf8), name, mode: mode)
    }

    private func write(_ bytes: [UInt8], _ name: String, mode: FilePermissions) throws(FileError) {
        let file = path(name)
        do {
            // Beside it and then in its place, so that nobody reads a half or with another's rights.
            let aside = file + ".new"
            let descriptor = try FileDescriptor.open(
                FilePath(aside), .writeOnly, options: [.create, .truncate], permissions: mode)
            do {
                try descriptor.writeAll(bytes)
                try descriptor.close()
            } catch {
                FileAccess.close(descriptor)
                throw error
            }
            guard unsafe rename(aside, file) == 0 else {
                throw FileError(path: file, message: systemMessage(errno))
            }
        } catch {
            throw FileAccess.describe(error, file)
        }
    }
}
