package import AuthzCore
import AuthzToken

/// What a log may say of the token of a request: which one it was, never one that works (SR-41).
package struct TokenSummary: Sendable {
    /// From the header.
    package var algorithm: String?
    package var keyID: String?
    /// Claims, of a verified token alone.
    package var issuer: String?
    package var subject: String?
    package var audiences: [String] = []
    /// `exp`, in seconds since 1970.
    package var expiration: Int64?
    /// The digest of the compact token, in hexadecimal digits; `nil` where there were several and one was refused.
    package var sha256: String?

    /// The token that was looked at last.
    ///
    /// - Parameters:
    ///   - request: As the decision left it.
    ///   - workspace: Of that decision.
    /// - Returns: `nil` where no token was there.
    package init?(of decision: Decision, _ request: borrowing CheckRequest, in workspace: borrowing Workspace) {
        let isVerified: Bool
        switch decision.tokenResult(verifiedRule: workspace.verifiedRule) {
        case .verified: isVerified = true
        case .refused, .ofUnknownIssuer: isVerified = false
        case nil: return nil
        }
        let header = workspace.token.header
        if !header.nodes.isEmpty {
            algorithm = Self.text("alg", of: header)
            keyID = Self.text("kid", of: header)
        }
        if let token = workspace.candidates.first?.token, isVerified || workspace.candidates.count == 1 {
            sha256 = SHA256.hexadecimalDigest(of: request.storage.span.extracting(token.range))
        }
        guard isVerified, workspace.claims.isPresent else { return }
        let claims = workspace.claims.tape
        issuer = Self.text("iss", of: claims)
        subject = Self.text("sub", of: claims)
        audiences = Self.texts("aud", of: claims)
        if let node = claims.member("exp", of: claims.root), claims.kind(at: node) == .number {
            expiration = Int64(exactly: claims.number(at: node).rounded(.down))
        }
    }

    private static func text(_ name: StaticString, of tape: borrowing JSONTape) -> String? {
        guard let node = tape.member(name, of: tape.root), tape.kind(at: node) == .string else { return nil }
        return tape.string(at: node)
    }

    static func texts(_ name: StaticString, of tape: borrowing JSONTape) -> [String] {
        tape.member(name, of: tape.root).map { tape.strings(at: $0) } ?? []
    }
}
