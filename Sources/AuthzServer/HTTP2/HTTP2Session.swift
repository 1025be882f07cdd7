import CNGHTTP2
import NIOCore

/// Owns an nghttp2 session of the server's side: the framing, HPACK and stream states of one connection.
struct HTTP2Session: ~Copyable {
    enum SessionError: Error { case outOfMemory }

    /// What may be said to a client that is refused.
    enum ErrorCode {
        case none, enhanceYourCalm, cancel

        fileprivate var number: UInt32 {
            switch self {
            case .none: NGHTTP2_NO_ERROR.rawValue
            case .enhanceYourCalm: NGHTTP2_ENHANCE_YOUR_CALM.rawValue
            case .cancel: NGHTTP2_CANCEL.rawValue
            }
        }
    }

    /// How many bytes of frames are put together before they are written.
    private static let gatheredBytes = 4096

    private let handle: OpaquePointer
    private let memory: HTTP2Memory

    /// Opens a session that has its SETTINGS to send.
    ///
    /// - Parameter streamWindow: Bytes that a client may send on each stream before it is told that it may send more.
    init(_ limits: HTTP2Limits, maximumHeaderBytes: Int, streamWindow: Int) throws {
        memory = HTTP2Memory()
        handle = try Self.open(limits, maximumHeaderBytes: maximumHeaderBytes, streamWindow: streamWindow, in: memory)
    }

    deinit {
        withExtendedLifetime(memory) { nghttp2_session_del(handle) }
    }

    private static func open(
        _ limits: HTTP2Limits, maximumHeaderBytes: Int, streamWindow: Int, in memory: HTTP2Memory
    ) throws -> OpaquePointer {
        var callbacks: OpaquePointer?
        var option: OpaquePointer?
        guard nghttp2_session_callbacks_new(&callbacks) == 0, nghttp2_option_new(&option) == 0 else {
            throw SessionError.outOfMemory
        }
        defer {
            nghttp2_session_callbacks_del(callbacks)
            nghttp2_option_del(option)
        }
        HTTP2Callbacks.register(in: callbacks)
        nghttp2_option_set_no_auto_window_update(option, 1)
        nghttp2_option_set_no_closed_streams(option, 1)
        nghttp2_option_set_max_settings(option, limits.maximumSettings)
        nghttp2_option_set_max_continuations(option, limits.maximumContinuations)
        nghttp2_option_set_max_outbound_ack(option, limits.maximumPendingAcknowledgments)
        nghttp2_option_set_max_deflate_dynamic_table_size(option, Int(limits.headerTableBytes))
        // Our own count answers with the code that the protocol has for it, and leaves out the streams that are answered, which this
        // one could not tell.
        nghttp2_option_set_stream_reset_rate_limit(option, UInt64(UInt32.max), UInt64(UInt32.max))
        var session: OpaquePointer?
        // nghttp2 copies the list.
        var functions = memory.functions
        guard nghttp2_session_server_new3(&session, callbacks, nil, option, &functions) == 0, let session else {
            throw SessionError.outOfMemory
        }
        guard submitSettings(session, limits, maximumHeaderBytes: maximumHeaderBytes, streamWindow: streamWindow) else {
            nghttp2_session_del(session)
            throw SessionError.outOfMemory
        }
        return session
    }

    private static func submitSettings(
        _ handle: OpaquePointer, _ limits: HTTP2Limits, maximumHeaderBytes: Int, streamWindow: Int
    ) -> Bool {
        let settings = [
            (NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.maximumConcurrentStreams),
            (NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, UInt32(streamWindow)),
            (NGHTTP2_SETTINGS_MAX_FRAME_SIZE, limits.maximumFrameBytes),
            (NGHTTP2_SETTINGS_HEADER_TABLE_SIZE, limits.headerTableBytes),
            (NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, UInt32(maximumHeaderBytes)),
            (NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1),
        ].map { nghttp2_settings_entry(settings_id: Int32($0.0.rawValue), value: $0.1) }
        return nghttp2_submit_settings(handle, 0, settings, settings.count) == 0
            && nghttp2_session_set_local_window_size(handle, 0, 0, limits.maximumBufferedBytes) == 0
    }

    /// Tells the callbacks whose session it is. The connection must outlive its calls to ``receive(_:)`` and ``send(into:)``.
    func setOwner(_ connection: HTTP2Connection) {
        nghttp2_session_set_user_data(handle, Unmanaged.passUnretained(connection).toOpaque())
    }

