import AuthzCore
import AuthzEngine
import AuthzPolicy

/// The request that costs each matcher most, decided at one size and at twice that.
///
/// What grows is what a peer can make long. The policy grows with it only where a value must be as long as what it is compared
/// with, and else is fixed: its size is a factor that a peer has no hand in.
enum WorstCases {
    static func run(_ report: (GrowthBenchmark.Result) -> Void) throws(InputError) -> [GrowthBenchmark.Result] {
        var results: [GrowthBenchmark.Result] = []
        for one in matchers + headers + paths + tokens {
            let result = try GrowthBenchmark.run(one.name, size: one.size, one.unit, bound: one.bound) {
                (size) throws(InputError) in
                try one.operation(size)
            }
            report(result)
            results.append(result)
        }
        return results
    }

    private static let kibibytes = 64 << 10

    // MARK: Values

    private static var matchers: [WorstCase] {
        [
            WorstCase("exact", kibibytes, "bytes", "O(value)") { size in
                .header(values: ["\(a(size))b"], lines: ["\(a(size))c"])
            },
            WorstCase("prefix", kibibytes, "bytes", "O(prefix)") { size in
                .header(values: ["\(a(size))b*"], lines: ["\(a(size))c"])
            },
            WorstCase("suffix", kibibytes, "bytes", "O(suffix)") { size in
                .header(values: ["*\(a(size))b"], lines: ["\(a(size))c"])
            },
            WorstCase("host-exact", kibibytes, "bytes", "O(value)") { size in
                WorstCase.Input(rule: "to: [{operation: {hosts: [\(a(size))b]}}]", host: "\(a(size))c")
            },
            WorstCase("host-suffix", kibibytes, "bytes", "O(suffix)") { size in
                WorstCase.Input(rule: "to: [{operation: {hosts: [\"*\(a(size))b\"]}}]", host: "\(a(size))c")
            },
            WorstCase("presence", kibibytes, "bytes", "O(value)") { size in
                WorstCase.Input(
                    rule: "from: [{source: {principals: [\"*\"]}}], to: [{operation: {methods: [PUT]}}]",
                    principal: a(size))
            },
            WorstCase("principal-suffix", kibibytes, "bytes", "O(identity)") { size in
                WorstCase.Input(
                    rule: "from: [{source: {principals: [\"*/sa/x\"]}}], to: [{operation: {methods: [PUT]}}]",
                    principal: "spiffe://\(a(size))/sa/x")
            },
            WorstCase("namespace-64-stars", kibibytes, "bytes", "O(identity)") { size in
                WorstCase.Input(
                    rule: "from: [{source: {namespaces: [\"\(String(repeating: "a*", count: 64))b\"]}}]",
                    principal: "spiffe://td/ns/\(a(size))/sa/x")
            },
            WorstCase("namespace-long-piece", kibibytes, "bytes", "O(identity × piece)") { size in
                WorstCase.Input(
                    rule: "from: [{source: {namespaces: [\"*\(a(63))b*\"]}}]",
                    principal: "spiffe://td/ns/\(a(size))/sa/x")
            },
            WorstCase("service-account", kibibytes / 5, "segments", "O(identity)") { size in
                WorstCase.Input(
                    rule: "from: [{source: {serviceAccounts: [n/b]}}]",
                    principal: "spiffe://td/ns/n/\(String(repeating: "sa/bc/", count: size))")
            },
            WorstCase("trust-domain", kibibytes, "bytes", "O(identity)") { size in
                WorstCase.Input(
                    rule: "from: [{source: {trustDomains: [\"*b\"]}}]", principal: "spiffe://\(a(size))/ns/n/sa/x")
            },
            WorstCase("template-32-wildcards", kibibytes, "bytes", "O(path)") { size in
                WorstCase.Input(
                    rule: "to: [{operation: {paths: [\"\(String(repeating: "/{*}", count: 32))/b\"]}}]",
                    path: String(repeating: "/\(a(size / 32))", count: 32) + "/c")
            },
            WorstCase("template-any", kibibytes / 2, "segments", "O(path)") { size in
                WorstCase.Input(
                    rule: "to: [{operation: {paths: [\"/{*}/{**}/b\"]}}]",
                    path: "\(String(repeating: "/a", count: size))/c")
            },
        ]
    }

    // MARK: Headers

