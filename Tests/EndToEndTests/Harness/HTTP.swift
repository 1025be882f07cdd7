import Glibc

/// One answer of an HTTP server.
struct HTTPResponse {
    var status: Int
    /// Names in lower case.
    var headers: [(name: String, value: String)]
    var body: String

    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}

/// HTTP/1.1 over a socket, byte for byte as the test writes it: no library between them that would mend a request.
enum HTTP {
    struct SocketError: Error {
        var call: String
        var code: Int32
    }

    struct NotHTTP: Error {
        var text: String
    }

    /// Sends one request on a connection of its own.
    static func send(
        _ method: String = "GET", _ path: String, to address: Address, headers: [String: String] = [:],
        body: String? = nil
    ) throws -> HTTPResponse {
        var lines = ["\(method) \(path) HTTP/1.1", "connection: close"]
        if headers["host"] == nil { lines.append("host: api.example.com") }
        lines += headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        if let body { lines.append("content-length: \(body.utf8.count)") }
        return try parse(exchange(lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? ""), with: address))
    }

    /// Sends the text as it is and reads until the server closes.
    static func exchange(_ text: String, with address: Address) throws -> String {
        let socket = try connect(to: address)
        defer { close(socket) }
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))

        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            // A server may refuse before it has read all; its answer is what counts.
            guard sent > 0 else { break }
            rest = rest.dropFirst(sent)
        }
        var answer: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = recv(socket, &piece, piece.count, 0)
            if count == 0 { break }
            guard count > 0 else {
                if answer.isEmpty { throw SocketError(call: "recv", code: errno) }
                break
            }
            answer += piece[..<count]
        }
        return String(decoding: answer, as: UTF8.self)
    }

    /// Whether the text is answered with 400, or by closing the connection.
    static func isRefused(_ text: String, by address: Address) throws -> Bool {
        do {
            let answer = try exchange(text, with: address)
            return try answer.isEmpty || parse(answer).status == 400
        } catch let error as SocketError where error.code == ECONNRESET {
            return true
        }
    }

    /// Connects and sends nothing.
    ///
    /// - Returns: The socket, for the caller to close.
    static func connect(to address: Address) throws -> Int32 {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { throw SocketError(call: "socket", code: errno) }
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = address.port.bigEndian
        inet_pton(AF_INET, address.host, &name.sin_addr)
        let result = withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            defer { close(socket) }
            throw SocketError(call: "connect", code: errno)
        }
        return socket
    }

    /// Reads an answer that ends with its connection.
    static func parse(_ text: String) throws -> HTTPResponse {
        guard let end = text.utf8Range(of: "\r\n\r\n") else { throw NotHTTP(text: text) }
        let lines = text[..<end.lowerBound].split(separator: "\r\n")
        guard let first = lines.first, first.hasPrefix("HTTP/1."),
            let status = first.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { throw NotHTTP(text: text) }
        let headers = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            return (name: parts[0].lowercased(), value: parts.count > 1 ? String(parts[1].drop { $0 == " " }) : "")
        }
        var response = HTTPResponse(status: status, headers: headers, body: String(text[end.upperBound...]))
        if response.header("transfer-encoding") == "chunked" { response.body = try joinChunks(response.body) }
        return response
    }

    private static func joinChunks(_ text: String) throws -> String {
        var rest = Array(text.utf8)[...]
        var body: [UInt8] = []
        while let newline = rest.firstIndex(of: 0x0a) {
            let line = String(decoding: rest[..<newline], as: UTF8.self).filter { $0.isHexDigit }
            guard let size = Int(line, radix: 16), rest.count >= size else { throw NotHTTP(text: text) }
            if size == 0 { return String(decoding: body, as: UTF8.self) }
            body += rest[(newline + 1)...].prefix(size)
            rest = rest[(newline + 1)...].dropFirst(size + 2)
        }
        throw NotHTTP(text: text)
    }
}

extension String {
    /// The first place of `other`, compared as bytes: CR LF is one `Character`.
    fileprivate func utf8Range(of other: String) -> Range<String.Index>? {
        let needle = Array(other.utf8)
        var start = utf8.startIndex
        while let end = utf8.index(start, offsetBy: needle.count, limitedBy: utf8.endIndex) {
            if utf8[start..<end].elementsEqual(needle) { return start..<end }
            start = utf8.index(after: start)
        }
        return nil
    }
}
