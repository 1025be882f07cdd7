import AuthzCore
import AuthzPolicy

/// What a DENY rule means to stop, and lets through in another form.
extension Linter {
    mutating func findBypasses(_ subject: LintRule) {
        for test in subject.rule.tests {
            for value in test.lists.values {
                switch test.field {
                case .path, .header(":path"): findPathBypass(subject, test, value)
                case .host, .header(":authority"), .header("host"): findHostBypass(subject, test, value)
                case .method where ["GET", "G*", "GE*"].contains(value.value): findMethodBypass(subject, test, value)
                case .peerPrincipal, .namespace, .serviceAccount, .trustDomain, .sourceIP, .remoteIP, .destinationIP,
                    .destinationPort, .sni, .requestPrincipal, .claim, .header, .dynamicMetadata, .method:
                    break
                }
            }
            guard !test.lists.values.isEmpty else { continue }
            if test.field.isPeerIdentity { findPlaintextBypass(subject, test) }
            if test.field.isToken { findTokenBypass(subject, test) }
            if case .header(let name) = test.field { findHeaderBypass(subject, test, name) }
        }
    }

    /// A request that a rule denies, and nothing else.
    private struct Acting {
        var alone: DecisionPoint
        /// The policies but for the rule.
        var without: DecisionPoint
        var document: RequestDocument
    }

    /// - Parameter part: The part of the rule that has to match.
    private mutating func acting(
        _ part: AuthorizationPolicy.Rule, _ subject: LintRule, at site: LintSite
    ) -> Acting? {
        guard let alone = point(for: [subject.alone(part)], at: subject.sites),
            let without = point(for: policies(without: subject), at: subject.sites)
        else { return nil }
        for port in subject.ports(at: site, policies(beside: subject)).prefix(4) {
            var base = subject.request(at: site)
            base.destination.port = port
            if let document = request(matching: alone, allowedBy: without, near: base), !allows(document, point) {
                return Acting(alone: alone, without: without, document: document)
            }
        }
        return nil
    }

    /// A request to the port of `base` that is allowed under both of two policy sets.
    mutating func request(
        matching alone: DecisionPoint, allowedBy other: DecisionPoint, near base: RequestDocument
    ) -> RequestDocument? {
        let port = base.destination.port
        for (first, second) in [(alone, other), (other, alone)] {
            let documents = allowed(by: first, near: base).documents.filter { $0.destination.port == port }
            for document in documents where allows(document, second) { return document }
            for document in documents {
                for nearer in allowed(by: second, near: document).documents
                where nearer.destination.port == port && allows(nearer, first) {
                    return nearer
                }
            }
        }
        return nil
    }

    /// The field in which a request is disguised.
    private enum Disguise: Equatable {
        case path, host, method, principal, token
        case header(String)

        /// Whether two requests have the same in the field.
        func isSame(_ one: RequestDocument, _ other: RequestDocument) -> Bool { text(one) == text(other) }

        private func text(_ document: RequestDocument) -> String? {
            switch self {
            case .path: return document.request?.path
            case .host: return document.request?.host
            case .method: return document.request?.method
            case .principal: return document.source.principal
            case .token:
                guard case .claims(let json, _, _)? = document.token else { return nil }
                return json
            case .header(let name):
                let lines = document.request?.headers.filter { $0.name.lowercased() == name } ?? []
                return lines.isEmpty ? nil : lines.map(\.value).joined(separator: "\n")
            }
        }

        /// What a DENY rule tests so that only requests with the same in the field as this one are left; `nil` where no rule says that.
        func denial(unlike document: RequestDocument) -> Linter.Denial? {
            guard let text = text(document) else {
                return switch self {
                case .principal: .source(.principals)
                case .token: .source(.requestPrincipals)
                case .header(let name): .condition("request.headers[\(name)]")
                case .path, .host, .method: nil
                }
            }
            guard !text.contains(where: { "*{}".contains($0) }) else { return nil }
            return switch self {
            case .path: .operation(.paths, unlike: text)
            case .host: .operation(.hosts, unlike: text)
            case .method: .operation(.methods, unlike: text)
            case .principal, .token, .header: nil
            }
        }

