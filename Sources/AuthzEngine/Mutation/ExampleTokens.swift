import AuthzCore

/// A token as its claims.
struct ExampleToken: Equatable {
    /// JSON text.
    var claims: String
    var hasValidSignature = true
}

/// Makes tokens that the rules of a destination may accept, each with what its policies ask for, and others that lack something.
struct ExampleTokens {
    private var issuers: [(name: String, audiences: [String])] = []
    private var subjects: [String] = []
    private var furtherIssuers: [String] = []
    private var claims: [(path: [String], values: [String])] = []

    mutating func addRule(issuer: String, audiences: [String]) {
        let name = issuer.isEmpty ? "https://any.example" : issuer
        let index = issuers.firstIndex { $0.name == name } ?? issuers.count
        if index == issuers.count { issuers.append((name, [])) }
        issuers[index].audiences.add(audiences)
    }

    /// - Parameter value: As in `requestPrincipals`.
    mutating func addPrincipal(_ value: String) {
        guard let slash = value.lastIndex(of: "/") else { return subjects.add(ReadValues.texts(value)) }
        subjects.add(ReadValues.texts(String(value[slash...].dropFirst())))
        let issuer = String(value[..<slash])
        if !issuer.contains("*") { furtherIssuers.add([issuer]) }
    }

    mutating func addClaim(_ path: [String], _ values: [String]) {
        let index = claims.firstIndex { $0.path == path } ?? claims.count
        if index == claims.count { claims.append((path, [])) }
        claims[index].values.add(values)
    }

    /// Without a rule for tokens there are none: nothing reads them.
    var tokens: [ExampleToken] {
        var tokens: [ExampleToken] = []
        for (issuer, audiences) in issuers {
            let known = claims.compactMap { claim in claim.values.first.map { (claim.path, $0) } }
            var plain = Claims(issuer: issuer)
            plain.audience = audiences.first
            tokens.add([plain.token])
            var full = plain
            full.others = known
            tokens.add([full.token])
            for subject in subjects {
                for var variant in [plain, full] {
                    variant.subject = subject
                    tokens.add([variant.token])
                }
            }
            for (index, claim) in claims.enumerated() {
                for value in claim.values.dropFirst() + ["other"] {
                    var variant = full
                    variant.others[index].value = value
                    tokens.add([variant.token])
                }
                var variant = full
                variant.others.remove(at: index)
                tokens.add([variant.token])
            }
            for audience in audiences.dropFirst() + ["other.example"] {
                var variant = full
                variant.audience = audience
                tokens.add([variant.token])
            }
            for change in [\Claims.subject, \Claims.audience] {
                var variant = full
                variant[keyPath: change] = nil
                tokens.add([variant.token])
            }
            var expired = full
            expired.expiration = 1
            var forged = full.token
            forged.hasValidSignature = false
            tokens.add([expired.token, forged])
        }
        guard !issuers.isEmpty else { return [] }
        for issuer in furtherIssuers + ["https://other.example"] where !issuers.contains(where: { $0.name == issuer }) {
            tokens.add([Claims(issuer: issuer).token])
        }
        return tokens
    }

    private struct Claims {
        var issuer: String
        var subject: String? = "someone"
        var audience: String?
        var expiration: Int?
        var others: [(path: [String], value: String)] = []

        init(issuer: String) {
            self.issuer = issuer
        }

        var token: ExampleToken {
            var root = ClaimTree.object([])
            root.set(ClaimTree.quoted(issuer), at: ["iss"])
            if let subject { root.set(ClaimTree.quoted(subject), at: ["sub"]) }
            if let audience { root.set(ClaimTree.quoted(audience), at: ["aud"]) }
            if let expiration { root.set("\(expiration)", at: ["exp"]) }
            for other in others { root.set(ClaimTree.quoted(other.value), at: other.path) }
            return ExampleToken(claims: root.json)
        }
    }
}
