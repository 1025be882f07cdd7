import Testing

/// What brings, or brought, HTTP/2 servers down: the bytes that one client sends behind its preface and SETTINGS.
struct HTTP2Attack: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var bytes: [UInt8]
    /// Whether the connection is ended for it; otherwise it goes on.
    var ends: Bool
    /// A stream that it has not used.
    var nextStream: UInt32

    init(_ description: String, ends: Bool = true, nextStream: UInt32 = 101, _ frames: [TestFrame]) {
        testDescription = description
        bytes = frames.flatMap(\.bytes)
        self.ends = ends
        self.nextStream = nextStream
    }

    /// The same frame again and again, or one for each number.
    private init(
        _ description: String, after first: [TestFrame] = [], ends: Bool = true, _ count: Int,
        _ make: (UInt32) -> [TestFrame]
    ) {
        self.init(
            description, ends: ends, nextStream: UInt32(2 * count + 1), first + (0..<UInt32(count)).flatMap(make))
    }

    static let all: [HTTP2Attack] = floods + heads + violations

    private static let openHead = TestFrame.headers(1, [(":method", "GET")], endsHeaders: false)
    private static let openRequest = TestFrame.request(1, "POST", ends: false)

    private static let floods: [HTTP2Attack] = [
        HTTP2Attack("rapid reset of requests", 10_000) { [.request(2 * $0 + 1, ends: false), .reset(2 * $0 + 1)] },
        // As a proxy does it whose clients go away.
        HTTP2Attack("rapid reset of what is answered", ends: false, 10_000) {
            [.request(2 * $0 + 1), .reset(2 * $0 + 1)]
        },
        HTTP2Attack("rapid reset of calls that are not complete", 10_000) {
            [.call(2 * $0 + 1, "/grpc.health.v1.Health/Check"), .reset(2 * $0 + 1)]
        },
        HTTP2Attack("WINDOW_UPDATE flood", 20_000) { _ in [TestFrame(.windowUpdate, [0, 0, 0, 1])] },
        HTTP2Attack("RST_STREAM flood", after: [.request(1)], 20_000) { _ in [.reset(1)] },
        HTTP2Attack("PING flood", 20_000) { _ in [TestFrame(.ping, [0, 0, 0, 0, 0, 0, 0, 0])] },
        HTTP2Attack("SETTINGS flood", 20_000) { _ in [TestFrame(.settings)] },
        HTTP2Attack("PRIORITY flood", 20_000) { [TestFrame(.priority, stream: 2 * $0 + 1, [0, 0, 0, 0, 1])] },
        HTTP2Attack("flood of empty DATA", after: [openRequest], 20_000) { _ in [.data(1, [], ends: false)] },
    ]

    private static let heads: [HTTP2Attack] = [
        HTTP2Attack("CONTINUATION flood", after: [openHead], 10_000) {
            [.continuation(1, [("x-\($0)", "a")], ends: false)]
        },
        HTTP2Attack("flood of empty CONTINUATION", after: [openHead], 10_000) { _ in
            [TestFrame(.continuation, stream: 1)]
        },
        HTTP2Attack("a header list of 100 kB", ends: false, list(bytes: 100_000)),
        HTTP2Attack("a header list of 1 MB", list(bytes: 1 << 20)),
        HTTP2Attack("a header list that HPACK makes 500 MB of", bomb),
    ]

    private static let violations: [HTTP2Attack] = [
        HTTP2Attack("SETTINGS with too many entries", [TestFrame(.settings, many(33, [0, 3, 0, 0, 0, 9]))]),
        HTTP2Attack(
            "frames that nobody knows", ends: false,
            (0..<20_000).map { _ in TestFrame(kind: 0xee, flags: 0, stream: 0, payload: [1]) }),
        HTTP2Attack(
            "ALTSVC and ORIGIN", ends: false,
            [
                TestFrame(kind: 0x0a, flags: 0, stream: 0, payload: [0, 1, 97, 98]),
                TestFrame(kind: 0x0c, flags: 0, stream: 0, payload: [0, 1, 97]),
            ]),
        HTTP2Attack(
            "a window that overflows", [TestFrame(.windowUpdate, [0x7f, 0xff, 0xff, 0xff])]),
        HTTP2Attack("a frame longer than any may be", [openRequest, .data(1, [UInt8](repeating: 0, count: 20_000))]),
        HTTP2Attack("DATA on a stream that is none", [.data(1, [0])]),
        HTTP2Attack("PUSH_PROMISE of a client", [TestFrame(.pushPromise, flags: 4, stream: 1, [0, 0, 0, 2])]),
    ]

    private static func many(_ count: Int, _ bytes: [UInt8]) -> [UInt8] { (0..<count).flatMap { _ in bytes } }

    /// A list of fields of 4 kB, in as many frames as it takes.
    private static func list(bytes: Int) -> [TestFrame] {
        let value = String(repeating: "a", count: 4000)
        let first = TestFrame.headers(
            1, [(":method", "GET"), (":scheme", "http"), (":path", "/a"), (":authority", "x")], endsHeaders: false)
        let count = bytes / 16_000
        return [first]
            + (0..<count).map { frame in
                .continuation(1, (0..<4).map { ("x-\(frame)-\($0)", value) }, ends: frame == count - 1)
            }
    }

    /// One large field in the table, then a reference to it in each further byte.
    private static let bomb: [TestFrame] = {
        var block = TestFrame.request(1).payload
        block += [0x40, 1, UInt8(ascii: "x"), 0x7f, 0xa1, 0x1e]
        block += [UInt8](repeating: UInt8(ascii: "a"), count: 4000)
        block += [UInt8](repeating: 0xbe, count: 12_000)
        let references = [UInt8](repeating: 0xbe, count: 16_000)
        return [TestFrame(.headers, flags: 1, stream: 1, block)]
            + (0..<8).map { TestFrame(.continuation, flags: $0 == 7 ? 4 : 0, stream: 1, references) }
    }()
}
