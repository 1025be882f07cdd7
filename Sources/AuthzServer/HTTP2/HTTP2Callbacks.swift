import CNGHTTP2

/// What nghttp2 calls while it receives and sends, each handed on to the connection.
enum HTTP2Callbacks {
    static func register(in callbacks: OpaquePointer?) {
        nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks) { session, header, context in
            guard let context, let header else { return failure }
            let frame = kind(of: header.pointee)
            guard frame == .reset else {
                let goesOn = withConnection(context) {
                    $0.frameBegan(frame, byteCount: header.pointee.length, isLast: endsStream(header.pointee))
                }
                return goesOn ? 0 : failure
            }
            let goesOn =
                withStream(session, header.pointee.stream_id, context) { $0.resetBegan($1) }
                ?? withConnection(context) { $0.resetBegan(nil) }
            return goesOn ? 0 : failure
        }
        nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) { session, frame, context in
            guard let context, let frame else { return failure }
            guard frame.pointee.headers.cat == NGHTTP2_HCAT_REQUEST else { return 0 }
            let id = frame.pointee.hd.stream_id
            // INVARIANT: the connection keeps the stream until it is told that the stream is closed.
            let stream = withConnection(context) { $0.streamBegan(id).toOpaque() }
            return nghttp2_session_set_stream_user_data(session, id, stream)
        }
        nghttp2_session_callbacks_set_on_header_callback(callbacks) {
            session, frame, name, nameCount, value, valueCount, _, context in
            guard let context, let frame else { return failure }
            let isKept = withStream(session, frame.pointee.hd.stream_id, context) { connection, stream in
                connection.header(
                    UnsafeBufferPointer(start: name, count: nameCount).span,
                    UnsafeBufferPointer(start: value, count: valueCount).span, of: stream)
            }
            return isKept ?? true ? 0 : failure
        }
        nghttp2_session_callbacks_set_on_invalid_header_callback(callbacks) {
            session, frame, _, _, _, _, _, context in
            guard let context, let frame else { return failure }
            withStream(session, frame.pointee.hd.stream_id, context) { $0.invalidHeader(of: $1) }
            return 0
        }
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) {
            session, _, id, bytes, count, context in
            guard let context else { return failure }
            withStream(session, id, context) { $0.data(UnsafeBufferPointer(start: bytes, count: count).span, of: $1) }
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { session, header, context in
            guard let context, let header else { return failure }
            let frame = kind(of: header.pointee.hd)
            guard frame == .data || frame == .headers else {
                if frame == .settings { withConnection(context) { $0.settingsArrived() } }
                return 0
            }
            let isLast = endsStream(header.pointee.hd)
            guard frame == .headers || isLast else { return 0 }
            withStream(session, header.pointee.hd.stream_id, context) { connection, stream in
                if frame == .headers { connection.headEnded(stream) }
                if isLast { connection.requestEnded(stream) }
            }
            return 0
        }
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { session, id, _, context in
            guard let context else { return failure }
            guard let pointer = nghttp2_session_get_stream_user_data(session, id) else { return 0 }
            withConnection(context) { $0.streamClosed(Unmanaged.fromOpaque(pointer)) }
            return 0
        }
    }

    /// Reads from the output of a stream, and ends it with the trailers of its call.
    static let read: nghttp2_data_source_read_callback = { session, id, buffer, capacity, flags, source, context in
        guard let pointer = source?.pointee.ptr, let flags else { return Int(failure) }
        return Unmanaged<HTTP2Stream>.fromOpaque(pointer)._withUnsafeGuaranteedRef { stream in
            let count = stream.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: capacity))
            if let context { withConnection(context) { $0.taken(count) } }
            guard !stream.hasOutput else { return count }
            guard stream.isFinished else {
                guard count == 0 else { return count }
                stream.isDeferred = true
                return Int(NGHTTP2_ERR_DEFERRED.rawValue)
            }
            flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue
            stream.isSent = true
            if let status = stream.status {
                flags.pointee |= NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue
                let trailers = HTTP2Fields.trailers(status, stream.statusMessage)
                guard nghttp2_submit_trailer(session, id, trailers, trailers.count) == 0 else { return Int(failure) }
            }
            return count
        }
    }
}

/// Ends the connection.
private let failure = NGHTTP2_ERR_CALLBACK_FAILURE.rawValue

/// The connection of a callback. Some ten callbacks make a request; retains and releases of each stood out in a profile, and
/// nothing here outlives the call.
@inline(__always)
private func withConnection<Result>(_ context: UnsafeMutableRawPointer, _ body: (HTTP2Connection) -> Result) -> Result {
    Unmanaged<HTTP2Connection>.fromOpaque(context)._withUnsafeGuaranteedRef(body)
}

/// The same with an open stream, which the connection holds on to meanwhile; `nil` where it is none. The callbacks of a request follow
/// each other, so that only the first ones have to look its stream up.
@inline(__always)
@discardableResult
private func withStream<Result>(
    _ session: OpaquePointer?, _ id: Int32, _ context: UnsafeMutableRawPointer,
    _ body: (HTTP2Connection, HTTP2Stream) -> Result
) -> Result? {
    withConnection(context) { connection in
        if connection.recentID == id, let stream = connection.recentStream {
            return stream._withUnsafeGuaranteedRef { body(connection, $0) }
        }
        guard let pointer = nghttp2_session_get_stream_user_data(session, id) else { return nil }
        let stream = Unmanaged<HTTP2Stream>.fromOpaque(pointer)
        connection.recentID = id
        connection.recentStream = stream
        return stream._withUnsafeGuaranteedRef { body(connection, $0) }
    }
}

/// Of a frame of DATA or HEADERS.
private func endsStream(_ header: nghttp2_frame_hd) -> Bool {
    UInt32(header.flags) & NGHTTP2_FLAG_END_STREAM.rawValue != 0
}

private func kind(of header: nghttp2_frame_hd) -> HTTP2Frame {
    switch UInt32(header.type) {
    case NGHTTP2_DATA.rawValue: .data
    case NGHTTP2_HEADERS.rawValue: .headers
    case NGHTTP2_RST_STREAM.rawValue: .reset
    case NGHTTP2_SETTINGS.rawValue: .settings
    case NGHTTP2_WINDOW_UPDATE.rawValue: .windowUpdate
    case NGHTTP2_CONTINUATION.rawValue: .continuation
    default: .other
    }
}

/// The kinds of frames that are told apart.
enum HTTP2Frame {
    case data, headers, reset, settings, windowUpdate, continuation
    /// PING, PRIORITY, GOAWAY, and those that nobody knows.
    case other
}
