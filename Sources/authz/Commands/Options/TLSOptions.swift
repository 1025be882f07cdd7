import ArgumentParser
import AuthzCore
import AuthzServer

/// The options of the check listener's TLS.
struct TLSOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The certificate of the check listener in PEM, those of its authorities behind it; read again when it changes.",
            valueName: "file"))
    var tlsCert: String?

    @Option(
        help: ArgumentHelp("The private key of that certificate in PEM, without a passphrase.", valueName: "file"))
    var tlsKey: String?

    @Option(
        help: ArgumentHelp(
            "The authorities of client certificates in PEM. Each caller then needs a certificate, and its identity headers count.",
            valueName: "file"))
    var tlsClientCa: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Count identity headers only with a client certificate for one of these SPIFFE IDs or DNS names (default: any).",
            valueName: "name"))
    var trustedClient: [String] = []

    /// The files, with the environment taken in; `nil` without TLS.
    func files(_ environment: Environment) throws -> TLSFiles? {
        let certificate = tlsCert ?? environment.text("AUTHZ_TLS_CERT")
        let key = tlsKey ?? environment.text("AUTHZ_TLS_KEY")
        let authorities = tlsClientCa ?? environment.text("AUTHZ_TLS_CLIENT_CA")
        switch (certificate, key) {
        case (let certificate?, let key?):
            return TLSFiles(certificate: certificate, key: key, clientAuthorities: authorities)
        case (nil, nil):
            guard authorities == nil else {
                throw ValidationError(
                    "--tls-client-ca asks for --tls-cert and --tls-key: without TLS there are no certificates")
            }
            return nil
        case (_?, nil): throw ValidationError("--tls-cert asks for --tls-key, the private key of the certificate")
        case (nil, _?): throw ValidationError("--tls-key asks for --tls-cert, the certificate of the key")
        }
    }

    /// The names of `--trusted-client`, with the environment taken in. As with principals, `spiffe://` need not be written.
    func names(_ environment: Environment, for files: TLSFiles?) throws -> Set<String> {
        let written = trustedClient.isEmpty ? environment.list("AUTHZ_TRUSTED_CLIENT") : trustedClient
        let names = try written.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }.map(Self.name)
        guard names.isEmpty || files?.clientAuthorities != nil else {
            throw ValidationError("--trusted-client asks for --tls-client-ca, which verifies client certificates")
        }
        return Set(names)
    }

    private static func name(_ text: Substring) throws -> String {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }), !text.contains("*") else {
            throw ValidationError(
                "\(String(text).quoted) is not a name; expected a SPIFFE ID or a DNS name, which is compared as a whole"
            )
        }
        if text.contains("://") { return String(text) }
        return text.contains("/") ? "spiffe://\(text)" : text.lowercased()
    }
}
