import AuthzCore

/// What people most often write of a request that it is not.
package enum RequestSlip {
    /// One sentence for each slip that makes it no request of HTTP; empty where a request is refused for something else.
    package static func sentences(method: String, path: String, host: String) -> [String] {
        var sentences = [methodSentence(method), hostSentence(host)].compactMap(\.self)
        if !path.hasPrefix("/"), path != "*" {
            sentences.append("`\(path)` does not begin with `/`, as a path does")
        }
        return sentences
    }

    /// The port of a Service in the place of the workload's, and callers that the inventory has under nearly the same name. One that it
    /// does not have at all may be of elsewhere.
    static func sentences(
        of request: borrowing CheckRequest, for workload: Workload, in policySet: PolicySet
    ) -> [String] {
        var sentences = [port(of: request, for: workload, in: policySet)].compactMap(\.self)
        for principal in request.principals.map(request.text) {
            guard let caller = KnownNames.Account(identity: principal) else { continue }
            if let sentence = sentence(of: caller, policySet.names) ?? unnamed(caller, policySet) {
                sentences.append(sentence)
            }
        }
        return sentences
    }

    /// The port of a Service, at which no request comes to the workload.
    static func port(
        of request: borrowing CheckRequest, for workload: Workload, in policySet: PolicySet
    ) -> String? {
        guard case .known(let port) = request.destination.port,
            let target = policySet.servicePorts.targets(of: workload.description)[port]
        else { return nil }
        return "`\(port)` is the port of a Service, and the workload listens on `\(target)`, which is what policies see"
    }

    /// A caller whose namespace or account the inventory has under nearly the same name.
    static func caller(of request: borrowing CheckRequest, in policySet: PolicySet) -> String? {
        let names = policySet.names
        return request.principals.lazy.map(request.text).compactMap(KnownNames.Account.init(identity:)).first {
            caller in
            let known = names.namespaces.contains(caller.namespace)
            let near = known ? names.accounts[caller.namespace] ?? [] : names.namespaces
            let name = known ? caller.name : caller.namespace
            return !names.has(caller) && near.contains { NameSuggestion.isSlip(name, of: $0) }
        }.flatMap { sentence(of: $0, names) }
    }

    private static func sentence(of caller: KnownNames.Account, _ names: KnownNames) -> String? {
        guard !names.has(caller) else { return nil }
        if !names.namespaces.contains(caller.namespace) {
            let near = names.namespaces.sorted().first { NameSuggestion.isSlip(caller.namespace, of: $0) }
            guard
                let near = near ?? names.namespaces(having: caller.name).first(where: { _ in caller.name != "default" })
            else { return nil }
            return "the inventory has no namespace `\(caller.namespace)`, the caller's: is `\(near)` meant?"
        }
        guard let own = names.accounts[caller.namespace] else { return nil }
        let near = NameSuggestion.nearest(to: caller.name, among: own.sorted())
        let others = names.namespaces(having: caller.name)
        guard near == nil, let other = others.first else {
            let meant = near.map { ": is `\($0)` meant?" } ?? ", but \(list(own))"
            return
                "the inventory has no service account `\(caller.name)` in `\(caller.namespace)`, the caller's\(meant)"
        }
        return "the inventory has no service account `\(caller)`, the caller's, but `\(other)/\(caller.name)`"
    }

    /// Where the inventory has nothing of the caller's namespace: whom the policies name there in his place.
    private static func unnamed(_ caller: KnownNames.Account, _ policySet: PolicySet) -> String? {
        guard policySet.names.accounts[caller.namespace] == nil, caller.name != "default" else { return nil }
        let named = policySet.accountsNamed(in: caller.namespace)
        guard !named.isEmpty, !named.contains(caller.name) else { return nil }
        let near = NameSuggestion.nearest(to: caller.name, among: named.sorted())
        let meant = near.map { ": is `\($0)` meant?" } ?? ", but \(list(named))"
        return
            "the policies name no service account `\(caller.name)` in `\(caller.namespace)`, the caller's\(meant)"
    }

    /// How many names are told.
    private static let shownCount = 12

    static func list(_ names: Set<String>) -> String {
        Trace.list(Array(names.sorted().prefix(shownCount))) + (names.count > shownCount ? ", …" : "")
    }
}
