import AuthzCore
import AuthzPolicy
import AuthzToken

/// Where the JWT rules of a workload look for tokens.
struct TokenPlaces: Sendable {
    /// Headers by name in lower case, with the text before the token.
    private(set) var headers: [(name: String, prefix: String)] = []
    private(set) var params: [String] = []
    private(set) var cookies: [String] = []

    init() {}

    init(of workload: Workload, in policySet: PolicySet) {
        self.init(of: workload.tokenRules.map { policySet.tokenRules[$0] })
    }

    init(of rules: [TokenRule]) {
        for rule in rules {
            headers += rule.headers.map {
                (String(decoding: $0.name, as: UTF8.self), String(decoding: $0.prefix, as: UTF8.self))
            }
            params += rule.params.map { String(decoding: $0, as: UTF8.self) }
            cookies += rule.cookies.map { String(decoding: $0, as: UTF8.self) }
        }
    }

    /// Whether a token may stand in this header.
    func holdsToken(_ name: String) -> Bool {
        name == "authorization" || headers.contains { $0.name == name } || (name == "cookie" && !cookies.isEmpty)
    }

    /// Takes out every token, wherever it stands.
    func removeTokens(from document: inout RequestDocument) {
        document.token = nil
        guard var request = document.request else { return }
        request.headers.removeAll { header in
            let name = header.name.lowercased()
            if name == "cookie" { return cookies.contains { header.value.contains("\($0)=") } }
            return headers.contains { $0.name == name && ($0.prefix.isEmpty || header.value.contains($0.prefix)) }
        }
        if let mark = request.path.firstIndex(of: "?"), !params.isEmpty {
            let pairs = request.path[request.path.index(after: mark)...].split(
                separator: "&", omittingEmptySubsequences: false)
            let kept = pairs.filter { pair in !params.contains { pair.hasPrefix("\($0)=") } }
            if kept.count < pairs.count {
                request.path = request.path[..<mark] + (kept.isEmpty ? "" : "?" + kept.joined(separator: "&"))
            }
        }
        document.request = request
    }

    /// The claims of the token that a document carries, as JSON; unverified. `nil` where there is none that can be read.
    func claims(in document: RequestDocument) -> String? {
        switch document.token {
        case .claims(let json, _, _): return json
        case .compact(let token): return Self.claims(of: token)
        case nil: break
        }
        for header in document.request?.headers ?? [] {
            for place in headers where place.name == header.name.lowercased() {
                guard place.prefix.isEmpty || header.value.contains(place.prefix) else { continue }
                let token = place.prefix.isEmpty ? header.value : String(header.value.dropFirst(place.prefix.count))
                if let claims = Self.claims(of: token) { return claims }
            }
        }
        return nil
    }

    private static func claims(of token: String) -> String? {
        var workspace = TokenWorkspace(cachedTokens: 0)
        guard readUnverified(Array(token.utf8).span, maximumBytes: 64 * 1024, in: &workspace) == nil else { return nil }
        var writer = JSONWriter()
        writer.value(workspace.claims, at: workspace.claims.root)
        return writer.text
    }
}
