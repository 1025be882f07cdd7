import AuthzTestSupport
import Foundation

/// Policies of `production/api`, which asks for a token of one issuer, and such tokens.
enum KeyScene {
    static let issuer = "https://issuer.example"
    static let (first, second) = (TestSigner.p256, TestSigner(.ec(curve: "P-256")))

    /// Writes the policies into a folder.
    ///
    /// - Parameter rules: The entries of `jwtRules`.
    static func policies(_ rules: String) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: api, namespace: production, labels: {app: api}}
            ---
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: tokens, namespace: production}
            spec:
              jwtRules: [\(rules)]
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: whoever-has-a-token, namespace: production}
            spec: {rules: [{from: [{source: {requestPrincipals: ["*"]}}]}]}
            """, to: "policies.yaml")
        return folder
    }

    /// The rule of the issuer, whose keys are at this URL; each fetch has one second.
    static func rule(_ url: String) -> String { "{issuer: '\(issuer)', jwksUri: '\(url)', timeout: 1s}" }

    static func token(_ signer: TestSigner, keyID: String) -> String {
        signer.token(
            header: "{\"alg\":\"ES256\",\"kid\":\"\(keyID)\"}", payload: "{\"iss\":\"\(issuer)\",\"sub\":\"a\"}")
    }

    static func keySet(_ keys: [(signer: TestSigner, keyID: String)]) -> String {
        "{\"keys\":[\(keys.map { $0.signer.jwk(["kid": "\"\($0.keyID)\""]) }.joined(separator: ","))]}"
    }
}