    private static var headers: [WorstCase] {
        [
            WorstCase("merged-15-commas", kibibytes, "bytes", "O(value + 136 patterns)") { size in
                .header(
                    values: ["\(a(64))b*"],
                    lines: [[String](repeating: a(size / 16), count: 16).joined(separator: ",")],
                    isMerged: true)
            },
            WorstCase("merged-commas-only", kibibytes, "commas", "O(value)") { size in
                .header(values: ["x"], lines: [String(repeating: ",", count: size)], isMerged: true)
            },
            WorstCase("lines-of-the-header", 1000, "lines", "O(lines)") { size in
                .header(values: ["x"], lines: (0..<size).map { "value-\($0)" })
            },
            WorstCase("lines-of-others", 1000, "lines", "O(lines)") { size in
                WorstCase.Input(
                    rule: "when: [{key: \"request.headers[x-1]\", values: [x]}]",
                    headers: (0..<size).map { ("y-\(1_000_000 + $0)", "v") })
            },
            WorstCase("joined-one-header", 1000, "lines", "O(lines)") { size in
                WorstCase.Input(
                    rule: "when: [{key: \"request.headers[via]\", values: [x]}]",
                    headers: (0..<size).map { _ in ("via", a(64)) })
            },
            WorstCase("joined-two-headers-in-turn", 1000, "lines", "O(lines)") { size in
                WorstCase.Input(
                    rule: "when: [{key: \"request.headers[via]\", values: [x]}]",
                    headers: (0..<size).map { ($0 % 2 == 0 ? "via" : "accept", a(64)) })
            },
            WorstCase("x-forwarded-for-entries", 1000, "entries", "O(value)") { size in
                var input = WorstCase.Input(
                    rule: "from: [{source: {remoteIpBlocks: [10.0.0.0/8]}}]",
                    headers: [
                        ("x-forwarded-for", [String](repeating: "192.0.2.1", count: size).joined(separator: ", "))
                    ])
                input.isGateway = true
                input.mesh.trustedProxyCount = size - 1
                return input
            },
        ]
    }

    // MARK: Paths

    private static var paths: [WorstCase] {
        [
            path("dot-segments", "/.."), path("escaped-dot-segments", "/%2e%2e"), path("there-and-back", "/a/.."),
            path("slashes", "/", .mergeSlashes), path("escaped-slashes", "%2f", .decodeAndMergeSlashes),
            path("stray-percent", "%%32"), path("parameters", "/..;a"), path("raw-bytes-to-escape", "|"),
        ]
    }

    /// Nothing but one text, which the path is made of.
    private static func path(
        _ name: String, _ text: String, _ mode: MeshSettings.PathNormalization = .base
    ) -> WorstCase {
        WorstCase("normalize-\(name)", kibibytes, "bytes", "O(path)") { size in
            var input = WorstCase.Input(
                rule: "to: [{operation: {paths: [/x]}}]",
                path: "/" + String(repeating: text, count: size / text.utf8.count))
            input.mesh.pathNormalization = mode
            return input
        }
    }

    // MARK: Tokens

    private static var tokens: [WorstCase] {
        [
            WorstCase("claim-list", 10_000, "entries", "O(claims)") { size in
                .claims(
                    "{\"iss\":\"i\",\"groups\":[\((0..<size).map { "\"g\($0)\"" }.joined(separator: ","))]}",
                    condition: "request.auth.claims[groups]")
            },
            WorstCase("claim-words", 10_000, "words", "O(claims)") { size in
                .claims(
                    "{\"iss\":\"i\",\"scope\":\"\((0..<size).map { "s\($0)" }.joined(separator: " "))\"}",
                    condition: "request.auth.claims[scope]")
            },
            WorstCase("claim-members", 10_000, "members", "O(n log n) to find duplicates") { size in
                .claims(
                    "{\"iss\":\"i\",\((0..<size).map { "\"m\($0)\":0," }.joined())\"last\":\"y\"}",
                    condition: "request.auth.claims[last]")
            },
            WorstCase("claim-path-12-deep", 1000, "members a level", "O(n log n) to find duplicates") { size in
                let level = (0..<size).map { "\"m\($0)\":0," }.joined()
                let nested = (0..<12).reduce("\"y\"") { inner, _ in "{\(level)\"a\":\(inner)}" }
                return .claims(
                    "{\"iss\":\"i\",\"a\":\(nested)}",
                    condition: "request.auth.claims" + String(repeating: "[a]", count: 13))
            },
            WorstCase("cookies-in-one-line", 10_000, "cookies", "O(value)") { size in
                .tokens(
                    location: "fromCookies: [session]", headers: [("cookie", String(repeating: "a=b; ", count: size))])
            },
            WorstCase("cookie-lines", 1000, "lines", "O(lines)") { size in
                .tokens(
                    location: "fromCookies: [session]", headers: (0..<size).map { ("cookie", "a\(1_000_000 + $0)=b") })
            },
            WorstCase("query-parameters", 1000, "parameters", "O(n log n) to sort what is left") { size in
                var input = WorstCase.Input.claims("{\"iss\":\"i\"}", condition: "request.auth.claims[x]")
                input.tokenRule = "fromParams: [token]"
                input.path = "/?" + (0..<size).map { "p\(size - $0)=v" }.joined(separator: "&")
                return input
            },
            WorstCase("output-header-lines", 1000, "lines", "O(lines)") { size in
                var input = WorstCase.Input.claims("{\"iss\":\"i\",\"sub\":\"s\"}", condition: "request.auth.claims[x]")
                input.tokenRule = "outputClaimToHeaders: [{header: x-sub, claim: sub}]"
                input.headers = (0..<size).map { ($0 % 2 == 0 ? "x-sub" : "y-\(1_000_000 + $0)", "v") }
                return input
            },
            WorstCase("token-lines", 1000, "lines", "O(lines)") { size in
                var input = WorstCase.Input.claims("{\"iss\":\"i\",\"sub\":\"s\"}", condition: "request.auth.claims[x]")
                input.tokenRule = "fromHeaders: [{name: x-token}]"
                input.tokenLines = size
                input.headers = (0..<size).map { ("y-\(1_000_000 + $0)", "v") }
                return input
            },
        ]
    }

    private static func a(_ count: Int) -> String { String(repeating: "a", count: count) }
}
