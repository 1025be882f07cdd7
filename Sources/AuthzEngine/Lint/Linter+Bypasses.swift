import AuthzCore
import AuthzPolicy

/// What a DENY rule means to stop, and lets through in another form.
extension Linter {
    mutating func findBypasses(_ subject: LintRule) {
        for test in subject.rule.tests {
            for value in test.lists.values {
                switch test.field {
                case .path: findPathBypass(subject, test, value)
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
        guard let alone = point(for: [subject.alone(part)]), let without = point(for: policies(without: subject)),
            let document = request(matching: alone, allowedBy: without, near: subject.request(at: site)),
            !allows(document, point)
        else { return nil }
        return Acting(alone: alone, without: without, document: document)
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
    private struct Passing {
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
    private mutating func find(
        _ code: LintCode, _ subject: LintRule, part: AuthorizationPolicy.Rule, at location: SourceLocation,
        in disguise: Disguise, message: (Passing) -> String, hint: String,
        changes: (RequestDocument) -> [RequestDocument]
    ) {
        for site in subject.sites.prefix(Self.maximumSites)
        where site.workload.readsHTTP && (site.takesPlaintext || disguise != .principal) {
            guard let acting = acting(part, subject, at: site) else { continue }
            let changed = changes(acting.document)
            var passing = Passing(acting: acting.document, documents: changed.filter { allows($0, point) })
            if passing.documents.isEmpty, let other = elsewhere(changed, acting, disguise, subject) { passing = other }
            guard let first = passing.documents.first else { continue }
            add(
                code, subject, at: location, message(passing), hint: hint,
                [proof(passing.acting, "is denied, as it is meant to be"), proof(first, "passes")])
            return
        }
    }

    /// A disguised request that is allowed with other things in its other fields, under which the rule denies it undisguised.
    private mutating func elsewhere(
        _ changed: [RequestDocument], _ acting: Acting, _ disguise: Disguise, _ subject: LintRule
    ) -> Passing? {
        for candidate in changed.prefix(8) {
            guard let field = disguise.denial(unlike: candidate),
                let disguised = point(for: documents.authorizationPolicies + [Self.denial(like: subject.policy, field)])
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
        find(
            .denyPathBypass, subject, part: subject.rule.keeping(value, of: test), at: value.location, in: .path,
            message: { passing in
                let path = { (document: RequestDocument) in document.request?.path ?? "" }
                return
                    "a DENY rule for \(value.value.quoted) is passed by \(passing.first(path))\(passing.others(path))"
            },
            hint: "allow the paths that are known with an ALLOW policy, so that no other spelling is allowed"
        ) { document in
            PathSpelling.variants(of: document.request?.path ?? "/", pattern: value.value).map { path in
                var changed = document
                changed.request?.path = path
                return changed
            }
        }
    }

    private mutating func findHostBypass(_ subject: LintRule, _ test: RuleTest, _ value: Located<String>) {
        find(
            .denyHostBypass, subject, part: subject.rule.keeping(value, of: test), at: value.location, in: .host,
            message: { passing in
                let host = { (document: RequestDocument) in document.request?.host ?? "" }
                return
                    "a DENY rule for the host \(value.value.quoted) is passed by \(passing.first(host))\(passing.others(host))"
            },
            hint: "list the host with `:*` too, or allow the hosts that are known with an ALLOW policy"
        ) { document in
            let host = document.request?.host ?? ""
            var bare = host.split(separator: ":", omittingEmptySubsequences: false).first.map(String.init) ?? host
            while bare.hasSuffix(".") { bare.removeLast() }
            return ["\(bare):8443", "\(bare).", "\(bare).:8443", bare.uppercased(), bare].filter {
                $0 != host && !bare.isEmpty
            }.map {
                var changed = document
                changed.request?.host = $0
                return changed
            }
        }
    }

    private mutating func findMethodBypass(_ subject: LintRule, _ test: RuleTest, _ value: Located<String>) {
        find(
            .denyMethodBypass, subject, part: subject.rule.keeping(value, of: test), at: value.location, in: .method,
            message: { _ in "a DENY rule for GET is passed by HEAD, which tells what GET would answer but for its body"
            },
            hint: "list `HEAD` beside `GET`"
        ) { document in
            guard document.request?.method == "GET" else { return [] }
            var changed = document
            changed.request?.method = "HEAD"
            return [changed]
        }
    }

    private mutating func findPlaintextBypass(_ subject: LintRule, _ test: RuleTest) {
        find(
            .denyPlaintextBypass, subject, part: subject.rule.replacing(test, with: test.lists),
            at: test.lists.values[0].location, in: .principal,
            message: { _ in "a DENY rule by \(test.name.quoted) is passed in plaintext, where nobody has a name" },
            hint: "demand mutual TLS with a PeerAuthentication of mode `STRICT`, or allow the peers that are known"
        ) { document in
            guard document.source.principal != nil else { return [] }
            var changed = document
            changed.source.principal = nil
            return [changed]
        }
    }

    private mutating func findTokenBypass(_ subject: LintRule, _ test: RuleTest) {
        find(
            .denyTokenBypass, subject, part: subject.rule.replacing(test, with: test.lists),
            at: test.lists.values[0].location, in: .token,
            message: { _ in "a DENY rule by \(test.name.quoted) is passed by who sends no token" },
            hint:
                "also deny requests without a token (`notRequestPrincipals: [\"*\"]`), or allow the claims that are known"
        ) { document in
            guard document.token != nil else { return [] }
            var changed = document
            changed.token = nil
            return [changed]
        }
    }

    private mutating func findHeaderBypass(_ subject: LintRule, _ test: RuleTest, _ name: String) {
        let name = name.lowercased()
        guard !name.hasPrefix(":"), name != "host" else { return }
        find(
            .denyHeaderBypass, subject, part: subject.rule.replacing(test, with: test.lists),
            at: test.lists.values[0].location, in: .header(name),
            message: { _ in "a DENY rule by the header \(name.quoted) is passed by who leaves it out" },
            hint: "the client writes its headers: allow the values that are known, or deny by what it cannot choose"
        ) { document in
            var changed = document
            changed.request?.headers.removeAll { $0.name.lowercased() == name }
            return changed.request?.headers.count == document.request?.headers.count ? [] : [changed]
        }
    }

    // MARK: Exceptions of ALLOW rules

    /// A path that an ALLOW rule leaves out, and allows in another spelling.
    mutating func findNotPathsBypasses(_ subject: LintRule) {
        for test in subject.rule.tests where test.field == .path {
            for value in test.lists.notValues {
                var lists = test.lists
                lists.notValues.removeAll { $0.location == value.location }
                let open = subject.rule.replacing(test, with: lists)
                guard let opened = point(for: policies(subject, with: open)),
                    let alone = point(for: [subject.alone(open)])
                else { continue }
                for site in subject.sites.prefix(Self.maximumSites) where site.workload.readsHTTP {
                    if findNotPathsBypass(subject, value, opened, alone, at: site) { break }
                }
            }
        }
    }

    private mutating func findNotPathsBypass(
        _ subject: LintRule, _ value: Located<String>, _ opened: DecisionPoint, _ alone: DecisionPoint,
        at site: LintSite
    ) -> Bool {
        var base = subject.request(at: site)
        base.request?.path = ReadValues.texts(value.value)[0].replacing("{**}", with: "x").replacing("{*}", with: "x")
        guard let document = request(matching: alone, allowedBy: opened, near: base),
            document.request?.path == base.request?.path, !allows(document, point)
        else { return false }
        var passing: [RequestDocument] = []
        for path in PathSpelling.variants(of: base.request?.path ?? "/", pattern: value.value) {
            var changed = document
            changed.request?.path = path
            if allows(changed, point) { passing.append(changed) }
        }
        guard let first = passing.first else { return false }
        let path = { (document: RequestDocument) in document.request?.path ?? "" }
        let all = Passing(acting: document, documents: passing)
        add(
            .notPathsBypass, subject, at: value.location,
            "an ALLOW rule that leaves out \(value.value.quoted) allows \(all.first(path))\(all.others(path, word: ""))",
            hint: "list what is allowed in `paths`, in place of what is not",
            [proof(document, "is denied, as it is meant to be"), proof(first, "passes")])
        return true
    }

    // MARK: Suffixes

    /// A suffix pattern that fits what was put behind another path.
    mutating func findSuffixBypasses(_ subject: LintRule) {
        let opensByMatching = subject.policy.action == .allow
        guard opensByMatching || subject.policy.action == .deny else { return }
        for test in subject.rule.tests where test.field == .path {
            let values = test.values(isNegated: !opensByMatching)
            for value in values where value.value.hasPrefix("*") && value.value.count > 1 {
                for site in subject.sites.prefix(Self.maximumSites) where site.workload.readsHTTP {
                    if findSuffixBypass(subject, test, value, at: site) { break }
                }
            }
        }
    }

    private mutating func findSuffixBypass(
        _ subject: LintRule, _ test: RuleTest, _ value: Located<String>, at site: LintSite
    ) -> Bool {
        let suffix = value.value.dropFirst()
        var base = subject.request(at: site)
        base.request?.path = "/admin;x\(suffix)"
        for document in allowed(by: point, near: base).documents
        where document.request?.path == base.request?.path && document.destination.port == base.destination.port {
            var denied = document
            denied.request?.path = "/admin"
            guard !allows(denied, point) else { continue }
            var other = denied
            other.request?.path = "/admin;x"
            guard !allows(other, point) else { continue }
            // It is this pattern that the path fits.
            var lists = test.lists
            if subject.policy.action == .allow {
                lists.values.removeAll { $0.location == value.location }
            } else {
                lists.notValues.removeAll { $0.location == value.location }
            }
            let isGone = lists.isEmpty && subject.policy.action == .allow
            let others =
                isGone ? policies(without: subject) : policies(subject, with: subject.rule.replacing(test, with: lists))
            guard let without = point(for: others) else { continue }
            guard !allows(document, without) else { continue }
            add(
                .suffixPathBypass, subject, at: value.location,
                "the suffix pattern \(value.value.quoted) also fits `/admin;x\(suffix)`, which a service may take for `/admin`",
                hint: "name the folders that such files are in, as `/static/*`",
                [proof(denied, "is denied, as it is meant to be"), proof(document, "passes")])
            return true
        }
        return false
    }
}
