import AuthzCore
import NIOCore

/// One request of an HTTP/2 connection and its answer. A class because nghttp2 keeps a pointer to it; used again for others.
///
/// It stays on one event loop, and no method calls back into it: what is stored here is not checked for overlapping accesses, as
/// these checks took as long as reading the frames.
final class HTTP2Stream {
    private(set) var id: Int32 = 0
    var began = NIODeadline.distantPast
    /// Its place in the list of open streams.
    var place = 0
    @exclusivity(unchecked) var intake: RequestIntake
    /// The method of a gRPC call.
    var method: GRPCMethod?
    /// Whether the content type is that of gRPC.
    var hasGRPCContentType = false
    /// Whether its path is one of HTTP.
    var servesHTTP = false
    /// Decoded bytes of the header lists so far.
    var headerBytes = 0
    var headCount = 0
    var hasHead = false
    var omitsBody = false
    /// Bytes of its headers that count against the limit of the connection.
    var heldHeaderBytes = 0
    /// Bytes of the body that count against the window of the connection.
    var heldBytes = 0
    @exclusivity(unchecked) var splitter = GRPCMessageSplitter()
    var messageCount = 0
    /// The last message of a call, in the body.
    var message: Range<Int>?

    /// What is sent behind the head of the answer.
    @exclusivity(unchecked) private(set) var output: [UInt8] = []
    private var sentCount = 0
    /// The message of a call that stays open, once it is answered.
    var watchedMessage: [UInt8] = []
    /// Memory of its request that counts as kept by what is answered.
    var keptBytes = 0
    /// The message that was sent last; kept for calls that stay open.
    var lastMessage: [UInt8] = []
    /// Whether the request has come to its end.
    var hasEnded = false
    /// Whether it goes on once the client has taken some of its answers.
    var isWaiting = false
    /// Whether nothing more of the request is looked at.
    var isAnswered = false
    var hasSentHead = false
    /// Whether the sender waits for more output.
    var isDeferred = false
    /// Whether the output is complete.
    private(set) var isFinished = false
    /// Whether the last of the answer is on its way.
    var isSent = false
    /// How a call ends; `nil` for what is no call.
    private(set) var status: GRPCStatus?
    private(set) var statusMessage: StaticString = ""

    init(limits: RequestLimits) {
        intake = RequestIntake(limits: limits)
    }

    /// Forgets the last request. Memory is kept unless it is much.
    func begin(id: Int32, peer: Peer, at now: NIODeadline) {
        self.id = id
        began = now
        intake.begin(peer: peer)
        method = nil
        hasGRPCContentType = false
        servesHTTP = false
        headerBytes = 0
        headCount = 0
        hasHead = false
        omitsBody = false
        heldHeaderBytes = 0
        heldBytes = 0
        splitter = GRPCMessageSplitter()
        messageCount = 0
        message = nil
        if !output.isEmpty { output.removeAll(keepingCapacity: output.capacity <= 64 << 10) }
        sentCount = 0
        if !watchedMessage.isEmpty { watchedMessage = [] }
        keptBytes = 0
        if !lastMessage.isEmpty { lastMessage = [] }
        hasEnded = false
        isWaiting = false
        isAnswered = false
        hasSentHead = false
        isDeferred = false
        isFinished = false
        isSent = false
        status = nil
        statusMessage = ""
    }

    var hasOutput: Bool { sentCount < output.count }

    /// Whether it is a call of a method that nobody knows.
    var isUnknownCall: Bool { hasGRPCContentType && method == nil && !servesHTTP }

    /// Bytes of the output that are not sent yet.
    var unreadBytes: Int { output.count - sentCount }

    /// About how much it holds on to for the next request.
    var memoryBytes: Int { intake.memoryBytes + output.capacity }

    func append(_ bytes: Span<UInt8>) {
        dropSent()
        bytes.withUnsafeBufferPointer { output.append(contentsOf: $0) }
    }

    /// - Returns: How many bytes the reply has.
    func append(_ reply: borrowing GRPCReply) -> Int {
        dropSent()
        let count = output.count
        reply.write(to: &output)
        return output.count - count
    }

    private func dropSent() {
        guard sentCount == output.count else { return }
        output.clear()
        sentCount = 0
    }

    func finish() {
        isFinished = true
    }

    func finish(_ status: GRPCStatus, _ message: StaticString = "") {
        self.status = status
        statusMessage = message
        isFinished = true
    }

    /// Moves what is left of the output.
    ///
    /// - Returns: How many bytes.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(buffer.count, output.count - sentCount)
        output.withUnsafeBytes {
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[sentCount..<sentCount + count]))
        }
        sentCount += count
        if sentCount == output.count, output.capacity > HTTP2StreamPool.maximumBytes {
            output = []
            sentCount = 0
        }
        return count
    }
}