    /// Takes what came from the socket.
    ///
    /// - Returns: `false` where the connection must end.
    func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let taken = nghttp2_session_mem_recv(handle, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count)
        return taken == bytes.count
    }

    /// Appends what is to be sent, until there is nothing left or the buffer holds `maximumBytes`.
    ///
    /// - Returns: `false` where the connection must end.
    func send(into buffer: inout ByteBuffer, maximumBytes: Int) -> Bool {
        // Three frames make an answer of some ninety bytes; they are gathered, since writing to the buffer takes longer than copying.
        withUnsafeTemporaryAllocation(byteCount: Self.gatheredBytes, alignment: 1) { gathered in
            var used = 0
            defer { buffer.writeBytes(UnsafeRawBufferPointer(rebasing: gathered[..<used])) }
            while buffer.readableBytes + used < maximumBytes {
                var bytes: UnsafePointer<UInt8>?
                let count = nghttp2_session_mem_send(handle, &bytes)
                guard count > 0, let bytes else { return count == 0 }
                if count > gathered.count - used {
                    buffer.writeBytes(UnsafeRawBufferPointer(rebasing: gathered[..<used]))
                    used = 0
                }
                let frame = UnsafeRawBufferPointer(start: bytes, count: count)
                if count > gathered.count {
                    buffer.writeBytes(frame)
                } else {
                    UnsafeMutableRawBufferPointer(rebasing: gathered[used...]).copyMemory(from: frame)
                    used += count
                }
            }
            return true
        }
    }

    /// Whether there is something to send, or to wait for.
    var isAlive: Bool { nghttp2_session_want_read(handle) != 0 || nghttp2_session_want_write(handle) != 0 }

    var wantsToSend: Bool { nghttp2_session_want_write(handle) != 0 }

    /// Bytes of a body are no longer held: the client may send as many more.
    func consume(_ count: Int) {
        if count > 0 { nghttp2_session_consume_connection(handle, count) }
    }

    /// The same for the window of a stream, where its body is used while it arrives.
    func consume(_ count: Int, of stream: borrowing HTTP2Stream) {
        if count > 0 { nghttp2_session_consume_stream(handle, stream.id, count) }
    }

    func reset(_ stream: borrowing HTTP2Stream, _ code: ErrorCode) {
        nghttp2_submit_rst_stream(handle, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream.id, code.number)
    }

    /// Says that the connection will end, without refusing what is on its way.
    func announceEnd() {
        nghttp2_submit_shutdown_notice(handle)
    }

    /// Takes no further stream; those that are open are finished.
    func refuseFurther() {
        let last = nghttp2_session_get_last_proc_stream_id(handle)
        nghttp2_submit_goaway(handle, UInt8(NGHTTP2_FLAG_NONE.rawValue), last, NGHTTP2_NO_ERROR.rawValue, nil, 0)
    }

    /// Ends the connection, whatever is open.
    func terminate(_ code: ErrorCode) {
        nghttp2_session_terminate_session(handle, code.number)
    }

    // MARK: Answers

    /// Sends the head of a call's answer; its messages and the trailers are read from the stream.
    func submitCall(_ stream: HTTP2Stream) {
        var provider = Self.provider(of: stream)
        HTTP2Fields.callHead.withUnsafeBufferPointer { fields in
            _ = nghttp2_submit_response(handle, stream.id, fields.baseAddress, fields.count, &provider)
        }
    }

    /// Sends the end of a call that has no messages.
    func submitEnd(_ stream: HTTP2Stream, _ status: GRPCStatus, _ message: StaticString) {
        let fields = HTTP2Fields.callHead + HTTP2Fields.trailers(status, message)
        nghttp2_submit_response(handle, stream.id, fields, fields.count, nil)
        stream.isSent = true
    }

    /// Refuses what is no call under a path of one (gRPC over HTTP/2, "Requests").
    func submitUnsupportedMediaType(_ stream: HTTP2Stream) {
        let fields = [nghttp2_nv(":status", "415")]
        nghttp2_submit_response(handle, stream.id, fields, fields.count, nil)
        stream.isSent = true
    }

    /// Refuses a call of a method that nobody knows. Its status is that of HTTP, too: to an Envoy that asks over HTTP, and takes us to
    /// be elsewhere, 200 would be an allow.
    func submitUnknownMethod(_ stream: HTTP2Stream) {
        let fields =
            [nghttp2_nv(":status", "404"), nghttp2_nv("content-type", "application/grpc")]
            + HTTP2Fields.trailers(.unimplemented, "unknown method")
        nghttp2_submit_response(handle, stream.id, fields, fields.count, nil)
        stream.isSent = true
    }

    /// Sends an answer; its body is read from the stream.
    func submit(_ answer: borrowing Answer, _ stream: HTTP2Stream, hasBody: Bool) {
        HTTP2Fields.withFields(of: answer) { fields in
            guard hasBody else {
                _ = nghttp2_submit_response(handle, stream.id, fields.baseAddress, fields.count, nil)
                stream.isSent = true
                return
            }
            var provider = Self.provider(of: stream)
            _ = nghttp2_submit_response(handle, stream.id, fields.baseAddress, fields.count, &provider)
        }
    }

    /// Reads on from a stream whose output had come to its end.
    func resume(_ stream: borrowing HTTP2Stream) {
        nghttp2_session_resume_data(handle, stream.id)
    }

    private static func provider(of stream: HTTP2Stream) -> nghttp2_data_provider {
        var provider = nghttp2_data_provider()
        provider.source.ptr = Unmanaged.passUnretained(stream).toOpaque()
        provider.read_callback = HTTP2Callbacks.read
        return provider
    }
}
