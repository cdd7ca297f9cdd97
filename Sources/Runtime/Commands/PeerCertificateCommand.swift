import QUIC
import Terminal

/// Makes a development certificate and says by what it is known.
package struct PeerCertificateCommand {
    package var directory: String?
    package var names: [String]
    package var days: Int
    package var replaces: Bool

    package init(directory: String?, names: [String], days: Int, replaces: Bool) {
        self.directory = directory
        self.names = names
        self.days = days
        self.replaces = replaces
    }

    /// Returns what is to be said about it.
    package func run() throws -> String {
        let files =
            try directory.map { PeerFiles(directory: $0) }
            ?? PeerFiles.standard(processEnvironment())
        let made = try files.makeCertificate(names: names, days: days, replaces: replaces)
        let all = DevelopmentCertificate.standardNames + names
        let most = DevelopmentCertificate.browserDays
        let warning =
            days > most
            ? "\nbrowsers take no certificate by its hash that holds more than \(most) days" : ""
        return """
            \(files.path(PeerFiles.certificateName)): for \(all.joined(separator: ", ")), \
            \(days) days
            \(files.path(PeerFiles.keyName)): its key
            \(files.path(PeerFiles.authorityName)): the authority, for whoever is to trust it
            sha256 \(CertificateHash(made.hash))\(warning)

            """
    }
}
