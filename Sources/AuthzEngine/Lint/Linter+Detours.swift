import AuthzCore
import AuthzPolicy

/// Path patterns that lead to other paths than they seem to: suffixes that were put behind a path, and prefixes that are left again by
/// dot segments.
extension Linter {
    /// At how many sites a pattern is tried.
    private static let maximumDetourSites = 8

    mutating func findDetours(_ subject: LintRule) {
        let opensByMatching = subject.policy.action == .allow
        guard opensByMatching || subject.policy.action == .deny else { return }
        // One setting mends all prefixes, so one of a rule is told.
        var hasPrefixFinding = false
        for test in subject.rule.tests where test.field == .path {
            for value in test.values(isNegated: !opensByMatching) where value.value.count > 1 {
                let isSuffix = value.value.hasPrefix("*")
                guard isSuffix || Self.folder(of: value.value) != nil && !hasPrefixFinding else { continue }
                let sites = subject.likelySites.filter(\.workload.readsHTTP).prefix(Self.maximumDetourSites)
                guard !sites.isEmpty, let without = point(without: value, of: test, in: subject) else { continue }
                for site in sites where findDetour(subject, value, without, at: site) {
                    hasPrefixFinding = hasPrefixFinding || !isSuffix
                    break
                }
            }
        }
    }

    private mutating func findDetour(
        _ subject: LintRule, _ value: Located<String>, _ without: DecisionPoint, at site: LintSite
    ) -> Bool {
        let pattern = value.value
        if pattern.hasPrefix("*") { return findSuffixDetour(subject, value, without, at: site) }
        guard let folder = Self.folder(of: pattern) else { return false }
        let depth = folder.split(separator: "/").count
        let documents = inside(folder + "x", subject, at: site)
        for target in targets(at: site) {
            // That something lies beside an open folder, somebody has to say; a DENY rule says so of all that it does not leave out.
            guard !documents.isEmpty, !target.path.hasPrefix(folder),
                target.isNamed || subject.policy.action == .deny
            else { continue }
            let ways = ["../", "..%2F", "%2e%2e/", "%2e%2e%2f"].map { up in
                folder + String(repeating: up, count: depth) + target.path.dropFirst()
            }
            guard let found = detour(documents, to: [target.path], by: ways, without),
                target.isForbidden || found.isOfNobody
            else { continue }
            add(
                .prefixPathBypass, subject, at: value.location,
                "the prefix pattern \(pattern.quoted) also fits \(found.path.quoted), which a service may take for \(target.path.quoted)",
                hint:
                    "set `pathNormalization: {normalization: DECODE_AND_MERGE_SLASHES}` in the mesh settings, or list paths as a whole",
                found.proofs)
            return true
        }
        return false
    }

    /// The folder that a prefix pattern fits all of, with its slash; `nil` for other patterns, and for all paths.
    private static func folder(of pattern: String) -> String? {
        var text = pattern[...]
        if pattern.hasSuffix("/{**}") {
            text = pattern.dropLast(4)
        } else if pattern.hasSuffix("*") {
            text = pattern.dropLast()
        }
        guard text.count < pattern.count, text.hasPrefix("/"), text != "/", !text.contains("{") else { return nil }
        return text.hasSuffix("/") ? String(text) : "\(text)/"
    }

    private mutating func findSuffixDetour(
        _ subject: LintRule, _ value: Located<String>, _ without: DecisionPoint, at site: LintSite
    ) -> Bool {
        let suffix = value.value.dropFirst()
        let documents = inside("/x" + suffix, subject, at: site)
        for target in targets(at: site) where !documents.isEmpty && !target.path.hasSuffix(suffix) {
            guard
                let found = detour(
                    documents, to: [target.path, "\(target.path);x"], by: ["\(target.path);x\(suffix)"], without)
            else { continue }
            add(
                .suffixPathBypass, subject, at: value.location,
                "the suffix pattern \(value.value.quoted) also fits \(found.path.quoted), which a service may take for \(target.path.quoted)",
                hint: "name the folders that such files are in, as `/static/*`", found.proofs)
            return true
        }
        return false
    }

