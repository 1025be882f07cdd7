import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import AuthzServer

@Suite struct HealthServiceTests {
    /// Whether the server is ready. A class because a test changes it.
    private final class Switch: Sendable {
        private let value: Atomic<Bool>

        init(_ value: Bool) {
            self.value = Atomic(value)
        }

        var isOn: Bool { value.load(ordering: .relaxed) }

        func set(_ isOn: Bool) {
            value.store(isOn, ordering: .relaxed)
        }
    }

    private func client(_ isServing: Switch) throws -> HTTP2Client {
        let responder = CheckResponder(
            store: try CheckFixture("").store, settings: CheckSettings(), clock: { 0 }, log: nil,
            isServing: { isServing.isOn })
        return try HTTP2Client(responder)
    }

    private static func request(_ service: String) -> [UInt8] { [0x0a, UInt8(service.utf8.count)] + service.utf8 }

    @Test(
        "a service is serving, not serving, or unknown",
        arguments: [
            ("", true, [8, 1]), ("", false, [8, 2]), ("envoy.service.auth.v3.Authorization", true, [8, 1]),
            ("envoy.service.auth.v3.Authorization", false, [8, 2]), ("grpc.health.v1.Health", true, [8, 1]),
            ("envoy.service.auth.v2.Authorization", true, nil),
        ] as [(String, Bool, [UInt8]?)])
    func check(_ service: String, _ isServing: Bool, _ expected: [UInt8]?) throws {
        let reply = try client(Switch(isServing)).call("/grpc.health.v1.Health/Check", Self.request(service))
        #expect(reply.grpcStatus == (expected == nil ? "5" : "0"))
        #expect(reply.messages.first == expected)
    }

    @Test("a watcher hears of each change once, and of the end")
    func watch() throws {
        let isServing = Switch(false)
        let client = try client(isServing)
        #expect(client.call("/grpc.health.v1.Health/Watch", Self.request("")).messages == [[8, 2]])
        #expect(client.reply(1).grpcStatus == nil, "it stays open")
        client.advance(by: .seconds(60))
        #expect(client.reply(1).messages == [[8, 2]])
        isServing.set(true)
        client.advance(by: .seconds(3))
        #expect(client.reply(1).messages == [[8, 2], [8, 1]])
        isServing.set(false)
        client.tell(.drain)
        #expect(client.reply(1).messages == [[8, 2], [8, 1], [8, 2]])
        #expect(client.reply(1).grpcStatus == "14")
        client.tell(.closeIfIdle)
        client.advance(by: .seconds(2))
        #expect(!client.channel.isActive)
    }

    @Test("a watcher that does not read hears of each change once, too")
    func blocked() throws {
        let isServing = Switch(true)
        let client = try client(isServing)
        // SETTINGS_INITIAL_WINDOW_SIZE of 0.
        client.send(TestFrame(.settings, [0, 4, 0, 0, 0, 0]))
        _ = client.call("/grpc.health.v1.Health/Watch", Self.request(""))
        isServing.set(false)
        client.advance(by: .seconds(3))
        isServing.set(true)
        client.advance(by: .seconds(30))
        client.send(TestFrame(.windowUpdate, stream: 1, [0, 0, 4, 0]))
        #expect(client.reply(1).messages == [[8, 1], [8, 2], [8, 1]])
    }

    @Test("a watcher that comes while the server stops is told, and holds nothing up")
    func late() throws {
        let client = try client(Switch(true))
        client.tell(.drain)
        let reply = client.call("/grpc.health.v1.Health/Watch", Self.request(""))
        #expect(reply.messages == [[8, 1]])
        #expect(reply.grpcStatus == "14")
        client.tell(.closeIfIdle)
        client.advance(by: .seconds(2))
        #expect(!client.channel.isActive)
    }

    @Test("a watcher does not keep a connection whose place is needed")
    func eviction() throws {
        let client = try client(Switch(true))
        _ = client.call("/grpc.health.v1.Health/Watch", Self.request(""))
        client.tell(.closeIfIdle)
        #expect(client.reply(1).grpcStatus == "14")
        client.advance(by: .seconds(2))
        #expect(!client.channel.isActive)
    }

    @Test("an unknown service may be watched: it is unknown")
    func watchUnknown() throws {
        #expect(try client(Switch(true)).call("/grpc.health.v1.Health/Watch", Self.request("x")).messages == [[8, 3]])
    }

    @Test("a watcher that leaves is forgotten")
    func leave() throws {
        let client = try client(Switch(true))
        _ = client.call("/grpc.health.v1.Health/Watch", Self.request(""))
        client.send(.reset(1))
        client.tell(.drain)
        client.tell(.closeIfIdle)
        client.advance(by: .seconds(2))
        #expect(!client.channel.isActive)
    }
}
