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
    /// How many streams a client may reset at once, and how many more each second.
    package var resetBurst = 1000
    package var resetsPerSecond = 100
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