    /// Requests that are allowed at a path.
    private mutating func inside(_ path: String, _ subject: LintRule, at site: LintSite) -> [RequestDocument] {
        var base = subject.request(at: site)
        // What else a DENY rule tests has to hold, or it would not keep the request from anywhere.
        if subject.policy.action == .deny,
            let open = point(for: [subject.alone(subject.rule.removing { $0 == .path })], at: [site]),
            let denied = allowed(by: open, near: base).documents.first(where: {
                $0.destination.port == base.destination.port
            })
        {
            base = denied
        }
        base.request?.path = path
        return allowed(by: point, near: base).documents.filter { document in
            document.request?.path == path && document.destination.port == base.destination.port
        }
    }

    /// The paths that rules name, those that are denied first, and one that most services have.
    private mutating func targets(at site: LintSite) -> [PathTarget] {
        if let known = pathTargets[site.index] { return known }
        var (forbidden, others): ([String], [String]) = ([], [])
        for policy in documents.authorizationPolicies
        where !policy.isDryRun && (policy.action == .deny || policy.action == .allow) && reaches(policy, site) {
            for test in policy.rules.flatMap(\.tests) where test.field == .path {
                forbidden += (policy.action == .deny ? test.lists.values : test.lists.notValues).map(\.value)
                if policy.action == .allow { others += test.lists.values.map(\.value) }
            }
        }
        var seen: Set<String> = []
        let isPlain = { (value: String) in value.hasPrefix("/") && value != "/*" }
        let targets =
            forbidden.filter(isPlain).map { PathTarget(path: ReadValues.plainPath($0), isForbidden: true) }
            + [PathTarget(path: "/admin", isNamed: false)]
            + others.filter(isPlain).map { PathTarget(path: ReadValues.plainPath($0)) }
        let chosen = Array(targets.filter { $0.path != "/" && seen.insert($0.path).inserted }.prefix(12))
        pathTargets[site.index] = chosen
        return chosen
    }

    private struct Detour {
        var path: String
        var proofs: [LintFinding.Proof]
        /// Whether it is open to whoever comes, without a name and without a token.
        var isOfNobody: Bool
    }

    /// What would decide without a value of a rule.
    private func point(
        without value: Located<String>, of test: RuleTest, in subject: LintRule
    ) -> DecisionPoint? {
        var lists = test.lists
        let isAllow = subject.policy.action == .allow
        if isAllow {
            lists.values.removeAll { $0.location == value.location }
        } else {
            lists.notValues.removeAll { $0.location == value.location }
        }
        // A rule that allows some paths does not allow all where it has none left.
        let others =
            lists.isEmpty && isAllow
            ? policies(without: subject) : policies(subject, with: subject.rule.replacing(test, with: lists))
        return point(for: others, at: subject.sites)
    }

    /// A request that gets by one of some paths where it is kept from others.
    ///
    /// - Parameters:
    ///   - documents: Requests that are allowed at other paths.
    ///   - without: Where the request is denied, too: it is allowed because of what is missing there.
    private mutating func detour(
        _ documents: [RequestDocument], to targets: [String], by ways: [String], _ without: DecisionPoint
    ) -> Detour? {
        for inside in documents {
            let denied = targets.map { RequestField.path.putting(.text($0), into: inside) }
            guard denied.allSatisfy({ !allows($0, point) }) else { continue }
            for way in ways {
                let document = RequestField.path.putting(.text(way), into: inside)
                guard allows(document, point), !allows(document, without) else { continue }
                return Detour(
                    path: way,
                    proofs: proofs([(denied[0], "is denied, as it is meant to be"), (document, "passes")]),
                    isOfNobody: document.source.principal == nil && document.token == nil)
            }
        }
        return nil
    }
}

/// A path that somebody may want to get to by way of another.
struct PathTarget {
    var path: String
    /// Whether a policy says that it is not for those who may go elsewhere.
    var isForbidden = false
    /// Whether a policy names it.
    var isNamed = true
}
