/// What evaluates the rules of a policy. Each leaves out something else of them.
enum FilterChain: Sendable {
    /// An HTTP filter chain of Envoy.
    case http
    /// A TCP filter chain of Envoy.
    case tcp
    /// The connection-level checks of ztunnel.
    case ztunnel
}
