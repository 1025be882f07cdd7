import AuthzTestSupport
import AuthzToken
import Testing

/// One check of a token, with what most rows of a table share.
struct Check: Sendable {
    /// A second before 2026.
    static let now: Int64 = 1_767_225_599

    var issuer = "https://a.example"
    var audiences: [String] = []
    var jwks: String? = TestSigner.rsa2048.jwks()
    var origin = KeyOptions.Origin.inline
    var options = KeyOptions()
    var assumedSignature: Bool?
    var now = Check.now
    var maximumBytes = 16384

    func status(of token: String) throws -> TokenStatus {
        var workspace = TokenWorkspace()
        return try status(of: Array(token.utf8), in: &workspace)
    }

    func status(of token: [UInt8], in workspace: inout TokenWorkspace) throws -> TokenStatus {
        verify(
            token.span, against: TokenRequirements(issuer: issuer, audiences: audiences),
            keys: try jwks.map { try KeySet(jwks: Array($0.utf8).span, origin: origin, options: options) },
            assumedSignature: assumedSignature, now: now, maximumBytes: maximumBytes, in: &workspace)
    }
}

/// The payload of a good token, with more members behind `iss`.
func payload(_ more: String = "") -> String {
    #"{"iss":"https://a.example""# + (more.isEmpty ? "" : ",") + more + "}"
}
