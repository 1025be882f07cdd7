import ArgumentParser
import AuthzCore
import AuthzServer

/// The options of the check listener's TLS.
struct TLSOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The certificate of the check listener in PEM, those of its authorities behind it; read again when it changes.",
            valueName: "file"), completion: .file())
    var tlsCert: String?

    @Option(
        help: ArgumentHelp("The private key of that certificate in PEM, without a passphrase.", valueName: "file"),
        completion: .file())
    var tlsKey: String?

    @Option(
        help: ArgumentHelp(
            "The authorities of client certificates in PEM. Each caller then needs a certificate, and its identity headers count.",
            valueName: "file"), completion: .file())
    var tlsClientCa: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Count identity headers only with a client certificate for one of these SPIFFE IDs or DNS names (default: any).",
            valueName: "name"))
    var trustedClient: [String] = []

    /// The files, with the environment taken in; `nil` without TLS.
    func files(_ environment: Environment) throws -> TLSFiles? {
        let certificate = environment.given(tlsCert, "AUTHZ_TLS_CERT")
        let key = environment.given(tlsKey, "AUTHZ_TLS_KEY")
        let authorities = environment.given(tlsClientCa, "AUTHZ_TLS_CLIENT_CA")
        switch (certificate, key) {
        case (let certificate?, let key?):
            return TLSFiles(
                certificate: try certificate.text(.text), key: try key.text(.text),
                clientAuthorities: try authorities?.text(.text))
        case (nil, nil):
            guard let authorities else { return nil }
            throw authorities.conflict(
                "--tls-client-ca asks for --tls-cert and --tls-key: without TLS there are no certificates")
        case (let certificate?, nil):
            throw certificate.conflict("--tls-cert asks for --tls-key, the private key of the certificate")
        case (nil, let key?): throw key.conflict("--tls-key asks for --tls-cert, the certificate of the key")
        }
    }

    /// The names of `--trusted-client`, with the environment taken in. As with principals, `spiffe://` need not be written.
    func names(_ environment: Environment, for files: TLSFiles?) throws -> Set<String> {
        guard let given = environment.given(trustedClient, "AUTHZ_TRUSTED_CLIENT") else { return [] }
        let names = try given.elements(.clientName).map(Self.name)
        guard names.isEmpty || files?.clientAuthorities != nil else {
            throw given.conflict("--trusted-client asks for --tls-client-ca, which verifies client certificates")
        }
        return Set(names)
    }

    private static func name(_ text: String) -> String {
        if text.contains("://") { return text }
        return text.contains("/") ? "spiffe://\(text)" : text.lowercased()
    }
}
