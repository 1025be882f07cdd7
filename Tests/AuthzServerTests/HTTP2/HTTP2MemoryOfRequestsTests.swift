import NIOCore
import Testing

@testable import AuthzServer

/// What is left of requests whose answers nobody takes.
@Suite struct HTTP2MemoryOfRequestsTests {
    /// A connection without a channel. A class because its helpers change it.
    private final class Scene {
        let connection: HTTP2Connection
        let reader = HTTP2Reader()
        private let now = NIODeadline.now()

        init(_ responder: CheckResponder) throws {
            let limits = RequestLimits()
            let loop = LoopBox(responder.makeLoopState(), limits: limits)
            connection = try HTTP2Connection(
                service: ResponderService(responder: responder, loop: loop), pool: loop.streams,
                peer: Peer(address: nil, isTrusted: false), limits: limits.http2, requestLimits: limits, now: now)
            // SETTINGS_INITIAL_WINDOW_SIZE of 0: no answer with a body is ever sent whole.
            send(bytes: TestFrame.greeting + TestFrame(.settings, [0, 4, 0, 0, 0, 0]).bytes)
        }

        func send(_ frames: TestFrame...) {
            send(bytes: frames.flatMap(\.bytes))
        }

        private func send(bytes: [UInt8]) {
            bytes.withUnsafeBytes { connection.receive($0, at: now) }
            var buffer = ByteBuffer()
            connection.send(into: &buffer, maximumBytes: .max)
            reader.read(Array(buffer.readableBytesView))
        }

        /// Sends a body in frames as long as they may be.
        func send(_ stream: UInt32, body: [UInt8]) {
            for start in stride(from: 0, to: body.count, by: 16_000) {
                let end = min(start + 16_000, body.count)
                send(.data(stream, Array(body[start..<end]), ends: end == body.count))
            }
        }
    }

    @Test("the bodies of checks are given up with their windows")
    func checks() throws {
        let scene = try Scene(CheckFixture("").responder)
        let filler = 1_000_000
        let length = [UInt8(filler & 127 | 128), UInt8(filler >> 7 & 127 | 128), UInt8(filler >> 14)]
        let message = HTTP2Client.framed([0x7a] + length + [UInt8](repeating: 0, count: filler))
        for index in 0..<12 {
            let stream = UInt32(2 * index + 1)
            scene.send(.call(stream, "/envoy.service.auth.v3.Authorization/Check"))
            scene.send(stream, body: message)
        }
        #expect(scene.reader.replies.count == 12 && scene.reader.completeCount == 0)
        #expect(scene.connection.memoryBytes < 1 << 20)
    }

    @Test("so are the bodies of documents")
    func documents() throws {
        let scene = try Scene(CheckFixture("").responder)
        for index in 0..<12 {
            let stream = UInt32(2 * index + 1)
            scene.send(.request(stream, "POST", "/v1/check", ends: false))
            scene.send(stream, body: [UInt8](repeating: UInt8(ascii: " "), count: 1_000_000))
        }
        #expect(scene.reader.replies.values.map(\.status) == Array(repeating: "400", count: 12))
        #expect(scene.connection.memoryBytes < 1 << 20)
    }

    @Test("small requests keep some memory, in all not more than those that are not answered may have")
    func small() throws {
        let scene = try Scene(CheckFixture("", defaultWorkload: "prod/api").responder)
        let headers = (0..<3).map { ("x-\($0)", String(repeating: "a", count: 5000)) }
        for index in 0..<400 { scene.send(.request(UInt32(2 * index + 1), "GET", "/nowhere", headers: headers)) }
        #expect(scene.reader.replies.count == 400 && scene.reader.completeCount == 0)
        #expect(scene.connection.memoryBytes < 5 << 20)
    }

    @Test("heads that are refused while their streams are open are given up, and the streams closed")
    func heads() throws {
        let scene = try Scene(CheckFixture("").responder)
        let headers = (0..<3).map { ("x-\($0)", String(repeating: "a", count: 5000)) }
        let path = "/envoy.service.auth.v3.Authorization/Check"
        for index in 0..<300 {
            scene.send(.call(UInt32(4 * index + 1), "/x.Y/Z", headers: headers))
            scene.send(.request(UInt32(4 * index + 3), "POST", path, ends: false, headers: headers))
        }
        #expect(scene.reader.replies.values.allSatisfy { $0.isComplete && $0.reset == 0 })
        #expect(scene.reader.replies.count == 600)
        #expect(scene.connection.memoryBytes == 0)
    }

    @Test("a conversation that goes on keeps no memory of what was said")
    func conversation() throws {
        let scene = try Scene(CheckFixture("").responder)
        let question = HTTP2Client.framed([0x22, 10] + Array("none.Thing".utf8))
        scene.send(.call(1, GRPCMethod.reflection.path.description))
        scene.send(TestFrame(.windowUpdate, stream: 1, [0, 0x7f, 0, 0]), TestFrame(.windowUpdate, [0, 0x7f, 0, 0]))
        for _ in 0..<20 { scene.send(.data(1, (0..<900).flatMap { _ in question }, ends: false)) }
        #expect(scene.reader.replies[1]?.messages.count == 18_000)
        #expect(scene.connection.memoryBytes < 128 << 10)
    }
}
