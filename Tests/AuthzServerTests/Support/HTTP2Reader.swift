import CNGHTTP2

/// Reads what a server sends over HTTP/2. A class because it owns the decoder of header lists.
final class HTTP2Reader {
    /// What came for one stream.
    struct Reply: Equatable {
        var head: [String: String] = [:]
        var body: [UInt8] = []
        var trailers: [String: String] = [:]
        var isComplete = false
        /// The code of RST_STREAM.
        var reset: UInt32?

        var status: String? { head[":status"] }
        /// `nil` where a call has not ended.
        var grpcStatus: String? { trailers["grpc-status"] ?? head["grpc-status"] }
        var text: String { String(decoding: body, as: UTF8.self) }

        /// The messages in the body of a call.
        var messages: [[UInt8]] {
            var messages: [[UInt8]] = []
            var rest = body[...]
            while rest.count >= 5 {
                let count = rest.dropFirst().prefix(4).reduce(0) { $0 << 8 | Int($1) }
                messages.append(Array(rest.dropFirst(5).prefix(count)))
                rest = rest.dropFirst(5 + count)
            }
            return messages
        }
    }

    private(set) var replies: [UInt32: Reply] = [:]
    private(set) var frames: [TestFrame] = []
    /// How many replies are complete.
    private(set) var completeCount = 0
    private let inflater: OpaquePointer?
    private var rest: [UInt8] = []

    init() {
        var inflater: OpaquePointer?
        nghttp2_hd_inflate_new(&inflater)
        self.inflater = inflater
    }

    deinit {
        nghttp2_hd_inflate_del(inflater)
    }

    /// The codes of the GOAWAY frames.
    var goAways: [UInt32] {
        frames.filter { $0.kind == TestFrame.Kind.goAway.rawValue }.map { Self.number($0.payload[4..<8]) }
    }

    func count(_ kind: TestFrame.Kind) -> Int { frames.count { $0.kind == kind.rawValue } }

    func read(_ bytes: [UInt8]) {
        rest += bytes
        for frame in TestFrame.take(from: &rest) {
            frames.append(frame)
            switch TestFrame.Kind(rawValue: frame.kind) {
            case .headers:
                var reply = replies[frame.stream] ?? Reply()
                if reply.head.isEmpty {
                    reply.head = inflate(frame.payload)
                } else {
                    reply.trailers = inflate(frame.payload)
                }
                replies[frame.stream] = reply
            case .data: replies[frame.stream, default: Reply()].body += frame.payload
            case .reset: replies[frame.stream, default: Reply()].reset = Self.number(frame.payload[...])
            default: continue
            }
            guard frame.flags & TestFrame.endStream != 0 else { continue }
            replies[frame.stream]?.isComplete = true
            completeCount += 1
        }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 { bytes.reduce(0) { $0 << 8 | UInt32($1) } }

    private func inflate(_ block: [UInt8]) -> [String: String] {
        var fields: [String: String] = [:]
        var offset = 0
        while true {
            var field = nghttp2_nv()
            var flags: Int32 = 0
            let count = block.withUnsafeBufferPointer { block in
                nghttp2_hd_inflate_hd2(
                    inflater, &field, &flags, block.baseAddress.map { $0 + offset }, block.count - offset, 1)
            }
            guard count >= 0 else { return fields }
            offset += Int(count)
            if UInt32(flags) & NGHTTP2_HD_INFLATE_EMIT.rawValue != 0 {
                let name = String(
                    decoding: UnsafeBufferPointer(start: field.name, count: field.namelen), as: UTF8.self)
                fields[name] = String(
                    decoding: UnsafeBufferPointer(start: field.value, count: field.valuelen), as: UTF8.self)
            }
            if UInt32(flags) & NGHTTP2_HD_INFLATE_FINAL.rawValue != 0 {
                nghttp2_hd_inflate_end_headers(inflater)
                return fields
            }
        }
    }
}
