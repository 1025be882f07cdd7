import AuthzTestSupport

/// Policies of `prod/api`, which asks for a token of one issuer, and such tokens.
enum KeyScene {
    static let issuer = "https://issuer.example"

    static let policies = """
        apiVersion: security.istio.io/v1
        kind: RequestAuthentication
        metadata: {name: tokens, namespace: prod}
        spec: {jwtRules: [{issuer: '\(issuer)', jwksUri: 'https://issuer.example/keys'}]}
        ---
        \(CheckFixture.allow("{from: [{source: {requestPrincipals: ['*']}}]}"))
        """

    /// A token of the issuer.
    static func token(_ signer: TestSigner, keyID: String? = nil, issuer: String = issuer) -> String {
        let kid = keyID.map { ",\"kid\":\"\($0)\"" } ?? ""
        return signer.token(
            header: "{\"alg\":\"\(signer.algorithm)\"\(kid)}", payload: "{\"iss\":\"\(issuer)\",\"sub\":\"a\"}")
    }

    /// A key set of one key with this name.
    static func keySet(_ signer: TestSigner, keyID: String) -> String { signer.jwks(["kid": "\"\(keyID)\""]) }
}
