package import AuthzCore
package import AuthzPolicy
import AuthzToken
import Synchronization

/// Compiled policies in force together: what was written, turned into what a decision reads. Immutable but for a bounded
/// memory of workloads that requests spelled out; a class so that snapshots and workloads share it.
package final class PolicySet: Sendable {
    package let mesh: MeshSettings
    package let options: CompileOptions
    let trustDomains: TrustDomains
    /// `spiffe://<trust domain>/` of every trust domain whose peers are accepted.
    let acceptedIdentityPrefixes: [[UInt8]]
    let program: Program
    let authorizationPolicies: [CompiledAuthorizationPolicy]
    let requestAuthentications: [CompiledRequestAuthentication]
    let peerAuthentications: [CompiledPeerAuthentication]
    let tokenRules: [TokenRule]
    /// Where the keys of the JWT rules come from; a snapshot holds one key set for each.
    package let keySources: [KeySource]
    /// The key sets that are written in the policies, by their text.
    let inlineKeySets: [String: KeySet]
    /// `sha256:` and the hexadecimal digest of the compiled policies and settings; the order of files does not change it.
    package let digest: String
    let serviceEntries: Set<ServiceName>
    let named: [String: Workload]
    private let byServiceAccount: [String: Workload]
    private let byServiceAddress: [IPAddress: Workload]
    let serviceHosts: ServiceHosts
    let servicePorts: ServicePorts
    let names: KnownNames
    private let described = Mutex(DescribedWorkloads())

    init(_ parts: PolicySetParts, digest: String) {
        mesh = parts.mesh
        options = parts.options
        trustDomains = TrustDomains(parts.mesh.trustDomains)
        acceptedIdentityPrefixes = (parts.mesh.trustDomains + parts.mesh.acceptedTrustDomains).map {
            Array("spiffe://\($0)/".utf8)
        }
        program = parts.program
        authorizationPolicies = parts.authorizationPolicies
        requestAuthentications = parts.requestAuthentications
        peerAuthentications = parts.peerAuthentications
        tokenRules = parts.tokenRules
        keySources = parts.keySources
        inlineKeySets = parts.inlineKeySets
        serviceEntries = parts.serviceEntries
        self.digest = digest
        let builder = WorkloadBuilder(parts)
        var named: [String: Workload] = [:]
        var byServiceAccount: [String: [Workload]] = [:]
        var all: [Workload] = []
        for workload in parts.inventory.workloads {
            let built = builder.build(WorkloadDescription(workload))
            let key = "\(workload.namespace)/\(workload.name)"
            if named[key] == nil { named[key] = built }
            all.append(built)
            byServiceAccount["\(workload.namespace)/\(workload.serviceAccount)", default: []].append(built)
        }
        self.named = named
        servicePorts = ServicePorts(parts.inventory)
        names = KnownNames(parts.inventory)
        serviceHosts = ServiceHosts(parts.inventory, named: named, mesh: parts.mesh)
        self.byServiceAccount = byServiceAccount.compactMapValues { $0.count == 1 ? $0[0] : nil }
        byServiceAddress = ServiceAddresses(parts.inventory.services, workloads: all).byAddress
    }

    /// The first JWT rule whose keys come from a source; the source is an index of ``keySources``.
    package func location(ofKeySource source: Int) -> SourceLocation? {
        tokenRules.first { $0.keySource == source }?.location
    }

    /// A workload of the inventory by `namespace/name`.
    package func workload(named name: String) -> Workload? { named[name] }

    /// The names of the inventory's workloads, sorted.
    package var workloadNames: [String] { named.keys.sorted() }

    /// The one workload of the inventory that runs under this account; `nil` where there are several or none.
    package func workload(namespace: String, serviceAccount: String) -> Workload? {
        byServiceAccount["\(namespace)/\(serviceAccount)"]
    }

    /// The one workload that the Service with this cluster address selects; `nil` where there are several or none.
    package func workload(atServiceAddress address: IPAddress) -> Workload? { byServiceAddress[address] }

    /// A workload that a caller spells out; `nil` where there can be none of this description.
    package func workload(namespace: String, labels: [String: String], serviceAccount: String?) -> Workload? {
        let description = WorkloadDescription(namespace: namespace, labels: labels, serviceAccount: serviceAccount)
        return description.isPossible ? workload(description) : nil
    }

    /// The workload that a request document means: one of the inventory, or one that it spells out. `nil` where that is not
    /// there, or cannot be.
    ///
    /// Selecting the policies of a new one takes time in proportion to the policies of its namespace and the root namespace;
    /// the last ones are remembered.
    package func workload(for destination: RequestDocument.Destination) -> Workload? {
        if let name = destination.workload { return named[name.value] }
        guard let description = WorkloadDescription(destination, serviceEntries: serviceEntries), description.isPossible
        else { return nil }
        return workload(description)
    }

    /// The workload that a document means. Envoy's check request may leave it to the identity or address of the destination.
    package func workload(for document: RequestDocument) -> FoundWorkload {
        if document.namesWorkload {
            let source: WorkloadSource =
                switch document.check?.workloadIsInContext {
                case nil: .requestDocument
                case true?: .contextExtensions
                case false?: .destinationLabels
                }
            return FoundWorkload(workload: workload(for: document.destination), source: source)
        }
        guard let check = document.check else { return FoundWorkload() }
        if let account = check.destinationAccount,
            let workload = workload(namespace: account.namespace, serviceAccount: account.serviceAccount)
        {
            return FoundWorkload(workload: workload, source: .destinationPrincipal)
        }
        guard let workload = document.destination.ip.flatMap(workload(atServiceAddress:)) else {
            return FoundWorkload()
        }
        return FoundWorkload(workload: workload, source: .destinationAddress)
    }

    /// The workload of this description, remembered from the last time.
    package func workload(_ description: WorkloadDescription) -> Workload {
        if let known = described.withLock({ $0.recall(description) }) { return known }
        let built = WorkloadBuilder(self).build(description)
        described.withLock { $0.remember(built, as: description) }
        return built
    }
}

/// What the compile step is told beside the policies.
package struct CompileOptions: Sendable {
    /// The extension provider that is this service: its CUSTOM policies only route requests here.
    package var ownProvider = "authz"
    /// Which data plane enforces the policies.
    package var profile = Profile.sidecar
    /// Whether `oct` keys count that are not written in the policy.
    package var allowsSymmetricKeys = false
    /// RSA keys below this many bits are skipped.
    package var minimumRSABits = 2048
    /// From how many rules of one action on they are indexed; no decision depends on it.
    package var ruleIndexThreshold = RuleList.indexThreshold

    package init() {}
}
