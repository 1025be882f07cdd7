import AuthzCore
import AuthzPolicy
import AuthzToken

/// Where the JWT rules of a workload look for tokens.
package struct TokenPlaces: Sendable {
    /// Headers by name in lower case, with the text before the token.
    private(set) var headers: [(name: String, prefix: String)] = []
    private(set) var params: [String] = []
    private(set) var cookies: [String] = []

    init() {}

    /// - Parameter workload: `nil` where nobody knows it, and then no rule looks for any.
    package init(of workload: Workload?, in policySet: PolicySet) {
        self.init(of: workload.map { $0.tokenRules.map { policySet.tokenRules[$0] } } ?? [])
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

    /// Takes in the places of another workload.
    mutating func add(_ other: TokenPlaces) {
        headers += other.headers.filter { header in !headers.contains { $0 == header } }
        params += other.params.filter { !params.contains($0) }
        cookies += other.cookies.filter { !cookies.contains($0) }
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
        if case .claims(let json, _, _) = document.token { return json }
        return tokens(in: document).lazy.compactMap(Self.claims).first
    }

    /// The compact tokens that a document carries, as far as they stand where the rules look, and else behind `Bearer`.
    func tokens(in document: RequestDocument) -> [String] {
        var tokens: [String] = []
        if case .compact(let token) = document.token { tokens.append(token) }
        guard let request = document.request else { return tokens }
        for header in request.headers {
            let name = header.name.lowercased()
            for place in headers where place.name == name {
                if let start = start(of: place.prefix, in: header.value) {
                    tokens.append(String(header.value[start...]))
                }
            }
            if name == "cookie" {
                tokens += header.value.split(separator: ";").compactMap { pair in
                    cookies.lazy.compactMap { Self.value(of: $0, in: pair.drop { $0 == " " }) }.first
                }
            }
        }
        if let mark = request.path.firstIndex(of: "?") {
            tokens += request.path[mark...].dropFirst().split(separator: "&").compactMap { pair in
                params.lazy.compactMap { Self.value(of: $0, in: pair) }.first
            }
        }
        return tokens
    }

    /// Where a token begins in the value of a header; `nil` where none is looked for behind this prefix.
    func start(of prefix: String, in value: String) -> String.Index? {
        prefix.isEmpty ? value.startIndex : value.firstRange(of: prefix)?.upperBound
    }

    private static func value(of name: String, in pair: Substring) -> String? {
        pair.hasPrefix("\(name)=") ? String(pair.dropFirst(name.count + 1)) : nil
    }

    static func claims(of token: String) -> String? {
        var workspace = TokenWorkspace(cachedTokens: 0)
        guard readUnverified(Array(token.utf8).span, maximumBytes: 64 * 1024, in: &workspace) == nil else { return nil }
        var writer = JSONWriter()
        writer.value(workspace.claims, at: workspace.claims.root)
        return writer.text
    }
}
