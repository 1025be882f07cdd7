import AuthzCore
package import AuthzPolicy

/// Looks in requests for what no request can have, or what is a slip away from what is there: a decision about it may well be the
/// expected one, and says nothing. It decides nothing.
package struct RequestSlipFinder {
    let policySet: PolicySet
    let inventory: Inventory
    /// Those that are listed, or in which something is; sorted.
    let namespaces: [String]
    /// Whether the inventory has more than one Namespace: who lists one lists his own.
    let areNamespacesListed: Bool
    /// Of all rules for tokens; sorted.
    let issuers: [String]
    /// The rules of each issuer that is in one but for a slip, as what other policies and the rule itself say of it shows: by the issuer
    /// that is right.
    let misspelled: [String: [RequestAuthentication.JWTRule]]
    /// The claims that something reads.
    let readClaims: Set<String>
    /// The service accounts of each namespace, but for `default`; sorted.
    let accounts: [String: [String]]

    package init(_ policySet: PolicySet, _ documents: PolicyDocuments) {
        self.policySet = policySet
        inventory = documents.inventory
        let listed = inventory.others.filter { $0.kind == "Namespace" }.map(\.name)
        areNamespacesListed = listed.count > 1
        let inhabited = inventory.workloads.map(\.namespace)
        namespaces = policySet.names.namespaces.union(listed + inhabited + [policySet.mesh.rootNamespace]).sorted()
        let rules = documents.requestAuthentications.flatMap(\.rules)
        issuers = Set(rules.map(\.issuer)).subtracting([""]).sorted()
        misspelled = Self.misspelled(rules, documents.authorizationPolicies)
        readClaims = Self.readClaims(rules, documents.authorizationPolicies)
        let inventory = inventory
        accounts = Dictionary(
            namespaces.map { ($0, inventory.serviceAccounts(in: $0).sorted()) }, uniquingKeysWith: { first, _ in first }
        )
    }

    /// The namespace that was probably meant by one that is not there. Where they are listed, short names are compared, too; those that
    /// differ in a digit, or in one of several words, are a series.
    func namespace(meantBy name: String) -> String? {
        let isWord = { (text: String) in text.count > 2 && text.allSatisfy { $0.isASCII && $0.isLetter } }
        return namespaces.first { NameSuggestion.isSlip(name, of: $0) }
            ?? (areNamespacesListed
                ? namespaces.first { isWord(name) && isWord($0) && NameSuggestion.distance(name, $0) == 1 } : nil)
    }

    /// All of a request, in the order of its parts.
    package func slips(in document: RequestDocument) -> [FoundSlip] {
        guard document.check == nil else { return [] }
        return [peer(document), destination(document), port(document), token(document)].compactMap { $0 }
            + claims(document)
    }

    /// What makes the line of a request one that is refused before any policy.
    package func slipsInRequestLine(of document: RequestDocument) -> [FoundSlip] {
        guard let request = document.request else { return [] }
        var slips: [FoundSlip] = []
        func add(_ field: String, _ message: String, _ meant: String) {
            slips.append(
                slip(
                    message, write: "\(field): \(meant)", at: request.places[field] ?? document.location,
                    .requestInvalid))
        }
        if let message = RequestSlip.methodSentence(request.method),
            let method = RequestSlip.mended(method: request.method)
        {
            add("method", message, method)
        }
        // A URL is read as its path.
        let isURL = request.path.drop { $0.isASCII && $0.isLetter }.hasPrefix("://")
        if !request.path.hasPrefix("/"), !isURL, request.path != "*", request.method.uppercased() != "CONNECT" {
            add("path", "\(request.path.quoted) does not begin with `/`, as a path does", "/\(request.path)")
        }
        if RequestSlip.hostSentence(request.host) != nil, let host = RequestSlip.mended(host: request.host) {
            add("host", "a host is a name and perhaps a port, and nothing else", host)
        }
        return slips
    }

    func slip(_ message: String, write text: String, at place: SourceLocation, _ reason: Reason? = nil) -> FoundSlip {
        slip(message, label: "a slip away from what is there", advice: "write \(text.quoted)", at: place, reason)
    }

    func slip(
        _ message: String, label: String, advice: String, at place: SourceLocation, _ reason: Reason? = nil
    ) -> FoundSlip {
        let diagnostic = Diagnostic(.warning, .requestSlip, at: place, message, label: label, hint: advice)
        return FoundSlip(diagnostic: diagnostic, reason: reason)
    }

    // MARK: The destination

    private func port(_ document: RequestDocument) -> FoundSlip? {
        guard let port = document.destination.port, let workload = policySet.workload(for: document).workload,
            let target = policySet.servicePorts.targets(of: workload.description)[port]
        else { return nil }
        return slip(
            "no request comes to `\(workload.displayName)` at port `\(port)`, the port of its Service, which leads to `\(target)`",
            write: "port: \(target)", at: document.destination.places["port"] ?? document.location)
    }

    /// Of one that is spelled out; a workload that is named is there, or the request has no decision.
    private func destination(_ document: RequestDocument) -> FoundSlip? {
        let destination = document.destination
        guard destination.workload == nil, let namespace = destination.namespace, !inventory.workloads.isEmpty else {
            return nil
        }
        if !namespaces.contains(namespace) {
            guard let near = self.namespace(meantBy: namespace) else { return nil }
            return slip(
                "there is no namespace \(namespace.quoted)", write: "namespace: \(near)",
                at: destination.places["namespace"] ?? document.location)
        }
        guard destination.gateway == nil, destination.waypoint == nil, let labels = destination.labels else {
            return nil
        }
        let workloads = inventory.workloads.filter { $0.namespace == namespace }
        let isSelected = { (workload: Inventory.Workload) in labels.allSatisfy { workload.labels[$0.key] == $0.value } }
        guard !labels.isEmpty, !workloads.contains(where: isSelected) else { return nil }
        for workload in workloads {
            let differing = labels.filter { workload.labels[$0.key] != $0.value }.sorted { $0.key < $1.key }
            let meant = differing.compactMap { meantLabel($0.key, $0.value, workload.labels) }
            guard meant.count == differing.count, let first = differing.first, let near = meant.first else { continue }
            return slip(
                "no workload of `\(namespace)` has the label `\(first.key): \(first.value)`, and `\(workload.name)` has `\(near)`",
                write: near, at: destination.places["labels"] ?? document.location)
        }
        return nil
    }

    private func meantLabel(_ key: String, _ value: String, _ labels: [String: String]) -> String? {
        if let own = labels[key] { return NameSuggestion.isSlip(value, of: own) ? "\(key): \(own)" : nil }
        let near = labels.keys.sorted().first { NameSuggestion.isSlip(key, of: $0) && labels[$0] == value }
        return near.map { "\($0): \(value)" }
    }
}
