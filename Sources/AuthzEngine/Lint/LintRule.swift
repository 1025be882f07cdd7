import AuthzCore
import AuthzPolicy

/// A rule that is looked into, where it counts.
struct LintRule {
    var policy: AuthorizationPolicy
    /// Among the documents.
    var index: Int
    var ordinal: Int
    var sites: [LintSite]
    /// Whether what it denies stands for what a CUSTOM rule asks a provider about.
    var isCustom = false

    /// What it is in a sentence, where it stops something.
    var kind: String { isCustom ? "a CUSTOM rule" : "a DENY rule" }

    var rule: AuthorizationPolicy.Rule { policy.rules[ordinal] }

    /// `namespace/name, rule N`.
    var title: String { "\(policy.reference.qualifiedName), rule \(ordinal + 1)" }

    /// Where holes are looked for.
    var likelySites: [LintSite] { Array(sites.filter(\.isLikely).prefix(Linter.maximumSites)) }

    /// The plainest request at a site: to the port that the rule names, where it names others than that of the site.
    func request(at site: LintSite) -> RequestDocument { toPort(site.request) }

    /// The plainest connection.
    func connection(at site: LintSite) -> RequestDocument { toPort(site.connection) }

    /// The plainest request, or where no HTTP is read the plainest connection.
    func plainest(at site: LintSite) -> RequestDocument {
        let request = request(at: site)
        return site.readsHTTP(at: request.destination.port) ? request : connection(at: site)
    }

    /// The ports that rules of some policies name, that of the site first.
    func ports(at site: LintSite, _ policies: [AuthorizationPolicy]) -> [UInt16] {
        var ports = [request(at: site).destination.port ?? 8080]
        for test in (policies + [policy]).flatMap(\.rules).flatMap(\.tests) where test.field == .destinationPort {
            for value in test.lists.values {
                if let port = UInt16(value.value), !ports.contains(port) { ports.append(port) }
            }
        }
        return ports
    }

    private func toPort(_ document: RequestDocument) -> RequestDocument {
        let ports = rule.tests.filter { $0.field == .destinationPort }.flatMap(\.lists.values).compactMap {
            UInt16($0.value)
        }
        guard let port = document.destination.port, let first = ports.first, !ports.contains(port) else {
            return document
        }
        var document = document
        document.destination.port = first
        return document
    }

    /// A policy that allows what the rule matches, or another one in its place, and that is the only one.
    func alone(_ other: AuthorizationPolicy.Rule? = nil) -> AuthorizationPolicy {
        var policy = policy
        policy.action = .allow
        policy.provider = nil
        policy.isDryRun = false
        policy.rules = [other ?? rule]
        return policy
    }
}
