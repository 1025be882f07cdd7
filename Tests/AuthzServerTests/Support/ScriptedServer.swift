import NIOCore
import NIOPosix
import Synchronization

/// An HTTP server for tests that answers each path with the raw bytes it is told, or not at all.
final class ScriptedServer: Sendable {
    enum Answer: Sendable {
        /// Sent as they are, but for `{PORT}`, which becomes the server's port; then the connection is closed.
        case bytes(String)
        /// The connection stays open and silent.
        case silence
        /// The connection is closed at once.
        case close

        static func ok(_ body: String, headers: String = "") -> Answer {
            .bytes("HTTP/1.1 200 OK\r\ncontent-length: \(body.utf8.count)\r\n\(headers)\r\n\(body)")
        }

        static func redirect(to location: String) -> Answer {
            .bytes("HTTP/1.1 302 Found\r\nlocation: \(location)\r\ncontent-length: 0\r\n\r\n")
        }

        static func status(_ status: Int) -> Answer {
            .bytes("HTTP/1.1 \(status) Scripted\r\ncontent-length: 0\r\n\r\n")
        }
    }

    typealias Script = @Sendable (_ path: String, _ count: Int) -> Answer

    private let channel: any Channel
    private let requests: Requests

    private init(channel: any Channel, requests: Requests) {
        self.channel = channel
        self.requests = requests
    }

    /// Listens on a free port of 127.0.0.1 for as long as `body` runs.
    ///
    /// - Parameter script: Called with the path and how often it has been asked for before.
    static func run(_ script: @escaping Script, _ body: (ScriptedServer) async throws -> Void) async throws {
        let requests = Requests()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Connection(script: script, requests: requests))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = ScriptedServer(channel: channel, requests: requests)
        do {
            try await body(server)
            try await channel.close()
        } catch {
            try await channel.close()
            throw error
        }
    }

    var port: Int { channel.localAddress?.port ?? 0 }

    func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

    /// The last request for a path, as it was sent.
    func head(of path: String) -> String? { requests.head(of: path) }

    /// How often a path has been asked for.
    func count(of path: String) -> Int { requests.count(of: path) }

    final class Requests: Sendable {
        private let heads = Mutex<[String: [String]]>([:])

        func count(of path: String) -> Int { heads.withLock { $0[path, default: []].count } }

        func head(of path: String) -> String? { heads.withLock { $0[path]?.last } }

        /// - Returns: How often the path had been asked for before.
        func add(_ path: String, head: String) -> Int {
            heads.withLock { heads in
                heads[path, default: []].append(head)
                return heads[path, default: []].count - 1
            }
        }
    }

    private final class Connection: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let script: Script
        private let requests: Requests
        private var received = ""

        init(script: @escaping Script, requests: Requests) {
            self.script = script
            self.requests = requests
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received += String(buffer: unwrapInboundIn(data))
            guard received.hasSuffix("\r\n\r\n") else { return }
            let words = received.split(separator: " ", maxSplits: 2)
            let head = received
            received = ""
            let path = words.count > 1 ? String(words[1]) : "?"
            switch script(path, requests.add(path, head: head)) {
            case .bytes(let text):
                let port = context.channel.localAddress?.port ?? 0
                let pieces = text.split(separator: "{PORT}", omittingEmptySubsequences: false)
                context.write(wrapOutboundOut(ByteBuffer(string: pieces.joined(separator: "\(port)"))), promise: nil)
                context.flush()
                context.close(promise: nil)
            case .silence: break
            case .close: context.close(promise: nil)
            }
        }
    }
}
