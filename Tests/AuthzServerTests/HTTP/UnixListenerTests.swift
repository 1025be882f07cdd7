import Glibc
import NIOCore
import NIOPosix
import Testing

@testable import AuthzServer

@Suite(.timeLimit(.minutes(2))) struct UnixListenerTests {
    private let scratch = Scratch()
    private var path: String { "\(scratch.path)/a.sock" }

    private func open(_ path: String) async throws(ListenError) -> HTTPListener {
        try await HTTPListener.open(
            .unixSocket(path: path), on: MultiThreadedEventLoopGroup.singleton, responder: EchoResponder(),
            trustedCallers: TrustedCallers(), limits: RequestLimits())
    }

    private func status(_ path: String) -> stat? {
        var status = stat()
        return lstat(path, &status) == 0 ? status : nil
    }

    private func exchange(_ request: String) async throws -> String {
        try await RawClient.exchange(request, with: SocketAddress(unixDomainSocketPath: path))
    }

    @Test("a socket is made for owner and group, answers, and is gone when the server stops")
    func lifecycle() async throws {
        let listener = try await open(path)
        #expect(listener.address == .unixSocket(path: path))
        let mode = try #require(status(path)).st_mode
        #expect(mode & S_IFMT == S_IFSOCK)
        #expect(mode & 0o777 == 0o660)
        #expect(try await exchange("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").hasSuffix("GET /a"))
        await listener.drain(within: .seconds(5))
        #expect(status(path) == nil)
    }

    @Test("a socket on which somebody listens is left alone")
    func inUse() async throws {
        let listener = try await open(path)
        let inode = status(path)?.st_ino
        let error = await #expect(throws: ListenError.self) { try await open(path) }
        #expect(error == .portInUse(.unixSocket(path: path)))
        #expect(error?.description == "cannot listen on `unix:\(path)`: the socket is in use")
        #expect(status(path)?.st_ino == inode)
        await listener.drain(within: .seconds(5))
    }

    @Test("a socket on which nobody listens any more is replaced")
    func stale() async throws {
        let (_, descriptor) = try UnixSocketFile.bind(path, at: .unixSocket(path: path))
        close(descriptor)
        #expect(status(path) != nil)
        let listener = try await open(path)
        #expect(try await exchange("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").hasSuffix("GET /a"))
        await listener.drain(within: .seconds(5))
    }

    @Test("what is no socket is left alone, whatever it is")
    func notASocket() async throws {
        let file = try scratch.write("precious", to: "file")
        #expect(mkdir("\(scratch.path)/folder", 0o700) == 0)
        #expect(mkfifo("\(scratch.path)/fifo", 0o600) == 0)
        #expect(symlink("file", "\(scratch.path)/link") == 0)
        for name in ["file", "folder", "fifo", "link"] {
            let address = ListenAddress.unixSocket(path: "\(scratch.path)/\(name)")
            await #expect(throws: ListenError.notASocket(address)) { try await open("\(scratch.path)/\(name)") }
            #expect(status("\(scratch.path)/\(name)") != nil)
        }
        #expect(status(file)?.st_size == 8)
        #expect(
            ListenError.notASocket(.unixSocket(path: "a")).description
                == "cannot listen on `unix:a`: there is something else than a socket; move it away")
    }

    @Test("a folder that is missing is named")
    func noFolder() async throws {
        let address = ListenAddress.unixSocket(path: "\(scratch.path)/no/a.sock")
        let error = await #expect(throws: ListenError.self) { try await open("\(scratch.path)/no/a.sock") }
        #expect(error == .noFolder(address))
        #expect(error?.description == "cannot listen on `\(address)`: the folder is not there; make it first")
    }

    @Test("a socket that another process has put there meanwhile stays")
    func replaced() async throws {
        let listener = try await open(path)
        #expect(rename(path, "\(path).old") == 0)
        let (_, descriptor) = try UnixSocketFile.bind(path, at: .unixSocket(path: path))
        await listener.drain(within: .seconds(5))
        #expect(status(path) != nil)
        close(descriptor)
    }
}
