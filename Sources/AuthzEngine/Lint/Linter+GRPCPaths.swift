import AuthzPolicy

extension Linter {
    /// Whether a value is a method of a gRPC service, `/package.Service/Method`, and the ports of the Services are of gRPC: a server routes
    /// by just this text, and knows no other spelling.
    func isOfGRPC(_ value: String, _ subject: LintRule) -> Bool {
        guard value.wholeMatch(of: /\/[A-Za-z_][\w.]*\/([A-Za-z_]\w*|\*)/) != nil else { return false }
        let reached = allSites.filter { reaches(subject.policy, $0) }
        let entries = reached.map { documents.inventory.services(of: $0.workload.description).flatMap(\.ports) }
        return !reached.isEmpty
            && entries.allSatisfy { ports in !ports.isEmpty && ports.allSatisfy { $0.protocolName.hasPrefix("grpc") } }
    }
}
