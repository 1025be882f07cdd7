import AuthzPolicy

/// A field of `source` or `operation`, or a key of `when`: what it reads and on which side of a rule it stands.
enum ConditionField: Sendable, Equatable {
    case peerPrincipal, namespace, serviceAccount, trustDomain
    case sourceIP, remoteIP, destinationIP, destinationPort, sni
    case requestPrincipal
    case claim(path: [String])
    case header(name: String)
    /// The namespace of a filter, and a field in it.
    case dynamicMetadata(namespace: String, key: String)
    case host, method, path

    /// Whether the field belongs to the operation; all others belong to the caller.
    var isPermission: Bool {
        switch self {
        case .destinationIP, .destinationPort, .sni, .dynamicMetadata, .host, .method, .path: true
        case .peerPrincipal, .namespace, .serviceAccount, .trustDomain, .sourceIP, .remoteIP, .requestPrincipal, .claim,
            .header:
            false
        }
    }

    /// Whether it exists on HTTP chains only.
    var isHTTPOnly: Bool {
        switch self {
        case .requestPrincipal, .claim, .header, .host, .method, .path: true
        case .peerPrincipal, .namespace, .serviceAccount, .trustDomain, .sourceIP, .remoteIP, .destinationIP,
            .destinationPort, .sni, .dynamicMetadata:
            false
        }
    }

    init(_ field: AuthorizationPolicy.SourceMatch.Field) {
        self =
            switch field {
            case .principals: .peerPrincipal
            case .requestPrincipals: .requestPrincipal
            case .serviceAccounts: .serviceAccount
            case .trustDomains: .trustDomain
            case .namespaces: .namespace
            case .remoteIpBlocks: .remoteIP
            case .ipBlocks: .sourceIP
            }
    }

    init(_ field: AuthorizationPolicy.OperationMatch.Field) {
        self =
            switch field {
            case .hosts: .host
            case .methods: .method
            case .paths: .path
            case .ports: .destinationPort
            }
    }

    /// Why a condition key gives no field.
    enum KeyProblem: Error, Equatable {
        /// istiod skips the whole rule.
        case unknown
        /// The brackets cannot be read: istiod skips an ALLOW rule, and ignores the condition in others.
        case malformed
    }

    /// The field of a `when` key (AuthorizationPolicy dossier 2.5; bracket parsing 5.2 and 7.4).
    init(key: String) throws(KeyProblem) {
        switch key {
        case "source.ip": self = .sourceIP
        case "remote.ip": self = .remoteIP
        case "source.namespace": self = .namespace
        case "source.principal": self = .peerPrincipal
        case "source.serviceAccount": self = .serviceAccount
        case "source.trustDomain": self = .trustDomain
        case "request.auth.principal": self = .requestPrincipal
        case "request.auth.audiences": self = .claim(path: ["aud"])
        case "request.auth.presenter": self = .claim(path: ["azp"])
        case "destination.ip": self = .destinationIP
        case "destination.port": self = .destinationPort
        case "connection.sni": self = .sni
        default:
            if key.hasPrefix("request.headers") {
                self = .header(name: try Self.bracketed(key.dropFirst("request.headers".count)))
            } else if key.hasPrefix("request.auth.claims") {
                self = .claim(path: try Self.claimPath(key.dropFirst("request.auth.claims".count)))
            } else if key.hasPrefix("experimental.envoy.filters.") {
                guard let bracket = key.firstIndex(of: "[") else { throw .malformed }
                let name = key[key.index(after: bracket)...]
                self = .dynamicMetadata(
                    namespace: String(key[..<bracket].dropFirst("experimental.".count)),
                    key: String(name.hasSuffix("]") ? name.dropLast() : name))
            } else {
                throw .unknown
            }
        }
    }

    private static func bracketed(_ text: Substring) throws(KeyProblem) -> String {
        guard text.utf8.count >= 2, text.hasPrefix("["), text.hasSuffix("]") else { throw .malformed }
        return String(text.dropFirst().dropLast())
    }

    /// `[a][b]` is a path of two; text that is not made of such groups, but stands in brackets, is one name.
    private static func claimPath(_ text: Substring) throws(KeyProblem) -> [String] {
        var names: [String] = []
        var rest = text
        while !rest.isEmpty {
            guard rest.hasPrefix("["), let close = rest.dropFirst().firstIndex(where: { $0 == "[" || $0 == "]" }),
                rest[close] == "]"
            else { return [try bracketed(text)] }
            names.append(String(rest[rest.index(after: rest.startIndex)..<close]))
            rest = rest[rest.index(after: close)...]
        }
        guard !names.isEmpty else { throw .malformed }
        return names
    }
}
