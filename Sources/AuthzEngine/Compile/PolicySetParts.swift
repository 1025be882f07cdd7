import AuthzPolicy
import AuthzToken

/// A policy set while it is being compiled.
struct PolicySetParts {
    var mesh: MeshSettings
    var options: CompileOptions
    var program = Program()
    var authorizationPolicies: [CompiledAuthorizationPolicy] = []
    var requestAuthentications: [CompiledRequestAuthentication] = []
    var peerAuthentications: [CompiledPeerAuthentication] = []
    var tokenRules: [TokenRule] = []
    var keySources: [KeySource] = []
    /// The key sets among them that are written in the policies, by their text.
    var inlineKeySets: [String: KeySet] = [:]
    var inventory: Inventory
    /// The ServiceEntries that are no Kubernetes Service at the same time.
    var serviceEntries: Set<ServiceName> = []

    init(mesh: MeshSettings, options: CompileOptions, inventory: Inventory) {
        self.mesh = mesh
        self.options = options
        self.inventory = inventory
        let services = Set(inventory.services.map { ServiceName(name: $0.name, namespace: $0.namespace) })
        for other in inventory.others where other.kind == "ServiceEntry" {
            let name = ServiceName(name: other.name, namespace: other.namespace)
            if !services.contains(name) { serviceEntries.insert(name) }
        }
    }
}
