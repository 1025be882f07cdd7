import Foundation
import NIOCore
import NIOEmbedded
import Testing

@testable import AuthzServer

@Suite struct HTTP1PipelineTests {
    /// An embedded connection with the echo responder behind it.
    private final class Connection {
        let loop = EmbeddedEventLoop()
        let channel: EmbeddedChannel

        init(limits: RequestLimits = RequestLimits()) throws {
            channel = EmbeddedChannel(loop: loop)
            let pipeline = HTTP1Pipeline(
                responder: EchoResponder(), on: loop, trustedCallers: TrustedCallers(), limits: limits)
            try pipeline.configure(channel)
            try channel.connect(to: SocketAddress(ipAddress: "192.0.2.1", port: 1)).wait()
        }

        /// Writes bytes as they come from a socket, and reads what was answered so far.
        func send(_ text: String) throws -> String {
            _ = try? channel.writeInbound(ByteBuffer(string: text))
            return try received()
        }

        func received() throws -> String {
            var text = ""
            while let buffer = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: buffer) }
            return text
        }

        func status(_ text: String) throws -> String { String(try send(text).split(separator: "\r\n").first ?? "") }
    }

    @Test("one request, one answer, and the connection stays")
    func keepAlive() throws {
        let connection = try Connection()
        for path in ["/a", "/b"] {
            let answer = try connection.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(answer == "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 6\r\n\r\nGET \(path)")
        }
        #expect(connection.channel.isActive)
    }

    @Test("requests in one packet are answered in their order and in one packet")
    func pipelining() throws {
        let connection = try Connection()
        let requests = (1...3).map { "POST /\($0) HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nb\($0)" }.joined()
        try connection.channel.writeInbound(ByteBuffer(string: requests))
        let packet = try #require(try connection.channel.readOutbound(as: ByteBuffer.self))
        let bodies = String(buffer: packet).split(separator: "\r\n\r\n").dropFirst().map { $0.prefix(10) }
        #expect(bodies == ["POST /1 b1", "POST /2 b2", "POST /3 b3"])
        #expect(try connection.received().isEmpty)
    }

    @Test(
        "every split of a request gives the same answer",
        arguments: [
            "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc",
            "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n01\r\nc\r\n0\r\n\r\n",
        ])
    func splits(_ request: String) throws {
        for cut in 1..<request.utf8.count {
            let connection = try Connection()
            let first = try connection.send(String(decoding: Array(request.utf8)[..<cut], as: UTF8.self))
            #expect(first.isEmpty, "no answer before the request is complete (\(cut) bytes)")
            #expect(
                try connection.send(String(decoding: Array(request.utf8)[cut...], as: UTF8.self)).hasSuffix(
                    "POST /a abc"))
        }
    }

    @Test("requests that come byte by byte are answered as if they came at once")
    func drip() throws {
        let connection = try Connection()
        let requests =
            "GET /1 HTTP/1.1\r\nHost: x\r\n\r\n\r\nPOST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nb"
        var answers = ""
        for byte in requests.utf8 { answers += try connection.send(String(UnicodeScalar(byte))) }
        #expect(answers.components(separatedBy: "HTTP/1.1 200 OK").count == 3)
        #expect(answers.hasSuffix("POST /2 b"))
    }

    @Test("a chunked body is read")
    func chunked() throws {
        let connection = try Connection()
        let answer = try connection.send(
            "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n")
        #expect(answer.hasSuffix("POST /a abc"))
    }

    @Test("an answer to HEAD has the length of a body and none")
    func head() throws {
        let answer = try Connection().send("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(answer.hasSuffix("content-length: 7\r\n\r\n"))
    }

    @Test("a client that waits is told to go on")
    func expect100() throws {
        let connection = try Connection()
        let first = try connection.send(
            "POST /a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n")
        #expect(first == "HTTP/1.1 100 Continue\r\n\r\n")
        #expect(try connection.send("b").hasPrefix("HTTP/1.1 200 OK"))
    }

    @Test(
        "a connection that is not to stay is closed behind the answer",
        arguments: [
            "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "GET / HTTP/1.0\r\n\r\n",
            "GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n",
            // Its client reads an answer to its end unless it says `keep-alive`, too.
            "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
        ])
    func close(_ request: String) throws {
        let connection = try Connection()
        #expect(try connection.send(request).contains("\r\nconnection: close\r\n"))
        #expect(try connection.send("GET /2 HTTP/1.1\r\nHost: x\r\n\r\n").isEmpty, "nothing more is answered")
        connection.loop.advanceTime(by: .seconds(2))
        #expect(!connection.channel.isActive)
    }

    struct Malformed: Sendable, CustomTestStringConvertible {
        var request: String, why: String, status = "HTTP/1.1 400 Bad Request"
        var testDescription: String { why }
    }

    @Test(
        "what cannot be read is a bad request and ends the connection",
        arguments: [
            Malformed(request: "nonsense\r\n\r\n", why: "not HTTP"),
            Malformed(request: "get / HTTP/1.1\r\nHost: x\r\n\r\n", why: "SR-9: a method in lower case"),
            Malformed(request: "FOO / HTTP/1.1\r\nHost: x\r\n\r\n", why: "SR-9: an unknown method"),
            Malformed(request: "GET / HTTP/1.1\r\n\r\n", why: "no host"),
            Malformed(request: "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", why: "two hosts"),
            Malformed(request: "GET / HTTP/1.1\r\nHost: x\r\na: \0\r\n\r\n", why: "SR-15: NUL in a value"),
            Malformed(request: "GET / HTTP/1.1\r\nHost: x\r\na: b\u{1}\r\n\r\n", why: "SR-15: a control character"),
            Malformed(request: "GET / HTTP/1.1\r\nHost: x\r\na : b\r\n\r\n", why: "a blank before the colon"),
            Malformed(request: "GET / HTTP/1.1\r\nHost: x\r\n a: b\r\n\r\n", why: "a folded line"),
            Malformed(request: "GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n", why: "SR-15: NUL in the target"),
            Malformed(request: "GET /é HTTP/1.1\r\nHost: x\r\n\r\n", why: "a byte above ASCII in the target"),
            Malformed(request: "GET http://y/ HTTP/1.1\r\nHost: x\r\n\r\n", why: "a target with a host of its own"),
            Malformed(
                request: "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                why: "two lengths"),
            Malformed(request: "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", why: "a negative length"),
            Malformed(
                request:
                    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                why: "a length and chunks"),
            Malformed(
                request: "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                why: "a chunk without a size"),
            Malformed(
                request: "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
                why: "the same length twice"),
            Malformed(request: "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\na", why: "a signed length"),
            Malformed(request: "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 1\r\n\r\na", why: "a list of lengths"),
            Malformed(request: "POST / HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\n", why: "an empty length"),
            Malformed(
                request: "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                why: "another transfer coding"),
            Malformed(
                request: "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: \u{b}chunked\r\n\r\n0\r\n\r\n",
                why: "a vertical tab before the coding"),
            Malformed(
                request: "POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                why: "chunks in a version without them"),
            Malformed(
                request: "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;a=b\r\nc\r\n0\r\n\r\n",
                why: "a chunk extension"),
            Malformed(
                request: "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\ncd\r\n0\r\n\r\n",
                why: "a chunk longer than its size"),
            Malformed(
                request: "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\nc\r\n0\r\n\r\n",
                why: "a size that ends with LF"),
            Malformed(
                request: "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\na: b\r\n\r\n",
                why: "trailers"),
            Malformed(
                request: "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n100000000000000001\r\n",
                why: "a size beyond 64 bits"),
            Malformed(request: "GET / HTTP/1.1\nHost: x\n\n", why: "lines that end with LF"),
            Malformed(request: "GET / HTTP/1.1\r\nHost: x\r\na: b\rc: d\r\n\r\n", why: "a CR inside a line"),
            Malformed(request: "GET / HTTP/1.1\r\nHost: x\r\na\r\n\r\n", why: "a line without a colon"),
            Malformed(request: "GET / HTTP/1.1\r\nHost: x\r\n: b\r\n\r\n", why: "a name without bytes"),
            Malformed(request: "GET / HTTP/1.1\r\nHost: x\r\n\ta: b\r\n\r\n", why: "a line folded by a tab"),
            Malformed(request: "GET  / HTTP/1.1\r\nHost: x\r\n\r\n", why: "two blanks in the request line"),
            Malformed(request: "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", why: "a blank in the target"),
            Malformed(request: "GET /\r\n\r\n", why: "no version"),
            Malformed(request: "GET / http/1.1\r\nHost: x\r\n\r\n", why: "a version in lower case"),
            Malformed(request: "GET / HTTP/1.1 \r\nHost: x\r\n\r\n", why: "a blank behind the version"),
            Malformed(request: "CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n", why: "a target that is no path"),
            Malformed(request: "\u{16}\u{3}\u{1}", why: "the first bytes of TLS"),
            Malformed(request: "GET / HTTP/3.9\r\nHost: x\r\n\r\n", why: "an unknown version"),
            Malformed(
                request: "GET / HTTP/1.1\r\nHost: x\r\na: \(String(repeating: "v", count: 70_000))\r\n\r\n",
                why: "too many header bytes", status: "HTTP/1.1 431 Request Header Fields Too Large"),
            Malformed(
                request: "GET / HTTP/1.1\r\nHost: x\r\n\(String(repeating: "a: b\r\n", count: 300))\r\n",
                why: "too many headers", status: "HTTP/1.1 431 Request Header Fields Too Large"),
        ])
    func malformed(_ c: Malformed) throws {
        let connection = try Connection()
        #expect(try connection.status(c.request) == c.status)
        #expect(try connection.send("GET /2 HTTP/1.1\r\nHost: x\r\n\r\n").isEmpty, "nothing more is answered")
        connection.loop.advanceTime(by: .seconds(2))
        #expect(!connection.channel.isActive)
    }

    @Test(
        "a body above the limit is refused as soon as it is known",
        arguments: [
            ("Content-Length: 10\r\n\r\n", ""),
            ("Content-Length: 11\r\n\r\n", "HTTP/1.1 413 Content Too Large"),
            ("Content-Length: 99999999999999999999999\r\n\r\n", "HTTP/1.1 413 Content Too Large"),
            ("Transfer-Encoding: chunked\r\n\r\n8\r\n12345678\r\n3\r\n12", ""),
            ("Transfer-Encoding: chunked\r\n\r\n8\r\n12345678\r\n3\r\n123", "HTTP/1.1 413 Content Too Large"),
        ])
    func body(rest: String, status: String) throws {
        var limits = RequestLimits()
        limits.maximumBodyBytes = 10
        #expect(try Connection(limits: limits).status("POST / HTTP/1.1\r\nHost: x\r\n\(rest)") == status)
    }

    @Test("a line without an end is not kept beyond the limit")
    func endlessLine() throws {
        var limits = RequestLimits()
        limits.maximumHeaderBytes = 100
        let connection = try Connection(limits: limits)
        #expect(try connection.send("GET / HTTP/1.1\r\na: \(String(repeating: "v", count: 90))").isEmpty)
        #expect(
            try connection.status(String(repeating: "v", count: 20)) == "HTTP/1.1 431 Request Header Fields Too Large")
    }

    @Test("changed bytes of a request are answered or refused, and never make the next one another")
    func mutations() throws {
        let head = "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        let request = Array((head + "2\r\nab\r\n0\r\n\r\n").utf8)
        let next = Array("GET /next HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
        for index in request.indices {
            for byte: UInt8 in [0, 0x09, 0x0a, 0x0d, 0x20, 0x2c, 0x30, 0x31, 0x3a, 0x3b, 0x41, 0x7f, 0xff] {
                var changed = request
                changed[index] = byte
                let connection = try Connection()
                try connection.channel.writeInbound(ByteBuffer(bytes: changed + next))
                let answers = try connection.received().components(separatedBy: "HTTP/1.1 ").dropFirst()
                let first = try #require(answers.first)
                let isAnswered = first.hasPrefix("200 ")
                #expect(isAnswered == (answers.count == 2), "\(index) \(byte): behind a refusal nothing is read")
                // Without its transfer coding, a body would be a next request; here it is none.
                let last = answers.last ?? ""
                #expect(
                    !isAnswered || last.hasSuffix("\r\n\r\nGET /next") || last.hasPrefix("400 "), "\(index) \(byte)")
            }
        }
    }

    @Test("a client whose packets never end with a request costs no more memory than its last line")
    func pipelinedMemory() throws {
        let connection = try Connection()
        let value = String(repeating: "v", count: 30_000)
        let requests = Array(repeating: "GET / HTTP/1.1\r\nHost: x\r\na: \(value)\r\n\r\n", count: 10).joined()
        let cut = requests.index(requests.startIndex, offsetBy: 5)
        _ = try connection.send(String(requests[..<cut]))
        let packet = String(requests[cut...] + requests[..<cut])
        for _ in 0..<30 { _ = try connection.send(packet) }
        let handler = try connection.channel.pipeline.syncOperations.handler(type: HTTP1Handler<EchoResponder>.self)
        #expect(handler.unreadCapacity < 4 * packet.utf8.count, "of \(30 * packet.utf8.count) bytes")
    }

    @Test("an empty line behind an answer does not begin a request")
    func lateEmptyLine() throws {
        let connection = try Connection()
        _ = try connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        _ = try connection.send("\r\n")
        connection.loop.advanceTime(by: .seconds(60))
        #expect(try connection.received().isEmpty)
        #expect(connection.channel.isActive)
    }

    @Test("a refusal behind HEAD has its body")
    func refusalBehindHead() throws {
        let answer = try Connection().send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\nnonsense / HTTP/1.1\r\n\r\n")
        #expect(answer.hasSuffix("content-length: 17\r\n\r\nmalformed request"))
    }

    @Test("a body in many small chunks costs time in proportion")
    func smallChunks() throws {
        let connection = try Connection()
        _ = try connection.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        let chunks = String(repeating: "1\r\nx\r\n", count: 10_000)
        for _ in 0..<20 { _ = try connection.send(chunks) }
        #expect(try connection.send("0\r\n\r\n").hasSuffix("xxx"))
    }

    @Test("every prefix of a request is answered by nothing or a refusal once the client ends")
    func prefixes() throws {
        let request = Array("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc".utf8)
        for end in 0..<request.count {
            let connection = try Connection()
            _ = try connection.send(String(decoding: request[..<end], as: UTF8.self))
            _ = try? connection.channel.finish(acceptAlreadyClosed: true)
            #expect(try !connection.received().contains(" 200 "))
        }
    }

    @Test("a request that takes too long is ended, however its bytes drip")
    func requestTimeout() throws {
        let connection = try Connection()
        for byte in "GET / HTTP" {
            #expect(try connection.send(String(byte)).isEmpty)
            connection.loop.advanceTime(by: .seconds(1))
        }
        connection.loop.advanceTime(by: .seconds(3))
        #expect(try connection.received().hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
        connection.loop.advanceTime(by: .seconds(2))
        #expect(!connection.channel.isActive)
    }

    /// What of a second request stands in the packet of the first, and what completes it.
    private static let cuts = [
        ("POST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n", "abcde"),
        ("GET /2 HTTP/1.1\r\n", "Host: x\r\n\r\n"), ("GET /2 HTTP/1.1\r\nHost: x\r\n", "\r\n"),
        ("GET /2 HTTP/1.1\r\nHo", "st: x\r\n\r\n"), ("G", "ET /2 HTTP/1.1\r\nHost: x\r\n\r\n"),
        ("POST /2 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n", "0\r\n\r\n"),
    ]

    @Test("a request that began in the packet of the one before it has its time, too", arguments: cuts)
    func pipelinedTimeout(_ begun: String, _ rest: String) throws {
        let connection = try Connection()
        _ = try connection.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n\(begun)")
        connection.loop.advanceTime(by: .seconds(13))
        #expect(try connection.received().hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
    }

    @Test("and is answered when the server stops meanwhile", arguments: cuts)
    func pipelinedDrain(_ begun: String, _ rest: String) throws {
        let connection = try Connection()
        _ = try connection.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n\(begun)")
        for event in [ConnectionEvent.drain, .closeIfIdle] {
            connection.channel.pipeline.fireUserInboundEventTriggered(event)
        }
        let answer = try connection.send(rest)
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n") && answer.contains("\r\nconnection: close\r\n"))
    }

    @Test("an idle connection is closed when that is asked for", arguments: ["", "\r\n"])
    func closeIfIdle(_ behind: String) throws {
        let connection = try Connection()
        _ = try connection.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n\(behind)")
        connection.channel.pipeline.fireUserInboundEventTriggered(ConnectionEvent.closeIfIdle)
        connection.loop.run()
        #expect(!connection.channel.isActive)
    }

    @Test("an idle connection has no memory of the last body")
    func bodyMemory() throws {
        let connection = try Connection()
        let body = String(repeating: "b", count: 1 << 20)
        let answer = try connection.send(
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
        #expect(answer.hasSuffix(body))
        let handler = try connection.channel.pipeline.syncOperations.handler(type: HTTP1Handler<EchoResponder>.self)
        #expect(handler.bodyCapacity <= 64 << 10)
        #expect(handler.unreadCapacity <= 64 << 10)
    }

    @Test("a refusal of HEAD has no body either")
    func refusedHead() throws {
        let answer = try Connection().send("HEAD http://x/ HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 400 "))
        #expect(answer.hasSuffix("\r\n\r\n"))
    }

    @Test("a connection that never sends anything is closed")
    func silent() throws {
        let connection = try Connection()
        connection.loop.advanceTime(by: .seconds(13))
        #expect(!connection.channel.isActive)
        #expect(try connection.received().isEmpty)
    }

    @Test("an idle connection outlives Envoy's hour and is closed after that")
    func idle() throws {
        let connection = try Connection()
        _ = try connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        connection.loop.advanceTime(by: .seconds(3700))
        #expect(connection.channel.isActive)
        connection.loop.advanceTime(by: .seconds(300))
        #expect(!connection.channel.isActive)
    }
}
