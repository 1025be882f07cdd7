/// The settings of MeshConfig (and two switches of istiod) that change decisions.
package struct MeshSettings: Sendable, Equatable {
    package enum PathNormalization: String, Sendable, CaseIterable {
        case none = "NONE"
        /// Also `DEFAULT`.
        case base = "BASE"
        case mergeSlashes = "MERGE_SLASHES"
        case decodeAndMergeSlashes = "DECODE_AND_MERGE_SLASHES"
    }

    package var rootNamespace = "istio-system"
    package var trustDomain = "cluster.local"
    package var trustDomainAliases: [String] = []
    /// `caCertificates[].trustDomains`: further trust domains whose peers are accepted.
    package var acceptedTrustDomains: [String] = []
    package var pathNormalization = PathNormalization.base
    /// `defaultConfig.gatewayTopology.numTrustedProxies`; counts at gateways only.
    package var trustedProxyCount = 0
    /// Those of `extensionProviders` that authorize; `nil` where no mesh settings were given, and then any name is taken as known.
    package var extensionProviders: [ExtensionProvider]?
    /// istiod's `PILOT_SKIP_VALIDATE_TRUST_DOMAIN`.
    package var skipsTrustDomainValidation = false
    /// istiod's `ENABLE_SELECTOR_BASED_K8S_GATEWAY_POLICY`.
    package var selectorBasedGatewayPolicy = true

    package init() {}

    /// The trust domain and its aliases, in this order.
    package var trustDomains: [String] { [trustDomain] + trustDomainAliases }
}
