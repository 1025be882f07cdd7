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
        for test in subject.rule.tests where test.field == .path {
            for value in test.values(isNegated: !opensByMatching) where value.value.count > 1 {
                let sites = subject.likelySites.filter(\.workload.readsHTTP).prefix(Self.maximumDetourSites)
                for site in sites where findDetour(subject, test, value, at: site) { break }
            }
        }
    }

    private mutating func findDetour(
        _ subject: LintRule, _ test: RuleTest, _ value: Located<String>, at site: LintSite
    ) -> Bool {
        let pattern = value.value
        if pattern.hasPrefix("*") { return findSuffixDetour(subject, test, value, at: site) }
        guard pattern.hasPrefix("/"), pattern.hasSuffix("*"), !pattern.contains("{") else { return false }
        let folder = pattern.hasSuffix("/*") ? String(pattern.dropLast()) : String(pattern.dropLast()) + "/"
        guard folder != "/" else { return false }
        let depth = folder.split(separator: "/").count
        let documents = inside(folder + "x", subject, at: site)
        for target in targets(at: site) {
            // That something lies beside an open folder, somebody has to say; a DENY rule says so of all that it does not leave out.
            guard !documents.isEmpty, !target.path.hasPrefix(pattern.dropLast()),
                target.isNamed || subject.policy.action == .deny
            else { continue }
            let ways = ["../", "..%2F", "%2e%2e/", "%2e%2e%2f"].map { up in
                folder + String(repeating: up, count: depth) + target.path.dropFirst()
            }
            guard let found = detour(subject, test, value, documents, to: [target.path], by: ways),
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

    private mutating func findSuffixDetour(
        _ subject: LintRule, _ test: RuleTest, _ value: Located<String>, at site: LintSite
    ) -> Bool {
        let suffix = value.value.dropFirst()
        let documents = inside("/x" + suffix, subject, at: site)
        for target in targets(at: site) where !documents.isEmpty && !target.path.hasSuffix(suffix) {
            guard
                let found = detour(
                    subject, test, value, documents, to: [target.path, "\(target.path);x"],
                    by: ["\(target.path);x\(suffix)"])
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

    /// A request that gets by one of some paths where it is kept from others, because of a value of a rule.
    private mutating func detour(
        _ subject: LintRule, _ test: RuleTest, _ value: Located<String>, _ documents: [RequestDocument],
        to targets: [String], by ways: [String]
    ) -> Detour? {
        for inside in documents {
            let denied = targets.map { RequestField.path.putting(.text($0), into: inside) }
            guard denied.allSatisfy({ !allows($0, point) }) else { continue }
            for way in ways {
                let document = RequestField.path.putting(.text(way), into: inside)
                guard allows(document, point) else { continue }
                // It is this pattern that the path fits.
                var lists = test.lists
                if subject.policy.action == .allow {
                    lists.values.removeAll { $0.location == value.location }
                } else {
                    lists.notValues.removeAll { $0.location == value.location }
                }
                let isGone = lists.isEmpty && subject.policy.action == .allow
                let others =
                    isGone
                    ? policies(without: subject) : policies(subject, with: subject.rule.replacing(test, with: lists))
                guard let without = self.point(for: others, at: subject.sites), !allows(document, without) else {
                    continue
                }
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
