import AuthzPolicy

extension Linter {
    /// Whether a value is a method of a gRPC service, `/package.Service/Method`, and the rule for ports of gRPC alone, by the Services: a
    /// server routes by just this text, and knows no other spelling.
    func isOfGRPC(_ value: String, _ subject: LintRule) -> Bool {
        guard value.wholeMatch(of: /\/[A-Za-z_][\w.]*\/([A-Za-z_]\w*|\*)/) != nil else { return false }
        let inventory = documents.inventory
        return subject.likelySites.allSatisfy { site in
            let port = subject.request(at: site).destination.port
            let entries = inventory.services(of: site.workload.description).flatMap(\.ports)
                .filter { UInt16($0.targetPort) == port }
            return !entries.isEmpty && entries.allSatisfy { $0.protocolName.hasPrefix("grpc") }
        }
    }

    /// For a path that looks like a method, at a port of which nobody says what it is.
    static let methodHint =
        "most servers of gRPC compare methods as they are: if this is one, name the port of its Service `grpc`, or say so in an annotation; or allow the methods that are known with an ALLOW policy"

    /// Whether a path is most likely that of a method: with a package, and both names as they are written in gRPC.
    static func isMethod(_ path: String) -> Bool {
        path.wholeMatch(of: /\/([A-Za-z]\w*\.)+[A-Z]\w*\/[A-Z]\w*/) != nil
    }
}
