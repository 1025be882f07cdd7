import AuthzCore
import AuthzEngine
import AuthzPolicy

/// Suites that one policy set decides.
struct MutationGroup {
    /// A case with what it can have to do with.
    private struct Entry {
        var testCase: SuiteCase
        /// The file of its suite.
        var suite: String
        /// Whose policies are looked at for it.
        var namespaces: Set<String>
    }

    /// The policies that matter to one namespace, with the cases that they decide.
    struct Part {
        var documents: PolicyDocuments
        var original: DecisionPoint
        var cases: [SuiteCase]
        /// The file of a suite to which a case of this part can be added.
        var suite: String
        /// Where requests of the part can go, those of cases first.
        var destinations: [RequestDocument.Destination]
        /// What a case of this part has to say that CUSTOM providers answer; `nil` for nothing.
        var assumedCustomAnswer: Expectation.Outcome?
    }

    let policies: OfflinePolicies
    private let assumedCustomAnswer: Expectation.Outcome?
    private var entries: [Entry] = []
    private var suites: [String] = []

    /// - Parameter answer: What the cases say that CUSTOM providers answer, and the policies assume.
    init(_ policies: OfflinePolicies, assuming answer: Expectation.Outcome? = nil) {
        self.policies = policies
        assumedCustomAnswer = answer
    }

    /// - Parameter name: The file of the suite.
    mutating func add(_ run: SuiteRun, name: String) {
        suites.append(name)
        let policySet = policies.decisionPoint.policySet
        for testCase in run.cases {
            let namespaces = Set(policySet.policyNamespaces(for: testCase.request))
            entries.append(Entry(testCase: testCase, suite: name, namespaces: namespaces))
        }
    }

    /// The namespaces that have policies, sorted.
    var namespaces: [String] {
        let documents = policies.documents
        return Set(
            documents.authorizationPolicies.map(\.metadata.namespace)
                + documents.requestAuthentications.map(\.metadata.namespace)
                + documents.peerAuthentications.map(\.metadata.namespace)
        ).sorted()
    }

    /// What decides in a namespace, without all that lies in others; `nil` where it does not compile.
    ///
    /// A waypoint is under the policies of its own namespace and of that of its service, so that one namespace can be of several parts.
    func part(of namespace: String) -> Part? {
        let root = policies.decisionPoint.policySet.mesh.rootNamespace
        let own = entries.filter { $0.namespaces.contains(namespace) }
        var documents = policies.documents
        var original = policies.decisionPoint
        if namespace != root {
            let kept = own.reduce(into: Set([namespace, root])) { $0.formUnion($1.namespaces) }
            documents.keep(kept)
            // What compiled as a whole compiles in part.
            guard let point = point(for: documents) else { return nil }
            original = point
        }
        let cases = own.map(\.testCase)
        return Part(
            documents: documents, original: original, cases: cases, suite: own.first?.suite ?? suites.first ?? "",
            destinations: Self.destinations(cases.map(\.request.destination), documents, original.policySet),
            assumedCustomAnswer: assumedCustomAnswer)
    }

    /// What decides by other documents; `nil` where they do not compile.
    func point(for documents: PolicyDocuments) -> DecisionPoint? {
        do throws(InputError) {
            return try policies.decisionPoint(for: documents)
        } catch {
            return nil
        }
    }

    private static func destinations(
        _ named: [RequestDocument.Destination], _ documents: PolicyDocuments, _ policySet: PolicySet
    ) -> [RequestDocument.Destination] {
        var known: Set<String> = []
        // A port or an address more makes no other destination.
        var places: Set<String> = []
        let place = { (destination: RequestDocument.Destination) in
            var destination = destination
            (destination.port, destination.ip, destination.sni) = (nil, nil, nil)
            return RequestText.text(of: destination)
        }
        let ofCases = named.filter { destination in
            places.insert(place(destination))
            return known.insert(RequestText.text(of: destination)).inserted
        }
        return ofCases
            + MutantSearch.destinations(documents, policySet).filter { places.insert(place($0)).inserted }
    }
}

extension PolicyDocuments {
    /// Leaves out what lies in other namespaces.
    fileprivate mutating func keep(_ namespaces: Set<String>) {
        authorizationPolicies.removeAll { !namespaces.contains($0.metadata.namespace) }
        requestAuthentications.removeAll { !namespaces.contains($0.metadata.namespace) }
        peerAuthentications.removeAll { !namespaces.contains($0.metadata.namespace) }
        inventory.workloads.removeAll { !namespaces.contains($0.namespace) }
        inventory.services.removeAll { !namespaces.contains($0.namespace) }
    }
}
