import AuthzServer
import Testing

@Suite struct ReadinessMetricsTests {
    private func value(_ statuses: [KeySourceStatus], _ health: ServerHealth = ServerHealth()) -> String? {
        var writer = MetricsWriter()
        ReadinessMetrics(keys: KeyStatusBoard(statuses), health: health).write(to: &writer)
        let lines = String(decoding: writer.bytes, as: UTF8.self).split(separator: "\n")
        return lines.first { $0.hasPrefix("authz_ready ") }.map { String($0.dropFirst("authz_ready ".count)) }
    }

    @Test("a server is ready once each key set was asked for, and until it stops")
    func states() {
        var keys = KeySourceStatus(location: .url("https://a.example/"), issuer: "i")
        #expect(value([]) == "1")
        #expect(value([keys]) == "0")
        keys.hasBeenTried = true
        #expect(value([keys]) == "1")
        let health = ServerHealth()
        health.beginDraining()
        #expect(value([keys], health) == "0")
    }
}
