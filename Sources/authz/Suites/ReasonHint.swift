import AuthzCore
import AuthzEngine

/// What was probably meant by a reason that there is none of.
enum ReasonHint {
    static func text(for written: String) -> String {
        let all = Reason.allCases.map(\.rawValue)
        let words = Set(words(of: written))
        if let near = all.first(where: { NameSuggestion.distance(written, $0) <= 2 }) ?? topic(of: words)?.rawValue
            ?? nearestByWords(to: words, among: all)
        {
            return "did you mean \(near.quoted)?"
        }
        if let meaning = meaning(of: words) { return meaning }
        let common: [Reason] = [.allowedByPolicy, .noPolicyApplies, .deniedByPolicy, .noAllowPolicyMatched]
        return NameSuggestion.hint(for: written, among: all)
            ?? "the most common are \(common.map(\.rawValue.quoted).joined(separator: ", "))"
    }

    private static func words(of text: String) -> [String] {
        text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
    }

    private static let negations: Set = ["no", "not"]

    /// The reason that shares most words, where these are more than half of what is written, as in `no-allow-rule-matched`. What is
    /// negated and what is not are none of each other.
    private static func nearestByWords(to words: Set<String>, among reasons: [String]) -> String? {
        guard !words.isSubset(of: tokens.union(faults)) else { return nil }
        var best: (reason: String, count: Int)?
        for reason in reasons {
            let others = Set(Self.words(of: reason))
            let shared = words.intersection(others)
            guard shared.subtracting(negations).count > 1, shared.count * 2 > words.count,
                best.map({ shared.count > $0.count }) ?? true,
                words.isDisjoint(with: negations) == others.isDisjoint(with: negations)
            else { continue }
            best = (reason, shared.count)
        }
        return best?.reason
    }

    // MARK: Meanings

    /// What people say of the connection, of the token and of what came to a workload, with the one reason for it.
    private static let topics: [(words: Set<String>, reason: Reason)] = [
        (["plaintext", "plain", "cleartext", "unencrypted", "insecure"], .plaintextNotPermitted),
        (["expired", "expire", "expires", "expiry", "expiration", "exp", "stale"], .tokenExpired),
        (["nbf", "yet", "early", "premature"], .tokenNotYetValid),
        (["aud", "audience", "audiences"], .tokenAudienceMismatch),
        (["iss", "issuer", "issuers"], .tokenIssuerUnknown),
        (["signature", "signatures", "sig", "signed", "forged", "tampered"], .tokenSignatureInvalid),
        (["alg", "algorithm", "algorithms"], .tokenAlgorithmNotAllowed),
        (["jwks", "keys"], .keysUnavailable),
        (["kid", "key"], .tokenKeyUnknown),
        (["trust", "domain"], .trustDomainNotAccepted),
        (["workload", "destination"], .unknownWorkload),
    ]

    private static func topic(of words: Set<String>) -> Reason? {
        topics.first { !words.isDisjoint(with: $0.words) }?.reason
    }

    private static let providers: Set = ["custom", "provider", "external", "extauthz", "authz"]

    private static let mutualTLS: Set = ["mtls", "tls", "strict"]
    private static let tokens: Set = [
        "token", "tokens", "jwt", "bearer", "credential", "credentials", "authentication",
    ]
    private static let absences: Set = ["missing", "no", "not", "without", "absent", "required", "lacking", "needed"]
    private static let anonymous: Set = ["unauthenticated", "unauthorized", "anonymous"]
    private static let sizes: Set = ["long", "large", "big", "size"]
    private static let rules: Set = ["rule", "rules", "match", "matched", "matches", "policy", "policies", "default"]
    private static let defaults: Set = ["default", "implicit", "unmatched", "mismatch", "nomatch"]
    private static let allowances: Set = [
        "allow", "allowed", "permit", "permitted", "ok", "pass", "passed", "granted", "success", "accepted",
    ]
    private static let denials: Set = [
        "rbac", "denied", "deny", "forbidden", "access", "blocked", "block", "rejected", "refused", "authorization",
        "403",
    ]
    private static let faults: Set = ["invalid", "bad", "malformed"]

    private static func meaning(of words: Set<String>) -> String? {
        func has(_ others: Set<String>) -> Bool { !words.isDisjoint(with: others) }
        func one(_ reason: Reason) -> String { "did you mean \(reason.rawValue.quoted)?" }
        if has(providers) { return one(.deniedByCustom) }
        if has(mutualTLS) {
            return
                "plaintext to a STRICT port is \(Reason.plaintextNotPermitted.rawValue.quoted), and mutual TLS to a port whose mode is DISABLE \(Reason.mtlsNotAccepted.rawValue.quoted)"
        }
        if has(anonymous) || has(tokens) && has(absences) {
            return
                "a request without a token is decided by the policies, which deny it as \(Reason.noAllowPolicyMatched.rawValue.quoted) or \(Reason.deniedByPolicy.rawValue.quoted)"
        }
        if has(tokens) {
            if has(sizes) { return one(.tokenTooLong) }
            let common: [Reason] = [.tokenMalformed, .tokenSignatureInvalid, .tokenExpired, .tokenIssuerUnknown]
            return
                "a token that is refused is, for one, \(common.map(\.rawValue.quoted).joined(separator: ", ")), and what fails first is told"
        }
        let isNegated = has(["no", "not", "none"])
        if has(allowances), !isNegated {
            return has(defaults) ? one(.noPolicyApplies) : allowanceText
        }
        if has(rules) && isNegated || has(defaults) { return one(.noAllowPolicyMatched) }
        if has(denials) || has(allowances) { return denialText }
        return has(faults) ? one(.requestInvalid) : nil
    }

    private static let allowanceText =
        "a rule allows as \(Reason.allowedByPolicy.rawValue.quoted), and where no ALLOW policy reaches the workload it is \(Reason.noPolicyApplies.rawValue.quoted)"
    private static let denialText =
        "a DENY rule denies as \(Reason.deniedByPolicy.rawValue.quoted), and where no ALLOW rule matches it is \(Reason.noAllowPolicyMatched.rawValue.quoted)"
}
