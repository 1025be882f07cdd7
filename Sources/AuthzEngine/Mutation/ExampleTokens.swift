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
            var root = ExampleClaims.object([])
            root.put("iss", .text(issuer))
            if let subject { root.put("sub", .text(subject)) }
            if let audience { root.put("aud", .text(audience)) }
            if let expiration { root.put("exp", .number(expiration)) }
            for other in others { root.put(other.path[...], .text(other.value)) }
            var json = JSONWriter()
            root.write(to: &json)
            return ExampleToken(claims: json.text)
        }
    }
}

/// Claims while they are put together.
private indirect enum ExampleClaims {
    case text(String)
    case number(Int)
    case object([(name: String, value: ExampleClaims)])

    mutating func put(_ name: String, _ value: ExampleClaims) { put([name], value) }

    /// A path that leads through a text replaces it.
    mutating func put(_ path: ArraySlice<String>, _ value: ExampleClaims) {
        guard let name = path.first else {
            self = value
            return
        }
        var members: [(name: String, value: ExampleClaims)] =
            if case .object(let members) = self { members } else { [] }
        let index = members.firstIndex { $0.name == name } ?? members.count
        if index == members.count { members.append((name, .object([]))) }
        members[index].value.put(path.dropFirst(), value)
        self = .object(members)
    }

    func write(to json: inout JSONWriter) {
        switch self {
        case .text(let text): json.string(text)
        case .number(let number): json.integer(number)
        case .object(let members):
            json.beginObject()
            for member in members {
                json.name(member.name)
                member.value.write(to: &json)
            }
            json.endObject()
        }
    }
}
