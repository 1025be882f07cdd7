import AuthzEngine
import AuthzTestSupport
import AuthzToken
import Testing

/// Key sets that cannot be used (request authentication dossier 4; SR-26).
@Suite struct UnavailableKeysTests {
    private static let policy = """
        apiVersion: security.istio.io/v1
        kind: RequestAuthentication
        metadata: {name: r, namespace: foo}
        spec: {jwtRules: [{issuer: i, jwksUri: 'https://i.example/'}]}

        """

    /// A token of the issuer that nobody has signed.
    private static let token = [#"{"alg":"RS256"}"#, #"{"iss":"i"}"#, "x"].map { TestBase64URL.encode(Array($0.utf8)) }
        .joined(separator: ".")

    @Test("RA 109, RA 112, RA 114: without keys a token is refused, and its absence is not")
    func withoutKeys() throws {
        let scene = try Scene(Self.policy, trustsAnyIssuer: false)
        let report = scene.report(Ask(headers: [("authorization", "Bearer \(Self.token)")]))
        #expect(report.status == 401 && report.body == "Jwt verification fails" && report.reason == .keysUnavailable)
        #expect(scene.allows(Ask()))
    }

    @Test("RA 114: a bare key is no key set")
    func bareKey() throws {
        let key = #"{"kty": "oct", "k": "AQAB"}"#
        #expect(throws: KeySetError.self) { try KeySet(jwks: Array(key.utf8).span, origin: .inline) }
        #expect(try !KeySet(jwks: Array(#"{"keys": [\#(key)]}"#.utf8).span, origin: .inline).keys.isEmpty)
    }
}
