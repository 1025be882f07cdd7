import AuthzCore
import AuthzPolicy

/// What is suspected, and no request can prove.
extension Linter {
    var likelyNotes: [LintNote] {
        portNotes + claimNotes + headerNotes + denialNotes + waypointNotes + forgottenNamespaceNotes + modeNotes
            + unsetModeNotes + slashNotes + gatewayNotes + ambientNotes + labelNotes + patternNotes
    }

    /// Claims with dots in their names, but for those that are URLs: a claim within another has brackets of its own.
    private var claimNotes: [LintNote] {
        documents.authorizationPolicies.flatMap { policy in
            policy.rules.enumerated().flatMap { ordinal, rule in
                rule.tests.compactMap { test in
                    guard case .claim(let path) = test.field,
                        let name = path.first(where: { $0.contains(".") && !$0.contains("/") && !$0.contains(":") })
                    else { return nil }
                    let parts = path.flatMap { $0 == name ? $0.split(separator: ".").map(String.init) : [$0] }
                    return LintNote(
                        policy: policy.reference,
                        message:
                            "\(test.name.quoted) of \(policy.reference.qualifiedName), rule \(ordinal + 1), is about a claim that has a dot in its name",
                        hint:
                            "if a claim within another is meant, write `request.auth.claims\(parts.map { "[\($0)]" }.joined())`"
                    )
                }
            }
        }
    }

    /// Ports of rules that neither a container nor a Service has. Containers need not say what ports they have, so a request may come there.
    private var portNotes: [LintNote] {
        let inventory = documents.inventory
        return documents.authorizationPolicies.flatMap { policy -> [LintNote] in
            let reached = allSites.filter { reaches(policy, $0) && $0.workload.role == .sidecar }
            let containers = reached.map { inventory.containerPorts(of: $0.workload.description) }
            guard !reached.isEmpty, !containers.contains(where: \.isEmpty) else { return [] }
            let entries = reached.flatMap { inventory.services(of: $0.workload.description).flatMap(\.ports) }
            let known = Set(containers.joined()).union(entries.map(\.port)).union(
                entries.compactMap { UInt16($0.targetPort) })
            guard entries.allSatisfy({ UInt16($0.targetPort) != nil }) else { return [] }
            return policy.rules.enumerated().flatMap { ordinal, rule in
                rule.tests.filter { $0.field == .destinationPort }.flatMap(\.lists.values).compactMap { value in
                    guard let port = UInt16(value.value), !known.contains(port) else { return nil }
                    let ports = Set(containers.joined()).sorted().map { "`\($0)`" }.joined(separator: ", ")
                    return LintNote(
                        policy: policy.reference,
                        message:
                            "no container and no Service has the port \(value.value.quoted) of \(policy.reference.qualifiedName), rule \(ordinal + 1)",
                        hint: "is \(ports) meant? if it is not, add the port to the manifest of the workload")
                }
            }
        }
    }

    /// A DENY policy of a rule that says who, and of one that says what.
    private var denialNotes: [LintNote] {
        documents.authorizationPolicies.compactMap { policy in
            guard policy.action == .deny, policy.rules.count == 2, policy.rules.allSatisfy(\.when.isEmpty),
                !policy.rules[0].from.isEmpty, policy.rules[0].to.isEmpty, policy.rules[1].from.isEmpty,
                !policy.rules[1].to.isEmpty,
                !findings.contains(where: { $0.code == .allowAlwaysDenied && $0.policy == policy.reference })
            else { return nil }
            let name = policy.reference.qualifiedName
            return LintNote(
                policy: policy.reference,
                message:
                    "rule 1 of \(name) denies by who and rule 2 by what, each by itself: whom rule 1 names is denied everything, and what rule 2 names everybody",
                hint: "if both have to hold, take the dash before `to` away")
        }
    }

    /// Policies for Services, which act at waypoints alone, where none is at hand.
    private var waypointNotes: [LintNote] {
        guard !documents.inventory.workloads.isEmpty, !hasWaypoint else { return [] }
        let attached =
            documents.authorizationPolicies.map { ($0.reference, $0.attachment) }
            + documents.requestAuthentications.map { ($0.reference, $0.attachment) }
        return attached.compactMap { policy, attachment in
            guard case .targetRefs(let refs) = attachment,
                refs.contains(where: { $0.kind == .service || $0.kind == .serviceEntry }),
                !findings.contains(where: { $0.code == .selectsNothing && $0.policy == policy })
            else { return nil }
            return LintNote(
                policy: policy,
                message:
                    "\(policy.qualifiedName) is attached to a Service, so it acts at a waypoint alone, and no waypoint is among the policies: a sidecar does not enforce it",
                hint: "add the Gateway of the waypoint to the policies, or attach the policy by a `selector`")
        }
    }

    /// One namespace whose workloads no ALLOW policy reaches, where all those of the others have one.
    private var forgottenNamespaceNotes: [LintNote] {
        let sidecars = allSites.filter { !$0.isMadeUp && $0.workload.role == .sidecar }
        let namespaces = Dictionary(grouping: sidecars, by: \.workload.description.namespace)
        let allows = documents.authorizationPolicies.filter { $0.action == .allow && !$0.isDryRun }
        let isReached = { (site: LintSite) in allows.contains { reaches($0, site) } }
        let forgotten = namespaces.filter { !$0.value.contains(where: isReached) }.keys
        guard namespaces.count > 2, forgotten.count == 1, let namespace = forgotten.first,
            namespaces.allSatisfy({ $0.key == namespace || $0.value.allSatisfy(isReached) })
        else { return [] }
        return [
            LintNote(
                message:
                    "no ALLOW policy reaches a workload of the namespace \(namespace.quoted), and all those of the other namespaces have one: there all is allowed that nothing denies",
                hint:
                    "an AuthorizationPolicy without rules in the namespace allows nothing but what others there allow: `spec: {}`"
            )
        ]
    }
}
