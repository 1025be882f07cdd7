import AuthzServer
import Testing

@Suite struct KeyMetricsTests {
    private func lines(_ statuses: [KeySourceStatus]) -> [Substring] {
        var writer = MetricsWriter()
        KeyMetrics(board: KeyStatusBoard(statuses)).write(to: &writer)
        return String(decoding: writer.bytes, as: UTF8.self).split(separator: "\n")
    }

    @Test("sources that look the same without their secrets have samples of their own")
    func repeated() {
        let lines = lines(
            ["https://a.example/?1", "https://a.example/?2", "https://b.example/"].map {
                KeySourceStatus(location: .url($0), issuer: "i")
            })
        #expect(lines.contains(#"authz_jwks_keys{issuer="i",source="https://a.example/"} 0"#))
        #expect(lines.contains(#"authz_jwks_keys{issuer="i",source="https://a.example/ (2)"} 0"#))
        #expect(lines.contains(#"authz_jwks_keys{issuer="i",source="https://b.example/"} 0"#))
        #expect(Set(lines).count == lines.count)
    }

    @Test("the age is there with keys, the next fetch of what is fetched")
    func times() throws {
        var fetched = KeySourceStatus(location: .discovery(issuer: "https://a.example"), issuer: "https://a.example")
        fetched.lastSuccess = ContinuousClock.now.advanced(by: .seconds(-100))
        fetched.nextFetch = ContinuousClock.now.advanced(by: .seconds(-1))
        let file = KeySourceStatus(kind: .file, name: "keys.json", issuer: "https://a.example")
        let lines = lines([fetched, file])
        let labels =
            #"{issuer="https://a.example",source="https://a.example/.well-known/openid-configuration"} "#
        let age = try #require(lines.first { $0.hasPrefix("authz_jwks_age_seconds{") })
        #expect(age.hasPrefix("authz_jwks_age_seconds\(labels)10"))
        #expect(lines.contains("authz_jwks_next_fetch_seconds\(labels)0.0"))
        #expect(!lines.contains { $0.hasPrefix("authz_jwks_next_fetch_seconds{") && $0.contains("keys.json") })
        #expect(!lines.contains { $0.hasPrefix("authz_jwks_age_seconds{") && $0.contains("keys.json") })
    }
}
