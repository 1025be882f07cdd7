import AuthzCore
import AuthzEngine
import AuthzPolicy

/// What makes a request one for nobody: it names no workload, or a workload, Gateway or Service that the inventory lacks.
struct DestinationProblem {
    private let document: RequestDocument
    private let policySet: PolicySet
    private let inventory: Inventory

    /// `nil` where the destination is one that can be.
    ///
    /// - Parameter place: Of the case, for what is not written at all.
    static func find(in document: RequestDocument, at place: SourceLocation, _ policies: OfflinePolicies)
        -> CaseProblem?
    {
        let problem = DestinationProblem(
            document: document, policySet: policies.decisionPoint.policySet, inventory: policies.documents.inventory)
        if let workload = document.destination.workload, problem.policySet.workload(named: workload.value) == nil {
            let diagnostic = UnknownWorkload.diagnostic(workload, problem.policySet)
            return CaseProblem(place: diagnostic.location, sentence: CaseResult.sentence(diagnostic))
        }
        let destination = document.destination
        let whole = destination.location ?? place
        if let sentence = problem.nobody { return CaseProblem(place: whole, sentence: sentence) }
        if let sentence = problem.unknownGateway {
            let named = destination.places["gateway"] ?? destination.places["waypoint"]
            return CaseProblem(place: named ?? whole, sentence: sentence)
        }
        if let sentence = problem.unknownService {
            return CaseProblem(place: destination.places["service"] ?? whole, sentence: sentence)
        }
        return problem.unlabeled.map { CaseProblem(place: destination.places["labels"] ?? whole, sentence: $0) }
    }

    private var destination: RequestDocument.Destination { document.destination }

    // MARK: No workload

    /// A decision about nobody is `unknown-workload`, which a case that expects `deny` would take for its own.
    private var nobody: String? {
        guard policySet.workload(for: document).workload == nil else { return nil }
        if let namespace = destination.namespace {
            return "there can be no workload with these labels in the namespace \(namespace.quoted)"
        }
        return CaseResult.sentence(UnknownWorkload.unnamed(document, policySet, inventory))
    }

    /// Where selectors fit nothing, all that no policy of the whole namespace denies is allowed.
    private var unlabeled: String? { UnknownWorkload.unlabeled(document, inventory).map(CaseResult.sentence) }

    // MARK: Gateways and Services

    /// Where the inventory has Gateways, one that it lacks is a slip: no policy is attached to it, and so all is allowed.
    private var unknownGateway: String? {
        guard let namespace = destination.namespace, destination.labels == nil else { return nil }
        let isWaypoint = destination.waypoint != nil
        guard let name = destination.waypoint ?? destination.gateway else { return nil }
        // Istio's own Gateway, which is no workload, has no class.
        let gateways = inventory.others.filter { $0.gatewayClass != nil }
        let runs = inventory.workloads.contains {
            $0.namespace == namespace && $0.labels["gateway.networking.k8s.io/gateway-name"] == name
        }
        if gateways.isEmpty || runs || gateways.contains(where: { $0.namespace == namespace && $0.name == name }) {
            return nil
        }
        let names = gateways.map { (namespace: $0.namespace, name: $0.name) }
        return sentence(of: isWaypoint ? "waypoint" : "gateway", "Gateway", name, in: namespace, among: names)
    }

    private var unknownService: String? {
        guard let written = destination.service,
            let namespace = destination.namespace
                ?? destination.workload.map({ String($0.value.prefix { $0 != "/" }) })
        else { return nil }
        let names =
            inventory.services.map { (namespace: $0.namespace, name: $0.name) }
            + inventory.others.filter { $0.kind == "ServiceEntry" }.map { (namespace: $0.namespace, name: $0.name) }
        guard !names.isEmpty else { return nil }
        let parts = written.split(separator: ".", omittingEmptySubsequences: false)
        let isKnown = names.contains { known in
            // The name of a ServiceEntry may have dots.
            written == known.name && namespace == known.namespace || written == "\(known.name).\(known.namespace)"
                || parts[0] == known.name
                    && (parts.count > 1 ? parts[1] == known.namespace : namespace == known.namespace)
        }
        if isKnown { return nil }
        let place = parts.count > 1 ? String(parts[1]) : namespace
        return sentence(of: "service", "Service", String(parts[0]), in: place, among: names)
    }

    private func sentence(
        of field: String, _ kind: String, _ name: String, in namespace: String,
        among names: [(namespace: String, name: String)]
    ) -> String {
        let text = "the inventory has no \(kind) \("\(namespace)/\(name)".quoted), which `\(field)` names"
        let there = names.filter { $0.namespace == namespace }.map(\.name)
        if let hint = NameSuggestion.hint(for: name, among: there) { return "\(text); \(hint)" }
        if let other = names.first(where: { $0.name == name }) {
            return "\(text); there is one in the namespace `\(other.namespace)`"
        }
        return "\(text); it has \(names.prefix(3).map { "\($0.namespace)/\($0.name)".quoted }.joined(separator: ", "))"
    }
}
