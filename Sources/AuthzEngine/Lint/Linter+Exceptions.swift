import AuthzCore
import AuthzPolicy

/// Paths that are left out by `notPaths`, and suffixes that fit more than files.
extension Linter {
    /// A path that an ALLOW rule leaves out, and allows in another spelling.
    mutating func findNotPathsBypasses(_ subject: LintRule) {
        for test in subject.rule.tests where test.field == .path {
            for value in test.lists.notValues {
                var lists = test.lists
                lists.notValues.removeAll { $0.location == value.location }
                let open = subject.rule.replacing(test, with: lists)
                guard let opened = point(for: policies(subject, with: open), at: subject.sites),
                    let alone = point(for: [subject.alone(open)], at: subject.sites)
                else { continue }
                for site in subject.likelySites where site.workload.readsHTTP {
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
        base.request?.path = ReadValues.plainPath(value.value)
        guard let document = request(matching: alone, allowedBy: opened, near: base),
            document.request?.path == base.request?.path, !allows(document, point)
        else { return false }
        var passing: [RequestDocument] = []
        for path in PathSpelling.variants(of: base.request?.path ?? "/", pattern: value.value) {
            var changed = document
            changed.request?.path = path
            if allows(changed, point) { passing.append(changed) }
        }
        guard !passing.isEmpty else { return false }
        let all = Passing(field: .path, acting: document, documents: passing)
        add(
            .notPathsBypass, subject, at: value.location, all,
            "an ALLOW rule that leaves out \(value.value.quoted) allows \(all.first)\(all.others(word: ""))",
            hint: "list what is allowed in `paths`, in place of what is not")
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
                for site in subject.likelySites where site.workload.readsHTTP {
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
            guard let without = point(for: others, at: subject.sites) else { continue }
            guard !allows(document, without) else { continue }
            add(
                .suffixPathBypass, subject, at: value.location,
                "the suffix pattern \(value.value.quoted) also fits `/admin;x\(suffix)`, which a service may take for `/admin`",
                hint: "name the folders that such files are in, as `/static/*`",
                proofs([(denied, "is denied, as it is meant to be"), (document, "passes")]))
            return true
        }
        return false
    }
}
