import AuthzCore

/// The claims that have a meaning of their own (RFC 7519 §4.1), and the words that are written for them.
enum RegisteredClaim {
    /// By the claim.
    static let words: [(claim: String, words: [String])] = [
        ("iss", ["issuer"]), ("sub", ["subject"]), ("aud", ["audience", "audiences"]),
        ("exp", ["expires", "expiry", "expiration", "expires_at", "expiresAt"]),
        ("nbf", ["not_before", "notBefore", "not-before"]),
    ]

    /// That a token lacks one, and what it has in its place; `nil` where it is there.
    static func note(of claim: String, in tape: JSONTape) -> String? {
        guard !tape.isEmpty, tape.member(Array(claim.utf8).span, of: tape.root) == nil else { return nil }
        let meant = other(claim, in: tape).map { ", but \($0.quoted): perhaps \(claim.quoted) is meant" }
        return "the token has no \(claim.quoted)\(meant ?? "")"
    }

    /// Whether a token has another word in the place of a claim that it lacks.
    static func isMisnamed(_ claim: String, in tape: JSONTape) -> Bool {
        tape.member(Array(claim.utf8).span, of: tape.root) == nil && other(claim, in: tape) != nil
    }

    private static func other(_ claim: String, in tape: JSONTape) -> String? {
        let others = words.first { $0.claim == claim }?.words ?? []
        return others.first { tape.member(Array($0.utf8).span, of: tape.root) != nil }
    }
}
