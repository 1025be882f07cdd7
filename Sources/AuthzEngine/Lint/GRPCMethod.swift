import AuthzPolicy

/// Methods of gRPC, whose servers compare them as they are.
enum GRPCMethod {
    static let hint =
        "most servers of gRPC compare methods as they are: if this is one, name the port of its Service `grpc`, or say so in an annotation; or allow the methods that are known with an ALLOW policy"

    /// Whether a path is that of a method: `/package.Service/Method`.
    static func isPath(_ path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].isEmpty, isName(parts[2]), parts[2].first?.isUppercase == true else {
            return false
        }
        let names = parts[1].split(separator: ".", omittingEmptySubsequences: false)
        return names.count > 1 && names.allSatisfy(isName) && names.last?.first?.isUppercase == true
    }

    private static func isName(_ text: Substring) -> Bool {
        text.first.map { $0.isASCII && $0.isLetter } ?? false
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    }
}

extension Linter {
    /// Whether a rule is for ports of gRPC alone.
    func isForGRPC(_ subject: LintRule) -> Bool {
        subject.likelySites.allSatisfy { site in
            documents.inventory.isGRPC(subject.request(at: site).destination.port, of: site.workload.description)
        }
    }
}

extension Inventory {
    /// Whether Services say that a port of a workload is one of gRPC, and none says otherwise.
    fileprivate func isGRPC(_ port: UInt16?, of workload: WorkloadDescription) -> Bool {
        let entries = services(of: workload).flatMap(\.ports).filter { UInt16($0.targetPort) == port }
        return !entries.isEmpty && entries.allSatisfy { $0.protocolName == "grpc" }
    }
}