        /// The one with the field of the other.
        func taken(from other: RequestDocument, into document: RequestDocument) -> RequestDocument {
            var result = document
            switch self {
            case .path: result.request?.path = other.request?.path ?? "/"
            case .host: result.request?.host = other.request?.host ?? ""
            case .method: result.request?.method = other.request?.method ?? "GET"
            case .principal: result.source.principal = other.source.principal
            case .token: result.token = other.token
            case .header(let name):
                result.request?.headers.removeAll { $0.name.lowercased() == name }
                result.request?.headers += other.request?.headers.filter { $0.name.lowercased() == name } ?? []
            }
            return result
        }
    }

    /// A request that is denied, and disguises of it that are not.
    struct Passing {
        var acting: RequestDocument
        var documents: [RequestDocument]

        /// What some part of the requests is, of the first alone.
        func first(_ part: (RequestDocument) -> String) -> String { documents.first.map(part)?.quoted ?? "" }

        /// The same of the others, as an addition to a sentence.
        func others(_ part: (RequestDocument) -> String, word: String = "by ") -> String {
            let texts = documents.dropFirst().prefix(4).map { part($0).quoted }
            return texts.isEmpty ? "" : ", also \(word)" + texts.joined(separator: ", ")
        }
    }

    /// The first site at which a part of a rule denies a request that, disguised, is allowed.
    private mutating func passing(
        _ part: AuthorizationPolicy.Rule, of subject: LintRule, in disguise: Disguise,
        _ changes: (RequestDocument) -> [RequestDocument]
    ) -> Passing? {
        for site in subject.likelySites.prefix(Self.maximumSites)
        where site.workload.readsHTTP && (site.takesPlaintext || disguise != .principal) {
            guard let acting = acting(part, subject, at: site) else { continue }
            let changed = changes(acting.document)
            let documents = changed.filter { allows($0, point) }
            if !documents.isEmpty { return Passing(acting: acting.document, documents: documents) }
            if let other = elsewhere(changed, acting, disguise, subject) { return other }
        }
        return nil
    }

    mutating func add(
        _ code: LintCode, _ subject: LintRule, at location: SourceLocation, _ passing: Passing, _ message: String,
        hint: String
    ) {
        add(
            code, subject, at: location, message, hint: hint,
            proofs(passing.acting, "is denied, as it is meant to be", passing.documents[0], "passes"))
    }

    /// A disguised request that is allowed with other things in its other fields, under which the rule denies it undisguised.
    private mutating func elsewhere(
        _ changed: [RequestDocument], _ acting: Acting, _ disguise: Disguise, _ subject: LintRule
    ) -> Passing? {
        for candidate in changed.prefix(8) {
            guard let field = disguise.denial(unlike: candidate),
                let disguised = point(
                    for: policies(beside: subject) + [subject.policy, Self.denial(like: subject.policy, field)],
                    at: subject.sites)
            else { continue }
            for passing in allowed(by: disguised, near: candidate).documents
            where disguise.isSame(passing, candidate) && passing.destination.port == candidate.destination.port {
                let denied = disguise.taken(from: acting.document, into: passing)
                guard !allows(denied, point), allows(denied, acting.without), allows(denied, acting.alone) else {
                    continue
                }
                return Passing(acting: denied, documents: [passing])
            }
        }
        return nil
    }

    private mutating func findPathBypass(_ subject: LintRule, _ test: RuleTest, _ value: Located<String>) {
        let passing = passing(subject.rule.keeping(value, of: test), of: subject, in: .path) { document in
            PathSpelling.variants(of: document.request?.path ?? "/", pattern: value.value).map { path in
                var changed = document
                changed.request?.path = path
                return changed
            }
        }
        guard let passing else { return }
        let path = { (document: RequestDocument) in document.request?.path ?? "" }
        add(
            .denyPathBypass, subject, at: value.location, passing,
            "a DENY rule for \(value.value.quoted) is passed by \(passing.first(path))\(passing.others(path))",
            hint: "allow the paths that are known with an ALLOW policy, so that no other spelling is allowed")
    }

