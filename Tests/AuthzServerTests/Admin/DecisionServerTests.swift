import AuthzServer
import Logging
import NIOCore
import ServiceLifecycle
import Testing

@Suite(.timeLimit(.minutes(2))) struct DecisionServerTests {
    private func configuration() -> ServerConfiguration {
        var configuration = ServerConfiguration()
        configuration.listen.port = 0
        configuration.adminListen.port = 0
        configuration.drainTimeout = .seconds(300)
        return configuration
    }

    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func open(_ configuration: ServerConfiguration) async throws(ListenError) -> DecisionServer {
        let fixture: CheckFixture
        do { fixture = try CheckFixture("", defaultWorkload: "prod/api") } catch { fatalError("\(error)") }
        let health = ServerHealth()
        return try await DecisionServer.open(
            configuration, checks: fixture.responder,
            admin: AdminResponder(store: fixture.store, keys: KeyStatusBoard(), health: health), health: health,
            logger: logger)
    }

    @Test("it serves until told to stop, finishes what is being received, and is not ready meanwhile")
    func lifecycle() async throws {
        let server = try await open(configuration())
        let group = ServiceGroup(services: [server], logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let ready = "GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            #expect(try await RawClient.exchange(ready, port: server.adminAddress.port).hasPrefix("HTTP/1.1 200"))
            try await RawClient.run(port: server.checkAddress.port) { inbound, outbound in
                // The interim answer shows that the server has begun to receive.
                let head = "POST /check/ HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"
                try await outbound.write(ByteBuffer(string: head))
                #expect(try await RawClient.read(&inbound, until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
                await group.triggerGracefulShutdown()
                try await eventually("it is not ready") {
                    let answer = try? await RawClient.exchange(ready, port: server.adminAddress.port)
                    return answer?.hasPrefix("HTTP/1.1 503") == true
                }
                try await eventually("nobody is accepted any more") { await !accepts(server.checkAddress.port) }
                try await outbound.write(ByteBuffer(string: "body"))
                let last = try await RawClient.read(&inbound, until: "\r\n\r\n")
                #expect(last.hasPrefix("HTTP/1.1 200"))
                #expect(last.contains("connection: close"))
            }
            try await tasks.waitForAll()
        }
    }

    @Test("under a drain delay it is not ready and still accepts; who is told to hurry does not wait for its end")
    func delay() async throws {
        var configuration = configuration()
        configuration.drainDelay = .seconds(200)
        let server = try await open(configuration)
        let group = ServiceGroup(services: [server], logger: logger)
        let running = Task { try await group.run() }
        await group.triggerGracefulShutdown()
        let ready = "GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        try await eventually("it is not ready") {
            let answer = try? await RawClient.exchange(ready, port: server.adminAddress.port)
            return answer?.hasPrefix("HTTP/1.1 503") == true
        }
        let check = "GET /check/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        #expect(try await RawClient.exchange(check, port: server.checkAddress.port).hasPrefix("HTTP/1.1 200"))
        running.cancel()
        _ = await running.result
        #expect(await !accepts(server.checkAddress.port))
    }

    private func accepts(_ port: Int) async -> Bool {
        do {
            try await RawClient.run(port: port) { _, _ in }
            return true
        } catch { return false }
    }

    @Test("where one port is taken, neither stays open")
    func portInUse() async throws {
        let first = try await open(configuration())
        var second = configuration()
        second.listen = first.checkAddress
        await #expect(throws: ListenError.portInUse(first.checkAddress)) { try await open(second) }
        let group = ServiceGroup(services: [first], logger: logger)
        await group.triggerGracefulShutdown()
        try await group.run()
    }
}
