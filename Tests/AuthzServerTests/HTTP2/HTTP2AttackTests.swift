import AuthzServer
import NIOCore
import NIOPosix
import Testing

/// SR-35: what is known to bring HTTP/2 servers down ends the connection that does it, and no other.
@Suite(.timeLimit(.minutes(2))) struct HTTP2AttackTests {
    @Test(
        "an attack ends with a word to the attacker, and its neighbor is served",
        arguments: HTTP2Attack.all)
    func attack(_ attack: HTTP2Attack) async throws {
        var limits = RequestLimits()
        // The neighbor waits for the end of the attack, however busy the host is.
        limits.requestTimeout = .seconds(300)
        // A slow host must not be given more than it can send.
        limits.http2.resetBurst = 1000
        limits.http2.resetsPerSecond = 100
        limits.http2.smallFrameBurst = 1000
        limits.http2.smallFramesPerSecond = 100
        let listener = try await HTTPListener.open(
            ListenAddress(host: "127.0.0.1", port: 0), on: MultiThreadedEventLoopGroup.singleton,
            responder: try CheckFixture("", defaultWorkload: "prod/api").responder, trustedCallers: TrustedCallers(),
            limits: limits)
        let port = listener.address.port
        try await RawClient.run(port: port) { neighbor, toNeighbor in
            let neighborReader = HTTP2Reader()
            try await toNeighbor.write(ByteBuffer(bytes: TestFrame.greeting))
            try await Self.attack(port, attack)
            try await toNeighbor.write(ByteBuffer(bytes: TestFrame.request(1, "GET", "/check/").bytes))
            while neighborReader.replies[1]?.isComplete != true, let buffer = try await neighbor.next() {
                neighborReader.read(Array(buffer.readableBytesView))
            }
            #expect(neighborReader.replies[1]?.status == "200")
            #expect(neighborReader.goAways.isEmpty)
        }
        await listener.drain(within: .seconds(5))
    }

    private static func attack(_ port: Int, _ attack: HTTP2Attack) async throws {
        let reader = HTTP2Reader()
        try await RawClient.run(port: port) { inbound, outbound in
            let start = TestFrame.greeting
            // The server may have enough before it has read all.
            async let sent: Void? = try? outbound.write(ByteBuffer(bytes: start + attack.bytes))
            if attack.ends {
                while let buffer = try? await inbound.next() { reader.read(Array(buffer.readableBytesView)) }
                #expect(reader.goAways.contains { $0 != 0 }, "it is told why")
            } else {
                _ = await sent
                let stream = attack.nextStream
                try await outbound.write(ByteBuffer(bytes: TestFrame.request(stream, "GET", "/check/").bytes))
                while reader.replies[stream]?.isComplete != true, let buffer = try await inbound.next() {
                    reader.read(Array(buffer.readableBytesView))
                }
                #expect(reader.replies[stream]?.status == "200")
            }
            _ = await sent
        }
    }

    @Test("every beginning of a connection, left in the middle, leaves the server in order")
    func halfFrames() async throws {
        let listener = try await HTTPListener.open(
            ListenAddress(host: "127.0.0.1", port: 0), on: MultiThreadedEventLoopGroup.singleton,
            responder: try CheckFixture("", defaultWorkload: "prod/api").responder, trustedCallers: TrustedCallers(),
            limits: RequestLimits())
        let bytes =
            TestFrame.preface + TestFrame(.settings).bytes + TestFrame.request(1, "POST", "/check/", ends: false).bytes
            + TestFrame.data(1, [1, 2, 3]).bytes
        for end in 0..<bytes.count {
            try await RawClient.run(port: listener.address.port) { _, outbound in
                try await outbound.write(ByteBuffer(bytes: Array(bytes[..<end])))
            }
        }
        let answer = try await RawClient.exchange(
            "GET /check/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", port: listener.address.port)
        #expect(answer.hasPrefix("HTTP/1.1 200"))
        await listener.drain(within: .seconds(5))
    }

    @Test("a client that asks much and reads late gets every answer")
    func lateReader() async throws {
        var limits = RequestLimits()
        limits.http2.maximumConcurrentStreams = 100_000
        let listener = try await HTTPListener.open(
            ListenAddress(host: "127.0.0.1", port: 0), on: MultiThreadedEventLoopGroup.singleton,
            responder: EchoResponder(), trustedCallers: TrustedCallers(), limits: limits)
        let count = 20_000
        try await RawClient.run(port: listener.address.port) { inbound, outbound in
            let frames = (0..<count).flatMap { TestFrame.request(UInt32(2 * $0 + 1)).bytes }
            let start =
                TestFrame.greeting
                + TestFrame(.windowUpdate, [0x3f, 0xff, 0xff, 0xff]).bytes
            async let sent: Void = outbound.write(ByteBuffer(bytes: start + frames))
            let reader = HTTP2Reader()
            while reader.completeCount < count, let buffer = try await inbound.next() {
                reader.read(Array(buffer.readableBytesView))
                if !reader.goAways.isEmpty { break }
            }
            try await sent
            #expect(reader.goAways.isEmpty)
            #expect(reader.replies.values.allSatisfy { $0.status == "200" })
        }
        await listener.drain(within: .seconds(5))
    }
}
