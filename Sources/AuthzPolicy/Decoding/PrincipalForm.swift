import AuthzCore

/// The form of peer principals and request principals in policies. What has another form is accepted, as by Istio, and matches nobody.
package enum PrincipalForm {
    private static let scheme = "spiffe://"
    private static let form = "TRUST-DOMAIN/ns/NAMESPACE/sa/ACCOUNT"

    /// What is wrong with a value of `principals`; `nil` for a pattern, and for what some authority could have given a workload.
    static func problem(ofPeer text: String) -> ValueProblem? {
        guard !isOfToken(text) else {
            return ValueProblem(
                .principalForm, "no workload has the identity \(text.quoted)",
                label: "it looks like the principal of a token",
                hint: "write it in `requestPrincipals`, or in `notRequestPrincipals` where it is left out")
        }
        guard let written = mended(text) else {
            // An identity has a path behind its trust domain.
            guard !text.contains("/"), !text.contains("*") else { return nil }
            return ValueProblem(
                .principalForm, "no workload has the identity \(text.quoted)", label: "expected `\(form)`",
                hint: "write `cluster.local/ns/NAMESPACE/sa/\(text)`, with its namespace")
        }
        let label = text.hasPrefix(scheme) ? "it is compared without `\(scheme)`" : "expected `\(form)`"
        return ValueProblem(
            .principalForm, "no workload has the identity \(text.quoted)", label: label,
            hint: "write \(written.quoted)")
    }

    /// What is wrong with a value of `requestPrincipals`.
    static func problem(ofRequest text: String) -> ValueProblem? {
        let message = "no token has the principal \(text.quoted)"
        guard !isOfPeer(text) else {
            return ValueProblem(
                .principalForm, message, label: "it looks like the identity of a workload",
                hint: "write it in `principals`, or in `notPrincipals` where it is left out")
        }
        guard !text.contains("*") else { return nil }
        let label = "expected `ISSUER/SUBJECT`, the claims `iss` and `sub`"
        guard let slash = text.lastIndex(of: "/") else {
            return ValueProblem(
                .principalForm, message, label: label,
                hint: text.contains("@")
                    ? "write \("\(text)/*".quoted) for all tokens of that issuer, or \("ISSUER/\(text)".quoted), with the issuer of its token"
                    : "write \("ISSUER/\(text)".quoted), with the issuer of its token")
        }
        guard text[..<slash] == "https:/" || text[..<slash] == "http:/" else { return nil }
        return ValueProblem(
            .principalForm, message, label: label,
            hint: "write \("\(text)/SUBJECT".quoted), or `/*` at its end for every subject")
    }

    /// Whether a text has the form of a peer principal, whole or with a star at its end.
    package static func isOfPeer(_ text: String) -> Bool {
        let name = text.hasPrefix(scheme) ? text.dropFirst(scheme.count) : text[...]
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count > 2, parts[1] == "ns", !parts[0].contains(":") else { return false }
        return parts.count == 5 ? parts[3] == "sa" : parts.count < 5 && text.hasSuffix("*")
    }

    /// Whether a text has the form of a request principal: a URL is an issuer.
    package static func isOfToken(_ text: String) -> Bool {
        ["https://", "http://"].contains { text.hasPrefix($0) && text.count > $0.count }
    }

    /// The identity that was probably meant; `nil` for one that is as it should be, or is like none.
    ///
    /// - Parameter trustDomain: That of the mesh, for what has none.
    package static func mended(_ text: String, trustDomain: String = "cluster.local") -> String? {
        if text.hasPrefix(scheme) {
            let rest = String(text.dropFirst(scheme.count))
            return mended(rest, trustDomain: trustDomain) ?? rest
        }
        if text.hasPrefix("system:serviceaccount:") {
            let parts = text.split(separator: ":")
            return parts.count == 4 ? "\(trustDomain)/ns/\(parts[2])/sa/\(parts[3])" : nil
        }
        if let account = AccountForm.mended(text) { return mended(account, trustDomain: trustDomain) }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let isNamespace = { (index: Int) in namespaces.contains(parts[index].lowercased()) }
        let isAccount = { (index: Int) in accounts.contains(parts[index].lowercased()) }
        switch parts.count {
        case 2 where !text.contains("*") && !text.contains(".") && !parts.contains(""):
            return identity(trustDomain, parts[0], parts[1])
        case 4 where isNamespace(0) && isAccount(2): return identity(trustDomain, parts[1], parts[3])
        case 4 where isNamespace(1) && !text.contains("*"): return identity(parts[0], parts[2], parts[3])
        case 5 where isAccount(1) && isNamespace(3): return identity(parts[0], parts[4], parts[2])
        case 5 where isNamespace(1) && isAccount(3):
            let written = identity(parts[0].isEmpty ? trustDomain : parts[0], parts[2], parts[4])
            return written == text ? nil : written
        default: return nil
        }
    }

    private static func identity(_ domain: String, _ namespace: String, _ account: String) -> String {
        "\(domain)/ns/\(namespace)/sa/\(account)"
    }

    private static let namespaces: Set = ["ns", "namespace", "namespaces"]
    private static let accounts: Set = [
        "sa", "serviceaccount", "serviceaccounts", "service-account", "service-accounts", "svc",
    ]
}
