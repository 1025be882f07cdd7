/// What one HTTP/2 connection may use, beside what ``RequestLimits`` says of each request on it. Whoever goes beyond is told to
/// calm down (GOAWAY, ENHANCE_YOUR_CALM) and disconnected; other connections do not notice.
package struct HTTP2Limits: Sendable, Hashable {
    /// Streams open at once; a further one is refused.
    package var maximumConcurrentStreams: UInt32 = 512
    /// `SETTINGS_MAX_FRAME_SIZE`: the least that the protocol allows.
    package var maximumFrameBytes: UInt32 = 16 << 10
    /// `SETTINGS_HEADER_TABLE_SIZE`, for HPACK in both directions.
    package var headerTableBytes: UInt32 = 4 << 10
    /// CONTINUATION frames behind one HEADERS frame.
    package var maximumContinuations = 8
    /// Decoded bytes of one header list, at which the connection ends. A list above ``RequestLimits/maximumHeaderBytes`` is
    /// answered, not kept; HPACK can make much out of little.
    package var maximumDecodedHeaderBytes = 2 << 20
    /// Entries of one SETTINGS frame.
    package var maximumSettings = 32
    /// Bytes of all bodies that a connection has sent and that are not answered yet; the window of the connection.
    package var maximumBufferedBytes: Int32 = 4 << 20
    /// Decoded bytes of the headers of all requests that are not answered yet; a request that goes beyond is refused.
    package var maximumHeldHeaderBytes = 4 << 20
    /// Memory of requests that are answered and whose streams are still open, in all; what goes beyond is given up.
    package var maximumKeptBytes = 4 << 20
    /// Bytes of all answers that the client has not taken yet. Above that its further requests wait, for as long as a request may take.
    package var maximumUnreadBytes = 4 << 20
    /// The same for the answers of one call that asks again and again.
    package var maximumUnreadCallBytes = 64 << 10
    /// How many streams a client may reset before they are answered, at once, and how many more each second. A proxy resets the
    /// checks of clients that go away, and must not be taken for an attacker; nothing is computed for such a stream, so that only the
    /// reading of its frames is to be bounded.
    package var resetBurst = 20_000
    package var resetsPerSecond = 10_000
    /// How many frames that cost no more than their reading: WINDOW_UPDATE, and RST_STREAM for what is answered.
    package var smallFrameBurst = 20_000
    package var smallFramesPerSecond = 10_000
    /// How many more of these come with each request.
    package var smallFramesPerRequest = 4
    /// How many frames that ask for nothing it may send at once, and how many more each second: PING, SETTINGS, PRIORITY and empty
    /// DATA.
    package var idleFrameBurst = 1000
    package var idleFramesPerSecond = 100
    /// Acknowledgments that wait to be sent.
    package var maximumPendingAcknowledgments = 100
    /// Bytes that are handed to the socket at once.
    package var maximumWriteBytes = 64 << 10

    package init() {}
}
