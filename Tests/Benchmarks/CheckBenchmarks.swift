import AuthzCore
import AuthzEngine
import AuthzPolicy
import AuthzServer

/// A gRPC check without the network: from the bytes of Envoy's message to those of the reply.
enum CheckBenchmarks {
    /// The last of these rules matches. The budget is that of allocations; what a served check costs, `make bench-server` tells.
    static func lastRule(of count: Int) throws(InputError) -> Benchmark.Result {
        let point = try RuleSets.decisionPoint(RuleSets.policies(count))
        let store = SnapshotStore(ServedSnapshot(point: point, defaultWorkload: RuleSets.workload(point)))
        let responder = CheckResponder(store: store, settings: CheckSettings(), clock: WallClock.seconds, log: nil)
        let messages = (0..<64).map { Envoy.checkRequest(client: count - 1, item: $0) }
        let peer = Peer(address: nil, isTrusted: false)
        var loop = responder.makeLoopState()
        var reply = GRPCReply()
        let result = Benchmark.run("check/grpc/\(count)-rules", batch: 2000, budget: .init(nanoseconds: nil)) { index in
            reply.begin()
            let message = messages[index & 63]
            responder.respond(to: message.span, of: .check, from: peer, in: &loop, with: &reply)
        }
        precondition(reply.bytes == [0, 0, 0, 0, 4, 0x0a, 0, 0x1a, 0], "each check is allowed, and nothing is added")
        return result
    }
}

/// What an Envoy with mutual TLS sends: 15 headers, a token of 800 bytes among them.
private enum Envoy {
    static func checkRequest(client: Int, item: Int) -> [UInt8] {
        let path = "/api/v1/resource-\(client)/items/\(item)?limit=10"
        let headers = [
            (":authority", "api.example.com"), (":method", "GET"), (":path", path), (":scheme", "https"),
            ("accept", "*/*"), ("accept-encoding", "gzip, deflate, br"), ("accept-language", "en"),
            ("authorization", "Bearer " + String(repeating: "a", count: 793)),
            ("cookie", "session=0123456789abcdef"),
            ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
            ("user-agent", "Mozilla/5.0 (X11; Linux x86_64)"), ("x-envoy-attempt-count", "1"),
            ("x-forwarded-for", "203.0.113.9"), ("x-forwarded-proto", "https"),
            ("x-request-id", "5d7a1f0e-3c34-4ac2-9d0a-3d3f7b2f1d6e"),
        ]
        var http = text(1, "1234567890") + text(2, "GET") + text(4, path) + text(5, "api.example.com")
        for (name, value) in headers { http += field(3, text(1, name) + text(2, value)) }
        http += text(6, "https") + text(10, "HTTP/2")
        let attributes =
            field(1, peer("10.0.0.7", port: 43210, "client-\(client)")) + field(2, peer("10.0.0.9", port: 8080, "api"))
            + field(4, field(2, http))
        return field(1, attributes)
    }

    private static func peer(_ address: String, port: Int, _ account: String) -> [UInt8] {
        let socket = text(2, address) + varint(3 << 3) + varint(port)
        return field(1, field(1, socket)) + text(4, "spiffe://cluster.local/ns/production/sa/\(account)")
    }

    private static func text(_ number: Int, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }

    private static func field(_ number: Int, _ bytes: [UInt8]) -> [UInt8] {
        varint(number << 3 | 2) + varint(bytes.count) + bytes
    }

    private static func varint(_ value: Int) -> [UInt8] {
        value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7f | 0x80)] + varint(value >> 7)
    }
}
