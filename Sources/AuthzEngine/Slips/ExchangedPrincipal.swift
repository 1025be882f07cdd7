import AuthzCore
import AuthzPolicy

/// A principal of the one kind, a workload's or a token's, in a field of the other, where the request has just that one.
struct ExchangedPrincipal {
    var written: String
    /// The field or condition key that it belongs in.
    var field: String
    var slip: Slip

    private static let pairs = [
        "principals": "requestPrincipals", "notPrincipals": "notRequestPrincipals",
        "source.principal": "request.auth.principal",
    ]

    /// The field of the other kind.
    static func other(_ field: String) -> String? { pairs[field] ?? pairs.first { $0.value == field }?.key }

    /// Whether a field is about peers.
    fileprivate static func isOfPeers(_ field: String) -> Bool { pairs[field] != nil }

    /// Whether a value has the form of what another field is about.
    static func belongsElsewhere(_ value: String, than field: String) -> Bool {
        isOfPeers(field) ? PrincipalForm.isOfToken(value) : PrincipalForm.isOfPeer(value)
    }
}

extension Program {
    /// The first value of a test that belongs in the other field, and fits the request there; `nil` without one.
    func exchangedPrincipal(
        of test: Test, _ request: borrowing CheckRequest, _ facts: Facts, claims: borrowing VerifiedClaims
    ) -> ExchangedPrincipal? {
        let source = sources[Int(test.source)]
        guard test.attribute == .peerPrincipal || test.attribute == .requestPrincipal,
            let field = ExchangedPrincipal.other(source.field)
        else { return nil }
        let isOfPeers = ExchangedPrincipal.isOfPeers(source.field)
        let scheme = "spiffe://"
        let seen =
            isOfPeers
            ? [claims.principal].compactMap(\.self)
            : facts.peerPrincipal.value == nil
                ? []
                : request.principals.map(request.text).map { name in
                    name.hasPrefix(scheme) ? String(name.dropFirst(scheme.count)) : name
                }
        for written in source.values.map(\.value) where ExchangedPrincipal.belongsElsewhere(written, than: source.field)
        {
            guard seen.contains(where: { Slip.fits(written, $0) }) else { continue }
            let (own, right) = isOfPeers ? ("workloads", "a token") : ("tokens", "a workload")
            return ExchangedPrincipal(
                written: written, field: field,
                slip: Slip(
                    "`\(written)` is the principal of \(right), and `\(source.field)` is about those of \(own): it belongs in `\(field)`",
                    isOfPolicy: true))
        }
        return nil
    }
}

extension SlipFinder {
    /// Whether the values of a test stand beside the wrong name, so that no other one of the list is what is missing.
    func isMisplaced(
        _ test: Program.Test, _ request: borrowing CheckRequest, _ facts: Facts, claims: borrowing VerifiedClaims
    ) -> Bool {
        exchanged(test, request, facts, claims: claims) != nil || header(test, request) != nil
    }
}
