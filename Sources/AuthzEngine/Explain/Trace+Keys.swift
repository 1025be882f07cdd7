import AuthzCore
import AuthzToken

/// Which keys a refused token was tried with.
extension Trace {
    /// How many `kid`s are named.
    private static let shownKeyIDs = 8

    /// Where the rule's keys come from, how many there are and by what names; `nil` where a failure has nothing to do with keys.
    static func keyNote(_ status: TokenStatus, _ source: KeySource, _ keySet: KeySet?) -> String? {
        switch status {
        case .keyUnknown, .signatureInvalid, .ed25519SignatureLength:
            guard let keySet else { return nil }
            return "keys: \(count(keySet)) \(origin(keySet.origin, source))\(names(keySet))"
        case .keysUnavailable:
            return place(source).map { "keys: none for `\($0)`" }
        case .verified, .notThreePieces, .headerNotBase64URL, .headerNotJSON, .algorithmNotString,
            .algorithmNotSupported, .keyIDNotString, .payloadNotBase64URL, .payloadNotJSON, .issuerNotString,
            .subjectNotString, .issuedAtNotInteger, .issuedAtOutOfRange, .notBeforeNotInteger, .notBeforeOutOfRange,
            .expirationNotInteger, .expirationOutOfRange, .tokenIDNotString, .audienceNotStrings,
            .signatureNotBase64URL, .issuerUnknown, .notYetValid, .expired, .audienceNotAllowed, .tooLong,
            .criticalHeader:
            return nil
        }
    }

    private static func count(_ keySet: KeySet) -> String {
        let left = keySet.skipped.count
        return left == 0 ? "\(keySet.keys.count)" : "\(keySet.keys.count), and \(left) left out,"
    }

    private static func origin(_ origin: KeyOptions.Origin, _ source: KeySource) -> String {
        let url = place(source)
        switch origin {
        case .inline: return "written in the policy (`jwks`)"
        case .file(let path): return "of the file `\(path)`" + (url.map { " for `\($0)`" } ?? "")
        case .configuration(let place): return "written in `\(place)`" + (url.map { " for `\($0)`" } ?? "")
        case .fetched: return "fetched" + (url.map { " for `\($0)`" } ?? "")
        }
    }

    /// The URL or the issuer by which the source is named; `nil` where the keys are written in the policy.
    private static func place(_ source: KeySource) -> String? {
        switch source {
        case .inline: nil
        case .uri(let url, _): RedactedURL.text(of: url)
        case .discovery(let issuer, _): RedactedURL.text(of: issuer)
        }
    }

    private static func names(_ keySet: KeySet) -> String {
        let names = keySet.keys.filter { $0.keyID != nil }
        var parts: [String] = []
        if !names.isEmpty {
            let more = names.count > shownKeyIDs ? " and \(names.count - shownKeyIDs) more" : ""
            let shown = names.prefix(shownKeyIDs).map { "`\($0.keyID ?? "")` (\(kind($0)))" }.joined(separator: ", ")
            parts.append("`kid` \(shown)\(more)")
        }
        let unnamed = keySet.keys.filter { $0.keyID == nil }
        if !unnamed.isEmpty {
            parts.append("\(unnamed.count) without `kid` (\(unnamed.map(kind).uniqued().joined(separator: "; ")))")
        }
        return parts.map { "; \($0)" }.joined()
    }

    /// What says for which tokens a key is: its family, and its `alg` where it has one.
    private static func kind(_ key: VerificationKey) -> String {
        key.type + (key.algorithmName.map { ", `alg` `\($0)`" } ?? "")
    }

    /// What the refused token asked for.
    static func headerNote(_ tape: JSONTape) -> String? {
        guard !tape.isEmpty else { return nil }
        let members = ["kid", "alg"].compactMap { name -> String? in
            guard let node = tape.member(Array(name.utf8).span, of: tape.root), tape.kind(at: node) == .string else {
                return nil
            }
            return "`\(name)` `\(tape.string(at: node))`"
        }
        return members.isEmpty ? nil : "the token's header has \(members.joined(separator: " and "))"
    }
}
