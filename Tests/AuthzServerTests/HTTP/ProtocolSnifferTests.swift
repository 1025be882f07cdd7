import NIOCore
import NIOEmbedded
import Testing

@testable import AuthzServer

@Suite struct ProtocolSnifferTests {
    private static let request = Array("GET /a HTTP/1.1\r\nHost: x\r\n\r\n".utf8)

    private static func text(_ client: HTTP2Client) throws -> String {
        var text = ""
        while let buffer = try client.channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: buffer) }
        return text
    }

    @Test("HTTP/1 and HTTP/2 are told apart however their bytes arrive")
    func dripping() throws {
        let first = try HTTP2Client(EchoResponder(), greets: false)
        for byte in Self.request { _ = try? first.channel.writeInbound(ByteBuffer(bytes: [byte])) }
        #expect(try Self.text(first).hasSuffix("GET /a"))

        let second = try HTTP2Client(EchoResponder(), greets: false)
        let bytes = TestFrame.preface + TestFrame(.settings).bytes + TestFrame.request(1).bytes
        for byte in bytes { second.send(bytes: [byte]) }
        #expect(second.reply(1).text == "GET /a")
    }

    @Test(
        "a method that begins like the preface is one of HTTP/1", arguments: ["PUT", "PATCH", "PRX", "PROPFIND", "P"])
    func methods(_ method: String) throws {
        let client = try HTTP2Client(EchoResponder(), greets: false)
        _ = try? client.channel.writeInbound(ByteBuffer(string: "\(method) /a HTTP/1.1\r\nHost: x\r\n\r\n"))
        #expect(try !Self.text(client).isEmpty)
    }

    @Test("who begins like the preface and goes on otherwise is answered over HTTP/1")
    func falsePreface() throws {
        for end in 3..<TestFrame.preface.count {
            let client = try HTTP2Client(EchoResponder(), greets: false)
            let rest = Array("! / HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
            _ = try? client.channel.writeInbound(ByteBuffer(bytes: TestFrame.preface[..<end] + rest))
            let text = try Self.text(client)
            #expect(text.hasPrefix("HTTP/1.1 400"), "\(end): \(text)")
        }
    }

    @Test("who does not say which it is in time is disconnected", arguments: [0, 1, 3, 23])
    func silence(_ count: Int) throws {
        let client = try HTTP2Client(EchoResponder(), greets: false)
        client.send(bytes: Array(TestFrame.preface[..<count]))
        client.advance(by: .seconds(9))
        #expect(client.channel.isActive)
        client.advance(by: .seconds(2))
        #expect(!client.channel.isActive)
    }

    @Test("when the server stops, an undecided connection is closed, and one that decides meanwhile hears of it")
    func draining() throws {
        let silent = try HTTP2Client(EchoResponder(), greets: false)
        silent.tell(.drain)
        silent.tell(.closeIfIdle)
        #expect(!silent.channel.isActive)

        let late = try HTTP2Client(EchoResponder(), greets: false)
        late.tell(.drain)
        _ = try? late.channel.writeInbound(ByteBuffer(bytes: Self.request))
        #expect(try Self.text(late).contains("connection: close"))
    }
}
