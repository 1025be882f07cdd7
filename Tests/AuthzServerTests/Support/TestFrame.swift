/// A frame as it goes over the wire (RFC 9113 §4.1), whether it makes sense or not.
struct TestFrame: Sendable {
    enum Kind: UInt8, Sendable {
        case data, headers, priority, reset, settings, pushPromise, ping, goAway, windowUpdate, continuation
    }

    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
    /// What a client begins with: it takes what the server will have said, too.
    static let greeting =
        preface + TestFrame(.settings).bytes + TestFrame(.settings, flags: acknowledges).bytes
    static let endStream: UInt8 = 1
    static let acknowledges: UInt8 = 1
    static let endHeaders: UInt8 = 4

    var kind: UInt8
    var flags: UInt8
    var stream: UInt32
    var payload: [UInt8]

    init(_ kind: Kind, flags: UInt8 = 0, stream: UInt32 = 0, _ payload: [UInt8] = []) {
        self.init(kind: kind.rawValue, flags: flags, stream: stream, payload: payload)
    }

    init(kind: UInt8, flags: UInt8, stream: UInt32, payload: [UInt8]) {
        self.kind = kind
        self.flags = flags
        self.stream = stream
        self.payload = payload
    }

    /// A header list without compression.
    static func headers(
        _ stream: UInt32, _ fields: [(String, String)], ends: Bool = true, endsHeaders: Bool = true
    ) -> TestFrame {
        TestFrame(
            .headers, flags: (ends ? endStream : 0) | (endsHeaders ? endHeaders : 0), stream: stream,
            fields.flatMap { literal($0.0, $0.1) })
    }

    static func data(_ stream: UInt32, _ payload: [UInt8], ends: Bool = true) -> TestFrame {
        TestFrame(.data, flags: ends ? endStream : 0, stream: stream, payload)
    }

    static func reset(_ stream: UInt32) -> TestFrame { TestFrame(.reset, stream: stream, [0, 0, 0, 8]) }

    /// The head of a request without a body, or of one whose body follows.
    static func request(
        _ stream: UInt32, _ method: String = "GET", _ path: String = "/a", ends: Bool = true,
        headers: [(String, String)] = []
    ) -> TestFrame {
        .headers(
            stream,
            [(":method", method), (":scheme", "http"), (":path", path), (":authority", "x")] + headers, ends: ends)
    }

    /// The head of a call.
    static func call(_ stream: UInt32, _ path: String, headers: [(String, String)] = []) -> TestFrame {
        .request(
            stream, "POST", path, ends: false,
            headers: [("content-type", "application/grpc"), ("te", "trailers")] + headers)
    }

    var bytes: [UInt8] {
        let count = payload.count
        return [
            UInt8(truncatingIfNeeded: count >> 16), UInt8(truncatingIfNeeded: count >> 8),
            UInt8(truncatingIfNeeded: count), kind, flags, UInt8(truncatingIfNeeded: stream >> 24),
            UInt8(truncatingIfNeeded: stream >> 16), UInt8(truncatingIfNeeded: stream >> 8),
            UInt8(truncatingIfNeeded: stream),
        ] + payload
    }

    /// The whole frames at the beginning of some bytes, which are taken away.
    static func take(from bytes: inout [UInt8]) -> [TestFrame] {
        var frames: [TestFrame] = []
        var start = 0
        while bytes.count - start >= 9 {
            let head = bytes[start..<start + 9].map { UInt32($0) }
            let count = Int(head[0] << 16 | head[1] << 8 | head[2])
            guard bytes.count - start - 9 >= count else { break }
            frames.append(
                TestFrame(
                    kind: bytes[start + 3], flags: bytes[start + 4],
                    stream: head[5] << 24 | head[6] << 16 | head[7] << 8 | head[8],
                    payload: Array(bytes[start + 9..<start + 9 + count])))
            start += 9 + count
        }
        bytes.removeFirst(start)
        return frames
    }

    /// A field that is put in no table (RFC 7541 §6.2.2).
    private static func literal(_ name: String, _ value: String) -> [UInt8] {
        [0] + string(name) + string(value)
    }

    private static func string(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        guard bytes.count >= 127 else { return [UInt8(bytes.count)] + bytes }
        var length: [UInt8] = [127]
        var rest = bytes.count - 127
        while rest >= 128 {
            length.append(UInt8(rest & 127) | 128)
            rest >>= 7
        }
        return length + [UInt8(rest)] + bytes
    }
}
