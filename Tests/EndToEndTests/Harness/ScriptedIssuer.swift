import Foundation
import Glibc
import Synchronization

/// An issuer on 127.0.0.1 that answers every request as it is told at the moment. A class for its `deinit`.
final class ScriptedIssuer: Sendable {
    enum Answer: Sendable {
        case document(String, headers: String = "")
        case status(Int)
        case redirect(to: String)
        /// Sent as it is.
        case bytes(String)
        /// The connection stays open and silent.
        case stall
        /// The connection is reset.
        case reset
    }

    let port: UInt16
    private let listener: Int32
    private let state: State

    init(_ answer: Answer) throws {
        listener = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        inet_pton(AF_INET, "127.0.0.1", &name.sin_addr)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let (listener, length) = (listener, size)
        let isBound = withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(listener, pointer, length) == 0 && listen(listener, 128) == 0
                    && getsockname(listener, pointer, &size) == 0
            }
        }
        guard isBound else { throw HTTP.SocketError(call: "bind", code: errno) }
        port = UInt16(bigEndian: name.sin_port)
        state = State(answer)
        let state = state
        Thread.detachNewThread { Self.accept(on: listener, state) }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        state.releaseHeld()
    }

    /// How many requests came.
    var count: Int { state.count }

    /// From now on every request is answered like this; who waits for an answer waits no more.
    func answer(_ answer: Answer) {
        state.set(answer)
        state.releaseHeld()
    }

    private static func accept(on listener: Int32, _ state: State) {
        while true {
            let connection = Glibc.accept(listener, nil, nil)
            if connection < 0 {
                if errno == EINTR || errno == ECONNABORTED { continue }
                return
            }
            Thread.detachNewThread { serve(connection, state) }
        }
    }

    private static func serve(_ connection: Int32, _ state: State) {
        var head: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4096)
        while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            let count = recv(connection, &piece, piece.count, 0)
            guard count > 0 else {
                close(connection)
                return
            }
            head += piece[..<count]
        }
        switch state.next() {
        case .document(let body, let headers):
            send("HTTP/1.1 200 OK\r\ncontent-length: \(body.utf8.count)\r\n\(headers)\r\n\(body)", on: connection)
        case .status(let status): send("HTTP/1.1 \(status) Scripted\r\ncontent-length: 0\r\n\r\n", on: connection)
        case .redirect(let url):
            send("HTTP/1.1 302 Found\r\nlocation: \(url)\r\ncontent-length: 0\r\n\r\n", on: connection)
        case .bytes(let text): send(text, on: connection)
        case .stall: return state.hold(connection)
        case .reset:
            var option = linger(l_onoff: 1, l_linger: 0)
            setsockopt(connection, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        }
        close(connection)
    }

    private static func send(_ text: String, on connection: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            // The client may have had enough.
            guard sent > 0 else { return }
            rest = rest.dropFirst(sent)
        }
    }

    /// What the threads of the connections share.
    private final class State: Sendable {
        private let values: Mutex<(answer: Answer, count: Int, held: [Int32])>

        init(_ answer: Answer) { values = Mutex((answer, 0, [])) }

        var count: Int { values.withLock { $0.count } }

        func set(_ answer: Answer) { values.withLock { $0.answer = answer } }

        func next() -> Answer {
            values.withLock { values in
                values.count += 1
                return values.answer
            }
        }

        func hold(_ connection: Int32) { values.withLock { $0.held.append(connection) } }

        func releaseHeld() {
            values.withLock { values in
                for connection in values.held { close(connection) }
                values.held = []
            }
        }
    }
}