    private mutating func findHostBypass(_ subject: LintRule, _ test: RuleTest, _ value: Located<String>) {
        let passing = passing(subject.rule.keeping(value, of: test), of: subject, in: .host) { document in
            let host = document.request?.host ?? ""
            var bare = host.split(separator: ":", omittingEmptySubsequences: false).first.map(String.init) ?? host
            // Nobody lists the dot that a resolver takes, and no route is for it.
            while bare.hasSuffix(".") { bare.removeLast() }
            let spellings = ["\(bare):8443", bare.uppercased(), bare]
            return spellings.filter { $0 != host && !bare.isEmpty }.map {
                var changed = document
                changed.request?.host = $0
                return changed
            }
        }
        guard let passing else { return }
        let host = { (document: RequestDocument) in document.request?.host ?? "" }
        add(
            .denyHostBypass, subject, at: value.location, passing,
            "a DENY rule for the host \(value.value.quoted) is passed by \(passing.first(host))\(passing.others(host))",
            hint: "list the host with `:*` too, or allow the hosts that are known with an ALLOW policy")
    }

    private mutating func findMethodBypass(_ subject: LintRule, _ test: RuleTest, _ value: Located<String>) {
        let passing = passing(subject.rule.keeping(value, of: test), of: subject, in: .method) { document in
            guard document.request?.method == "GET" else { return [] }
            var changed = document
            changed.request?.method = "HEAD"
            return [changed]
        }
        guard let passing else { return }
        add(
            .denyMethodBypass, subject, at: value.location, passing,
            "a DENY rule for GET is passed by HEAD, which tells what GET would answer but for its body",
            hint: "list `HEAD` beside `GET`")
    }

    private mutating func findPlaintextBypass(_ subject: LintRule, _ test: RuleTest) {
        let part = subject.rule.replacing(test, with: test.lists)
        let passing = passing(part, of: subject, in: .principal) { document in
            guard document.source.principal != nil else { return [] }
            var changed = document
            changed.source.principal = nil
            return [changed]
        }
        guard let passing else { return }
        add(
            .denyPlaintextBypass, subject, at: test.lists.values[0].location, passing,
            "a DENY rule by \(test.name.quoted) is passed in plaintext, where nobody has a name",
            hint: "demand mutual TLS with a PeerAuthentication of mode `STRICT`, or allow the peers that are known")
    }

    private mutating func findTokenBypass(_ subject: LintRule, _ test: RuleTest) {
        let part = subject.rule.replacing(test, with: test.lists)
        let passing = passing(part, of: subject, in: .token) { document in
            guard document.token != nil else { return [] }
            var changed = document
            changed.token = nil
            return [changed]
        }
        guard let passing else { return }
        add(
            .denyTokenBypass, subject, at: test.lists.values[0].location, passing,
            "a DENY rule by \(test.name.quoted) is passed by who sends no token",
            hint:
                "also deny requests without a token (`notRequestPrincipals: [\"*\"]`), or allow the claims that are known"
        )
    }

    private mutating func findHeaderBypass(_ subject: LintRule, _ test: RuleTest, _ name: String) {
        let name = name.lowercased()
        guard !name.hasPrefix(":"), name != "host" else { return }
        let part = subject.rule.replacing(test, with: test.lists)
        let passing = passing(part, of: subject, in: .header(name)) { document in
            var changed = document
            changed.request?.headers.removeAll { $0.name.lowercased() == name }
            return changed.request?.headers.count == document.request?.headers.count ? [] : [changed]
        }
        guard let passing else { return }
        add(
            .denyHeaderBypass, subject, at: test.lists.values[0].location, passing,
            "a DENY rule by the header \(name.quoted) is passed by who leaves it out",
            hint: "the client writes its headers: allow the values that are known, or deny by what it cannot choose")
    }
}
