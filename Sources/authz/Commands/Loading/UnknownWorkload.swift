import AuthzCore
import AuthzEngine
import AuthzPolicy

/// Says that a request names a workload that the inventory lacks.
enum UnknownWorkload {
    static func diagnostic(_ workload: Located<String>, _ policySet: PolicySet) -> Diagnostic {
        Diagnostic(
            .warning, .unknownWorkload, at: workload.location, "\(workload.value.quoted) is not in the inventory",
            label: "no manifest among the policies describes it", hint: hint(workload.value, policySet))
    }

    /// Says that a request does not say for which workload it is.
    static func unnamed(_ document: RequestDocument, _ policySet: PolicySet, _ inventory: Inventory) -> Diagnostic {
        let name = policySet.workloadNames.first
        let isCheck = document.check != nil
        let example =
            isCheck
            ? "contextExtensions: {workload: \(name ?? "NAMESPACE/NAME")}"
            : "destination: \(name.map { "{workload: \($0)}" } ?? "{namespace: …, labels: {app: …}}")"
        return Diagnostic(
            .warning, .unknownWorkload, at: document.location, "nothing says for which workload the request is",
            label: isCheck ? "expected `contextExtensions`, or a known destination" : "expected a `destination`",
            hint: DestinationHint(document.destination, inventory).withoutNamespace ?? "write `\(example)`")
    }

    /// Says that a request is for a workload without labels, and likely meant for another one; `nil` where that is not so.
    static func unlabeled(_ document: RequestDocument, _ inventory: Inventory) -> Diagnostic? {
        DestinationHint(document.destination, inventory).withoutLabels.map { message, hint in
            Diagnostic(
                .warning, .unknownWorkload, at: document.location, message,
                label: "expected `workload`, or `labels`", hint: hint)
        }
    }

    private static func hint(_ name: String, _ policySet: PolicySet) -> String? {
        guard policySet.workloadNames.isEmpty else {
            return NameSuggestion.qualifiedHint(for: name, among: policySet.workloadNames)
        }
        let namespace = name.prefix { $0 != "/" }
        return "there is no workload among the policies: add its Deployment, or write "
            + "`{namespace: \(namespace), labels: {app: …}}`"
    }
}
