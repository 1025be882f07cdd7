/// The files, in PEM, of a listener with TLS.
package struct TLSFiles: Sendable, Hashable {
    /// The listener's own certificate, and behind it those that lead to its authority.
    package var certificate: String
    /// The private key of that certificate, without a passphrase.
    package var key: String
    /// The authorities of clients, each of which then has to have a certificate; `nil`: none is asked for.
    package var clientAuthorities: String?

    package init(certificate: String, key: String, clientAuthorities: String? = nil) {
        self.certificate = certificate
        self.key = key
        self.clientAuthorities = clientAuthorities
    }

    var all: [String] { [certificate, key] + (clientAuthorities.map { [$0] } ?? []) }
}
