import AuthzServer
import AuthzTestSupport
import NIOCore
import NIOEmbedded
import NIOSSL

/// A client and a server with TLS on one loop, without a socket; bytes move when the test says so. A class for its channels.
final class TLSClient {
    let loop = EmbeddedEventLoop()
    let server: EmbeddedChannel
    /// `nil` where the test writes the client's bytes itself.
    private(set) var client: EmbeddedChannel?

    /// A server that waits for a handshake.
    init(_ store: TLSStore, trustedCallers: TrustedCallers = TrustedCallers()) throws {
        server = EmbeddedChannel(loop: loop)
        let pipeline = ConnectionPipeline(
            responder: PeerResponder(), on: loop, trustedCallers: trustedCallers, limits: RequestLimits(), tls: store)
        try pipeline.configure(server)
        try server.connect(to: SocketAddress(ipAddress: "192.0.2.1", port: 1)).wait()
    }

    /// Shakes hands with it.
    ///
    /// - Parameter certificate: The client's; `nil` for none.
    func greet(
        trusting authority: TestAuthority, with certificate: TestAuthority.Certificate? = nil,
        protocols: [String] = ["http/1.1"]
    ) throws {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(authority.path))
        configuration.certificateVerification = .noHostnameVerification
        configuration.applicationProtocols = protocols
        if let certificate {
            configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(certificate.certificate)
                .map { .certificate($0) }
            configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: certificate.key, format: .pem))
        }
        let handler = try NIOSSLClientHandler(
            context: try NIOSSLContext(configuration: configuration), serverHostname: nil)
        let channel = EmbeddedChannel(handler: handler, loop: loop)
        try channel.connect(to: SocketAddress(ipAddress: "192.0.2.2", port: 1)).wait()
        client = channel
        pump()
    }

    /// Moves bytes until both sides have no more.
    func pump() {
        var moves = true
        while moves {
            moves = false
            while let bytes = try? client?.readOutbound(as: ByteBuffer.self) {
                _ = try? server.writeInbound(bytes)
                moves = true
            }
            while let bytes = try? server.readOutbound(as: ByteBuffer.self) {
                _ = try? client?.writeInbound(bytes)
                moves = true
            }
        }
    }

    /// Sends bytes that are not encrypted.
    func send(raw bytes: [UInt8]) {
        _ = try? server.writeInbound(ByteBuffer(bytes: bytes))
    }

    /// Sends text through TLS and reads what comes back.
    func send(_ text: String) -> String {
        client?.writeAndFlush(ByteBuffer(string: text), promise: nil)
        pump()
        var answer = ""
        while let bytes = try? client?.readInbound(as: ByteBuffer.self) { answer += String(buffer: bytes) }
        return answer
    }

    /// Asks over HTTP/1: who the server takes the client for. Empty where it does not answer.
    func askWho() -> String {
        let answer = send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        return answer.components(after: "\r\n\r\n")
    }

    var isOpen: Bool { server.isActive }
}

extension String {
    fileprivate func components(after end: String) -> String {
        firstRange(of: end).map { String(self[$0.upperBound...]) } ?? ""
    }
}

/// Answers who asks: `trusted` or `untrusted`, and the name of the certificate.
private struct PeerResponder: RequestResponder {
    func makeLoopState() -> sending Int { 0 }

    func respond(to intake: inout RequestIntake, in loop: inout Int, with answer: inout Answer) {
        let peer = intake.peer
        answer.begin(status: 200)
        let text = "\(peer.isTrusted ? "trusted" : "untrusted") \(peer.certificate?.displayName ?? "-")"
        answer.setBody(.text) { $0.append(contentsOf: text.utf8) }
    }
}
