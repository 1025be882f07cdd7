import Glibc

/// Many requests on one connection, each answer awaited before the next is sent. A class for its `deinit`.
final class KeepAliveClient {
    private let socket: Int32
    private var unread: [UInt8] = []

    init(_ address: Address) throws {
        socket = try HTTP.connect(to: address)
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(socket) }

    /// Sends a request and reads its answer, which must have a content length.
    func send(
        _ method: String = "GET", _ path: String, headers: [String: String] = [:], body: String? = nil
    ) throws -> HTTPResponse {
        var lines = ["\(method) \(path) HTTP/1.1", "host: api.example.com"]
        lines += headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        if let body { lines.append("content-length: \(body.utf8.count)") }
        var rest = Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? "")).utf8)[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard sent > 0 else { throw HTTP.SocketError(call: "send", code: errno) }
            rest = rest.dropFirst(sent)
        }
        while true {
            if let answer = try takeAnswer() { return answer }
            var piece = [UInt8](repeating: 0, count: 16_384)
            let count = recv(socket, &piece, piece.count, 0)
            guard count > 0 else { throw HTTP.SocketError(call: "recv", code: count == 0 ? 0 : errno) }
            unread += piece[..<count]
        }
    }

    private func takeAnswer() throws -> HTTPResponse? {
        guard let end = unread.indices.first(where: { unread[$0...].starts(with: Array("\r\n\r\n".utf8)) }) else {
            return nil
        }
        let head = try HTTP.parse(String(decoding: unread[..<(end + 4)], as: UTF8.self))
        let length = head.header("content-length").flatMap { Int($0) } ?? 0
        guard unread.count >= end + 4 + length else { return nil }
        let text = String(decoding: unread[..<(end + 4 + length)], as: UTF8.self)
        unread.removeFirst(end + 4 + length)
        return try HTTP.parse(text)
    }
}
