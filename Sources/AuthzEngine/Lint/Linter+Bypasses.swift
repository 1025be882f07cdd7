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
                case .method where Self.fitGET.contains(value.value),
                    .header(":method") where Self.fitGET.contains(value.value):
                    findMethodBypass(subject, test, value)
                case .peerPrincipal, .namespace, .serviceAccount, .trustDomain, .sourceIP, .remoteIP, .destinationIP,
                    .destinationPort, .sni, .requestPrincipal, .claim, .header, .dynamicMetadata, .method:
                    break
                }
            }
            guard !test.lists.values.isEmpty else { continue }
            findForgottenMethod(subject, test)
            if test.field.isPeerIdentity {
                findBypass(
                    .denyPlaintextBypass, subject, test, without: .principal,
                    "\(subject.kind) by \(test.name.quoted) is passed in plaintext, where nobody has a name"
                ) { role in "\(Self.demand(at: role)), or allow the peers that are known" }
            }
            if test.field.isToken {
                findBypass(
                    .denyTokenBypass, subject, test, without: .token,
                    "\(subject.kind) by \(test.name.quoted) is passed by who sends no token"
                ) { _ in
                    "also deny requests without a token (`notRequestPrincipals: [\"*\"]`), or allow the claims that are known"
                }
            }
            if case .header(let name) = test.field { findHeaderBypass(subject, test, name) }
        }
    }

    private static let fitGET: Set = ["GET", "G*", "GE*"]

    /// What makes everybody have a name.
    static func demand(at role: Workload.Role) -> String {
        switch role {
        case .sidecar, .waypoint: "demand mutual TLS with a PeerAuthentication of mode `STRICT`"
        // PeerAuthentications do not count there.
        case .gateway: "demand client certificates with `tls: {mode: MUTUAL}` of the Gateway"
        }
    }

    /// A request that a rule denies, and nothing else.
    private struct Acting {
        var part: AuthorizationPolicy.Rule
        var alone: DecisionPoint
        /// The policies but for the rule.
        var without: DecisionPoint
        var document: RequestDocument
    }

    /// - Parameter part: The part of the rule that has to match.
    private mutating func acting(
        _ part: AuthorizationPolicy.Rule, _ subject: LintRule, at site: LintSite
    ) -> Acting? {
        let others = policies(without: subject)
        guard let alone = point(for: [subject.alone(part)], at: subject.sites),
            let without = point(for: others, at: subject.sites)
        else { return nil }
        for port in subject.ports(at: site, policies(beside: subject)).prefix(4) {
            var base = subject.request(at: site)
            base.destination.port = port
            if let document = request(matching: part, of: subject, alone, allowedBy: others, near: base),
                !allows(document, point)
            {
                return Acting(part: part, alone: alone, without: without, document: document)
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

    /// A request that is denied, and disguises of it in one field that are not.
    struct Passing {
        var field: RequestField
        var acting: RequestDocument
        var documents: [RequestDocument]
        var role = Workload.Role.sidecar

        /// What the first one has in the field.
        var first: String { documents.first.flatMap(field.text(in:))?.quoted ?? "" }

        /// The same of some others, as an addition to a sentence.
        func others(word: String = "by ") -> String {
            let texts = documents.dropFirst().prefix(4).compactMap { field.text(in: $0)?.quoted }
            return texts.isEmpty ? "" : ", also \(word)" + texts.joined(separator: ", ")
        }
    }

    /// The first site at which a part of a rule denies a request that, with another value in a field, is allowed.
    ///
    /// - Parameter values: What takes the place of what the denied request has there.
    private mutating func passing(
        _ part: AuthorizationPolicy.Rule, of subject: LintRule, in field: RequestField,
        _ values: (RequestDocument) -> [RequestField.Value]
    ) -> Passing? {
        for site in subject.likelySites
        where site.workload.readsHTTP && (site.takesPlaintext || field != .principal) {
            guard let acting = acting(part, subject, at: site) else { continue }
            let disguises = values(acting.document).map { field.putting($0, into: acting.document) }
                .filter { field.text(in: $0) != field.text(in: acting.document) }
            let documents = disguises.filter { allows($0, point) }
            let role = site.workload.role
            if !documents.isEmpty {
                return Passing(field: field, acting: acting.document, documents: documents, role: role)
            }
            if var other = elsewhere(disguises, acting, field, subject) {
                other.role = role
                return other
            }
        }
        return nil
    }

    mutating func add(
        _ code: LintCode, _ subject: LintRule, at location: SourceLocation, _ passing: Passing, _ message: String,
        hint: String
    ) {
        add(
            code, subject, at: location, message, hint: hint,
            proofs([(passing.acting, "is denied, as it is meant to be"), (passing.documents[0], "passes")]))
    }

    /// A disguised request that is allowed with other things in its other fields, under which the rule denies it undisguised.
    private mutating func elsewhere(
        _ disguises: [RequestDocument], _ acting: Acting, _ field: RequestField, _ subject: LintRule
    ) -> Passing? {
        let others = policies(beside: subject) + [subject.policy]
        // What else the rule tests has to hold, or it would not deny what is nearest.
        let rest = acting.part.removing { $0.requestField == field }
        let narrowings = narrowings(to: rest, of: subject).map { [$0] }
        for candidate in disguises.prefix(8) {
            guard let denial = field.denial(unlike: candidate) else { continue }
            let same = Self.denial(like: subject.policy, denial)
            for narrowing in [[]] + narrowings {
                guard let disguised = point(for: others + [same] + narrowing, at: subject.sites) else { continue }
                for passing in allowed(by: disguised, near: candidate).documents
                where field.text(in: passing) == field.text(in: candidate)
                    && passing.destination.port == candidate.destination.port && allows(passing, point)
                {
                    let denied = field.putting(field.value(in: acting.document), into: passing)
                    guard !allows(denied, point), allows(denied, acting.without), allows(denied, acting.alone) else {
                        continue
                    }
                    return Passing(field: field, acting: denied, documents: [passing])
                }
            }
        }
        return nil
    }

    private mutating func findPathBypass(_ subject: LintRule, _ test: RuleTest, _ value: Located<String>) {
        let isMethod = Self.isMethod(value.value)
        guard !isOfGRPC(value.value, subject) else { return }
        let passing = passing(subject.rule.keeping(value, of: test), of: subject, in: .path) { document in
            let path = document.request?.path ?? "/"
            // The header has the query, too.
            let query = test.field == .path ? [] : ["\(path)?x"]
            return (query + PathSpelling.variants(of: path, pattern: value.value)).map { .text($0) }
        }
        guard let passing else { return }
        add(
            .denyPathBypass, subject, at: value.location, passing,
            "\(subject.kind) for \(value.value.quoted) is passed by \(passing.first)\(passing.others())",
            hint: isMethod ? Self.methodHint : pathHint(value.value, test, passing, subject))
    }

    /// The plain slip first, then what the mesh settings can do about other spellings, then what closes all.
    private mutating func pathHint(
        _ pattern: String, _ test: RuleTest, _ passing: Passing, _ subject: LintRule
    ) -> String {
        var parts: [String] = []
        let paths = passing.documents.compactMap(passing.field.text(in:))
        // What is one page is likely to have others below it.
        if pattern.hasPrefix("/"), !pattern.hasSuffix("/"), !pattern.contains(where: { "*{}?".contains($0) }) {
            let isFolder = test.lists.values.contains { $0.value == pattern + "/" }
            let below = passing.field.putting(.text(pattern + "/x"), into: passing.acting)
            if paths.contains(pattern + "/") || isFolder && allows(below, point) {
                parts.append("list `\(pattern)/*` too")
            }
        }
        let folder = String(pattern.dropLast(2))
        if pattern.hasSuffix("/*"), paths.contains(folder) { parts.append("list \(folder.quoted) too") }
        var mesh = point.policySet.mesh
        if mesh.pathNormalization != .decodeAndMergeSlashes {
            mesh.pathNormalization = .decodeAndMergeSlashes
            let all = policies(beside: subject) + [subject.policy]
            if let stricter = point(for: all, at: subject.sites, mesh: mesh) {
                let closed = passing.documents.filter { !allows($0, stricter) }.prefix(2)
                let texts = closed.compactMap { passing.field.text(in: $0)?.quoted }
                if !texts.isEmpty {
                    parts.append(
                        "`pathNormalization: {normalization: DECODE_AND_MERGE_SLASHES}` in the mesh settings closes \(texts.joined(separator: ", "))"
                    )
                }
            }
        }
        parts.append("allow the paths that are known with an ALLOW policy, so that no other spelling is allowed")
        return parts.joined(separator: "; ")
    }

    private mutating func findHostBypass(_ subject: LintRule, _ test: RuleTest, _ value: Located<String>) {
        let passing = passing(subject.rule.keeping(value, of: test), of: subject, in: .host) { document in
            HostSpelling.variants(of: document.request?.host ?? "").map { .text($0) }
        }
        guard let passing else { return }
        add(
            .denyHostBypass, subject, at: value.location, passing,
            "\(subject.kind) for the host \(value.value.quoted) is passed by \(passing.first)\(passing.others())",
            hint: "\(Self.hostHint(value.value)), or allow the hosts that are known with an ALLOW policy")
    }

    /// A client writes the port behind the host, or does not.
    private static func hostHint(_ host: String) -> String {
        guard !host.hasPrefix("["), let colon = host.firstIndex(of: ":") else { return "list the host with `:*` too" }
        let bare = String(host[..<colon])
        return host.hasSuffix(":*") ? "list \(bare.quoted) too" : "list \(bare.quoted) and `\(bare):*`"
    }

    private mutating func findMethodBypass(_ subject: LintRule, _ test: RuleTest, _ value: Located<String>) {
        let passing = passing(subject.rule.keeping(value, of: test), of: subject, in: .method) { document in
            document.request?.method == "GET" ? [.text("HEAD")] : []
        }
        guard let passing else { return }
        add(
            .denyMethodBypass, subject, at: value.location, passing,
            "\(subject.kind) for GET is passed by HEAD, which tells what GET would answer but for its body",
            hint: "list `HEAD` beside `GET`")
    }

    /// The methods that change something, of which a rule that lists all but one has forgotten that one. What is open to POST alone may be
    /// meant so: it makes new things, and leaves the others as they are.
    private static let writing = ["POST", "PUT", "PATCH", "DELETE"]

    private mutating func findForgottenMethod(_ subject: LintRule, _ test: RuleTest) {
        let listed = test.lists.values.map(\.value)
        let forgotten = Self.writing.filter { !listed.contains($0) }
        guard test.field == .method, forgotten.count == 1, let method = forgotten.first, method != "POST",
            let first = test.lists.values.first(where: { Self.writing.contains($0.value) }),
            let passing = passing(
                subject.rule.keeping(first, of: test), of: subject, in: .method, { _ in [.text(method)] })
        else { return }
        let others = Self.writing.filter { $0 != method }.joined(separator: ", ")
        add(
            .denyMethodBypass, subject, at: first.location, passing,
            "\(subject.kind) for \(others) is passed by \(method), which changes things as they do",
            hint: "list \(method.quoted) too, or deny with `notMethods` all but those that read")
    }

    /// What is denied by something in a field, and passes with nothing there.
    private mutating func findBypass(
        _ code: LintCode, _ subject: LintRule, _ test: RuleTest, without field: RequestField, _ message: String,
        hint: (Workload.Role) -> String
    ) {
        let part = subject.rule.replacing(test, with: test.lists)
        guard let passing = passing(part, of: subject, in: field, { _ in [.absent] }) else { return }
        add(code, subject, at: test.lists.values[0].location, passing, message, hint: hint(passing.role))
    }

    private mutating func findHeaderBypass(_ subject: LintRule, _ test: RuleTest, _ name: String) {
        let name = name.lowercased()
        guard !name.hasPrefix(":"), name != "host" else { return }
        findBypass(
            .denyHeaderBypass, subject, test, without: .header(name),
            "\(subject.kind) by the header \(name.quoted) is passed by who leaves it out"
        ) { _ in "the client writes its headers: allow the values that are known, or deny by what it cannot choose" }
    }
}
