import NIOCore
import NIOEmbedded
import Testing

@testable import AuthzServer

@Suite struct HTTP2ConnectionTests {
    private static let enhanceYourCalm: UInt32 = 11

    @Test("requests are answered, each on its stream")
    func requests() throws {
        let client = try HTTP2Client(EchoResponder())
        client.send(.request(1), .request(3, "POST", "/b", ends: false), .data(3, Array("body".utf8)))
        #expect(client.reply(1).status == "200")
        #expect(client.reply(1).head["content-type"] == "text/plain")
        #expect(client.reply(1).head["content-length"] == "6")
        #expect(client.reply(1).text == "GET /a")
        #expect(client.reply(3).text == "POST /b body")
        #expect(client.reply(1).isComplete && client.reply(3).isComplete)
        #expect(client.channel.isActive)
    }

    /// A socket that is full while it is written to, and says so from within, as NIO's channels do beyond their high-water mark.
    private final class FullSocket: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer

        func flush(context: ChannelHandlerContext) {
            context.fireChannelWritabilityChanged()
            context.flush()
        }
    }

    @Test("what fills the socket is sent once")
    func fullSocket() throws {
        func sentBytes(_ isFull: Bool) throws -> [UInt8] {
            let client = try HTTP2Client(EchoResponder())
            if isFull { try client.channel.pipeline.syncOperations.addHandler(FullSocket(), position: .first) }
            let frames = (0..<20).map { TestFrame.request(UInt32(2 * $0 + 1)) }
            try client.channel.writeInbound(ByteBuffer(bytes: frames.flatMap(\.bytes)))
            var bytes: [UInt8] = []
            while let packet = try client.channel.readOutbound(as: ByteBuffer.self) {
                bytes += packet.readableBytesView
            }
            return bytes
        }
        #expect(try sentBytes(true) == sentBytes(false))
    }

    @Test("what arrives in one packet is answered in one")
    func onePacket() throws {
        let client = try HTTP2Client(EchoResponder())
        let frames = (0..<20).map { TestFrame.request(UInt32(2 * $0 + 1)) }
        try client.channel.writeInbound(ByteBuffer(bytes: frames.flatMap(\.bytes)))
        let packet = try #require(try client.channel.readOutbound(as: ByteBuffer.self))
        client.reader.read(Array(packet.readableBytesView))
        #expect(client.reader.replies.count == 20)
        #expect(try client.channel.readOutbound(as: ByteBuffer.self) == nil)
    }

    @Test("every split of a request gives the same answer")
    func splits() throws {
        let bytes = TestFrame.request(1, "POST", "/b", ends: false).bytes + TestFrame.data(1, Array("abc".utf8)).bytes
        for cut in 1..<bytes.count {
            let client = try HTTP2Client(EchoResponder())
            client.send(bytes: Array(bytes[..<cut]))
            #expect(client.reply(1).status == nil, "\(cut)")
            client.send(bytes: Array(bytes[cut...]))
            #expect(client.reply(1).text == "POST /b abc", "\(cut)")
        }
    }

    @Test("an answer to HEAD has the length of a body and none")
    func head() throws {
        let client = try HTTP2Client(EchoResponder())
        client.send(.request(1, "HEAD"))
        #expect(client.reply(1).head["content-length"] == "7")
        #expect(client.reply(1).body.isEmpty && client.reply(1).isComplete)
    }

    @Test("another method of four letters is answered with its body", arguments: ["HELP", "HEAR", "HEA", "HEADS"])
    func almostHead(_ method: String) throws {
        let client = try HTTP2Client(EchoResponder())
        client.send(.request(1, method))
        #expect(client.reply(1).text == "\(method) /a")
        #expect(client.reply(1).isComplete)
    }

    @Test("an answer beyond the client's window waits for it")
    func flowControl() throws {
        let client = try HTTP2Client(EchoResponder(), greets: false)
        // SETTINGS_INITIAL_WINDOW_SIZE of 4.
        client.send(bytes: TestFrame.greeting + TestFrame(.settings, [0, 4, 0, 0, 0, 4]).bytes)
        client.send(.request(1))
        #expect(client.reply(1).text == "GET ")
        client.send(TestFrame(.windowUpdate, stream: 1, [0, 0, 0, 100]))
        #expect(client.reply(1).text == "GET /a")
        #expect(client.reply(1).isComplete)
    }

    @Test("requests whose bodies end with an empty frame may be many")
    func emptyEnds() throws {
        let client = try HTTP2Client(EchoResponder())
        for index in 0..<1500 {
            let stream = UInt32(2 * index + 1)
            client.send(.request(stream, "POST", "/b", ends: false), .data(stream, [1], ends: false), .data(stream, []))
        }
        #expect(client.reader.goAways.isEmpty)
        #expect(client.reader.completeCount == 1500)
    }

    @Test("who still sends a request that is answered is told that nobody reads it, once it has the answer")
    func early() throws {
        let client = try HTTP2Client(EchoResponder())
        // SETTINGS_INITIAL_WINDOW_SIZE of 4.
        client.send(TestFrame(.settings, [0, 4, 0, 0, 0, 4]))
        client.send(.request(1, "POST", ends: false, headers: (0..<201).map { ("x-\($0)", "") }))
        #expect(client.reply(1).status == "431" && client.reply(1).reset == nil)
        client.send(TestFrame(.windowUpdate, stream: 1, [0, 0, 1, 0]))
        #expect(client.reply(1).isComplete && client.reply(1).reset == 0, "NO_ERROR")
        client.send(.data(1, [1, 2, 3]), .request(3))
        #expect(client.reply(3).text == "GET ")
        #expect(client.reader.goAways.isEmpty)
    }

    struct RefusalCase: Sendable, CustomTestStringConvertible {
        var frames: [TestFrame], status: String, why: String
        var testDescription: String { why }
    }

    @Test(
        "what breaks a limit of requests is refused, and the connection stays",
        arguments: [
            RefusalCase(
                frames: [.request(1, headers: [("x-big", String(repeating: "a", count: 13_000))])], status: "200",
                why: "a large header"),
            RefusalCase(
                frames: [.request(1, headers: (0..<201).map { ("x-\($0)", "") })], status: "431",
                why: "too many headers"),
            RefusalCase(
                frames: [
                    .headers(
                        1,
                        [(":method", "GET"), (":scheme", "http"), (":path", "/a"), (":authority", "x")] + many(4),
                        endsHeaders: false)
                ] + (0..<4).map { TestFrame.continuation(1, many(4), ends: $0 == 3) }, status: "431",
                why: "too many bytes of headers"),
            RefusalCase(
                frames: [.request(1, "POST", ends: false)]
                    + (0..<65).map { _ in
                        .data(1, [UInt8](repeating: 1, count: 16 << 10), ends: false)
                    }, status: "413", why: "a body that is too long"),
            RefusalCase(frames: [.request(1, headers: [("x", "a\u{1}b")])], status: "400", why: "a control character"),
        ])
    func refusals(_ c: RefusalCase) throws {
        let client = try HTTP2Client(EchoResponder())
        client.send(bytes: c.frames.flatMap(\.bytes))
        #expect(client.reply(1).status == c.status)
        client.send(.request(3))
        #expect(client.reply(3).status == "200")
    }

    @Test("a request without a host is reset, or one with a head that is none")
    func malformed() throws {
        let client = try HTTP2Client(EchoResponder())
        client.send(.headers(1, [(":method", "GET"), (":scheme", "http"), (":path", "/a")]))
        #expect(client.reply(1).reset == 1, "PROTOCOL_ERROR")
        client.send(.request(3, headers: [(":late", "x")]))
        #expect(client.reply(3).reset == 1)
        client.send(.request(5))
        #expect(client.reply(5).status == "200")
    }

    private static func many(_ count: Int) -> [(String, String)] {
        (0..<count).map { ("x-\($0)", String(repeating: "a", count: 4000)) }
    }

    @Test("streams beyond the limit are refused, those below it are not")
    func concurrency() throws {
        var limits = RequestLimits()
        limits.http2.maximumConcurrentStreams = 2
        let client = try HTTP2Client(EchoResponder(), limits: limits, greets: false)
        client.send(bytes: TestFrame.preface + TestFrame(.settings).bytes)
        for stream in [1, 3, 5] as [UInt32] { client.send(.request(stream, "POST", ends: false)) }
        #expect(client.reply(5).reset == 7, "REFUSED_STREAM")
        client.send(.data(1, []), .data(3, []))
        #expect(client.reply(1).status == "200" && client.reply(3).status == "200")

        // Who has taken the limit and breaks it is disconnected.
        let breaking = try HTTP2Client(EchoResponder(), limits: limits)
        for stream in [1, 3, 5] as [UInt32] { breaking.send(.request(stream, "POST", ends: false)) }
        #expect(breaking.reader.goAways.last == 1, "PROTOCOL_ERROR")
    }

    @Test("bodies that are not complete hold no more than the window of the connection")
    func buffering() throws {
        var limits = RequestLimits()
        limits.http2.maximumBufferedBytes = 65_535
        let client = try HTTP2Client(EchoResponder(), limits: limits)
        let piece = [UInt8](repeating: 1, count: 16_000)
        for stream in [1, 3, 5, 7] as [UInt32] {
            client.send(.request(stream, "POST", ends: false), .data(stream, piece, ends: false))
        }
        #expect(client.reader.count(.windowUpdate) == 0, "nothing is given back before an answer")
        client.send(.data(1, []), .data(3, []), .data(5, []))
        #expect(client.reply(1).status == "200")
        #expect(client.reader.count(.windowUpdate) > 0)
    }

    @Test("headers of requests that are not answered hold no more than the limit of the connection")
    func heldHeaders() throws {
        var limits = RequestLimits()
        limits.http2.maximumHeldHeaderBytes = 20_000
        let client = try HTTP2Client(EchoResponder(), limits: limits)
        let headers = [("x-big", String(repeating: "a", count: 9000))]
        for stream in [1, 3, 5] as [UInt32] {
            client.send(.request(stream, "POST", ends: false, headers: headers))
        }
        #expect(client.reply(1).status == nil && client.reply(3).status == nil)
        #expect(client.reply(5).status == "431")
        client.send(.data(1, []))
        #expect(client.reply(1).status == "200")
        client.send(.request(7, "POST", headers: headers))
        #expect(client.reply(7).status == "200", "what is answered counts no longer")
    }

    @Test("a client that does not take its answers gets no further ones until it does")
    func unreadAnswers() throws {
        var limits = RequestLimits()
        limits.http2.maximumUnreadBytes = 10
        let client = try HTTP2Client(EchoResponder(), limits: limits, greets: false)
        client.send(bytes: TestFrame.greeting + TestFrame(.settings, [0, 4, 0, 0, 0, 0]).bytes)
        for stream in [1, 3, 5, 7, 9] as [UInt32] { client.send(.request(stream)) }
        #expect(client.reply(1).status == "200" && client.reply(3).status == "200")
        #expect(client.reply(5).status == nil)
        client.send(.reset(9))
        for stream in [1, 3, 5, 7] as [UInt32] {
            client.send(TestFrame(.windowUpdate, stream: stream, [0, 0, 0, 100]))
        }
        for stream in [1, 3, 5, 7] as [UInt32] { #expect(client.reply(stream).text == "GET /a", "\(stream)") }
        client.send(.request(11))
        #expect(client.reply(11).status == "200", "the window of each stream is its own")
    }

    @Test("one that waits for that too long is refused like any other")
    func waitsTooLong() throws {
        var limits = RequestLimits()
        limits.http2.maximumUnreadBytes = 0
        let client = try HTTP2Client(EchoResponder(), limits: limits, greets: false)
        client.send(bytes: TestFrame.greeting + TestFrame(.settings, [0, 4, 0, 0, 0, 0]).bytes)
        client.send(.request(1), .request(3))
        client.advance(by: .seconds(13))
        #expect(client.reply(1).status == "200")
        #expect(client.reply(3).status == "408")
    }

    @Test("a request that takes too long is refused, and the connection stays")
    func requestTimeout() throws {
        let client = try HTTP2Client(EchoResponder())
        client.send(.request(1, "POST", ends: false))
        client.advance(by: .seconds(13))
        #expect(client.reply(1).status == "408")
        client.send(.request(3))
        #expect(client.reply(3).status == "200")
    }

    @Test("a head that takes too long ends the connection")
    func headTimeout() throws {
        let client = try HTTP2Client(EchoResponder())
        let bytes = TestFrame.request(1).bytes
        client.send(bytes: Array(bytes[..<(bytes.count - 1)]))
        client.advance(by: .seconds(13))
        #expect(client.reader.goAways.last == Self.enhanceYourCalm)
        client.advance(by: .seconds(2))
        #expect(!client.channel.isActive)
    }

    @Test("a client that does not take its answer is reset in the end")
    func slowReader() throws {
        let client = try HTTP2Client(EchoResponder(), greets: false)
        client.send(bytes: TestFrame.greeting + TestFrame(.settings, [0, 4, 0, 0, 0, 0]).bytes)
        client.send(.request(1))
        client.advance(by: .seconds(30))
        #expect(client.reply(1).reset == nil)
        client.advance(by: .seconds(15))
        #expect(client.reply(1).reset == 8, "CANCEL")
    }

    @Test("who only sends the preface is disconnected")
    func noSettings() throws {
        let client = try HTTP2Client(EchoResponder(), greets: false)
        client.send(bytes: TestFrame.preface)
        client.advance(by: .seconds(13))
        client.advance(by: .seconds(2))
        #expect(!client.channel.isActive)
    }

    @Test("who only sends the preface and SETTINGS, and never a request, is disconnected, too")
    func noRequest() throws {
        let client = try HTTP2Client(EchoResponder())
        client.advance(by: .seconds(13))
        #expect(client.reader.goAways.last == 0)
        client.advance(by: .seconds(2))
        #expect(!client.channel.isActive)
    }

    @Test("an idle connection outlives Envoy's hour and is closed after that")
    func idle() throws {
        let client = try HTTP2Client(EchoResponder())
        client.send(.request(1))
        client.advance(by: .seconds(3700))
        #expect(client.channel.isActive)
        client.advance(by: .seconds(300))
        #expect(!client.channel.isActive)
        #expect(client.reader.goAways.last == 0)
    }

    @Test("when the server stops, what is open is finished, and nothing is lost that was on its way")
    func drain() throws {
        let client = try HTTP2Client(EchoResponder())
        client.send(.request(1, "POST", ends: false))
        client.tell(.drain)
        #expect(client.reader.goAways == [0])
        client.send(.request(3))
        #expect(client.reply(3).status == "200", "sent before the client heard")
        client.tell(.closeIfIdle)
        #expect(client.reader.goAways == [0, 0])
        #expect(client.channel.isActive)
        client.send(.request(5))
        #expect(client.reply(5).status == nil)
        client.send(.data(1, Array("b".utf8)))
        #expect(client.reply(1).text == "POST /a b")
        client.advance(by: .seconds(2))
        #expect(!client.channel.isActive)
    }
}

extension TestFrame {
    static func continuation(_ stream: UInt32, _ fields: [(String, String)], ends: Bool) -> TestFrame {
        TestFrame(.continuation, flags: ends ? endHeaders : 0, stream: stream, headers(stream, fields).payload)
    }
}
