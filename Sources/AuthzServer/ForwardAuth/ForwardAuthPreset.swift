/// A proxy that asks about each request with a request of its own, and how it tells of the original one (forward-auth).
///
/// Each fact has exactly one source. Whatever else stands in the request is the client's, or looks like it.
package enum ForwardAuthPreset: String, Sendable, CaseIterable {
    case nginx
    case ingressNginx = "ingress-nginx"
    case traefik, caddy, haproxy

    /// The headers of a preset, in lower case.
    struct Headers: Sendable {
        var method: StaticString
        /// The target of the request, or for ``Form/url`` its whole URL.
        var uri: StaticString
        /// `nil` where the URL tells it.
        var host: StaticString?
        var scheme: StaticString?
        /// The address of the proxy's peer.
        var client: StaticString
        var form = Form.target
        /// Whether the header of the client's address is a list that ends with it.
        var listsClients = false
    }

    /// What the header of the URI holds.
    enum Form: Sendable { case target, url }

    var headers: Headers {
        switch self {
        case .nginx:
            Headers(
                method: "x-original-method", uri: "x-original-uri", host: "x-original-host",
                scheme: "x-original-proto", client: "x-real-ip")
        case .ingressNginx:
            Headers(method: "x-original-method", uri: "x-original-url", client: "x-real-ip", form: .url)
        case .traefik, .caddy, .haproxy:
            Headers(
                method: "x-forwarded-method", uri: "x-forwarded-uri", host: "x-forwarded-host",
                scheme: "x-forwarded-proto", client: "x-forwarded-for", listsClients: true)
        }
    }

    /// The status by which the proxy tells its client of a denial; `auth_request` knows two, and takes any other for a failure.
    func status(ofDenial status: Int) -> Int {
        switch self {
        case .nginx, .ingressNginx: status == 401 ? 401 : 403
        case .traefik, .caddy, .haproxy: status
        }
    }

    /// How the proxy comes to drop the headers that the upstream must not get.
    var removal: Removal {
        switch self {
        case .nginx, .ingressNginx, .traefik: .byProxy
        case .caddy: .emptyValue
        case .haproxy: .list
        }
    }

    enum Removal: Sendable {
        /// What it is told to copy replaces what the client sent, also where the answer has none of it.
        case byProxy
        /// It copies what is in the answer, so that an empty value has to stand there.
        case emptyValue
        /// It is handed the names in `x-authz-headers-to-remove`.
        case list
    }
}
