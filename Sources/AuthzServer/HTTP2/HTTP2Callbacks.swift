import CNGHTTP2

/// What nghttp2 calls while it receives and sends, each handed on to the connection.
enum HTTP2Callbacks {
    static func register(in callbacks: OpaquePointer?) {
        nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks) { session, header, context in
            guard let connection = owner(context), let header else { return failure }
            if kind(of: header.pointee) == .reset {
                return connection.resetBegan(openStream(session, header.pointee.stream_id)) ? 0 : failure
            }
            return connection.frameBegan(kind(of: header.pointee), byteCount: header.pointee.length) ? 0 : failure
        }
        nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) { session, frame, context in
            guard let connection = owner(context), let frame else { return failure }
            guard frame.pointee.headers.cat == NGHTTP2_HCAT_REQUEST else { return 0 }
            let id = frame.pointee.hd.stream_id
            let stream = connection.streamBegan(id)
            // INVARIANT: the connection keeps the stream until it is told that the stream is closed.
            return nghttp2_session_set_stream_user_data(session, id, Unmanaged.passUnretained(stream).toOpaque())
        }
        nghttp2_session_callbacks_set_on_header_callback(callbacks) {
            session, frame, name, nameCount, value, valueCount, _, context in
            // Called for each header: retains of both stood out in a profile.
            guard let context, let frame else { return failure }
            guard let stream = nghttp2_session_get_stream_user_data(session, frame.pointee.hd.stream_id) else {
                return 0
            }
            let isKept = Unmanaged<HTTP2Connection>.fromOpaque(context)._withUnsafeGuaranteedRef { connection in
                Unmanaged<HTTP2Stream>.fromOpaque(stream)._withUnsafeGuaranteedRef { stream in
                    connection.header(
                        UnsafeBufferPointer(start: name, count: nameCount).span,
                        UnsafeBufferPointer(start: value, count: valueCount).span, of: stream)
                }
            }
            return isKept ? 0 : failure
        }
        nghttp2_session_callbacks_set_on_invalid_header_callback(callbacks) {
            session, frame, _, _, _, _, _, context in
            guard let connection = owner(context), let frame else { return failure }
            if let stream = openStream(session, frame.pointee.hd.stream_id) { connection.invalidHeader(of: stream) }
            return 0
        }
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) {
            session, _, id, bytes, count, context in
            guard let connection = owner(context) else { return failure }
            guard let stream = openStream(session, id) else { return 0 }
            connection.data(UnsafeBufferPointer(start: bytes, count: count).span, of: stream)
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { session, header, context in
            guard let connection = owner(context), let header else { return failure }
            let frame = kind(of: header.pointee.hd)
            guard frame == .data || frame == .headers else {
                if frame == .settings { connection.settingsArrived() }
                return 0
            }
            guard let stream = openStream(session, header.pointee.hd.stream_id) else { return 0 }
            if frame == .headers { connection.headEnded(stream) }
            if UInt32(header.pointee.hd.flags) & NGHTTP2_FLAG_END_STREAM.rawValue != 0 {
                connection.requestEnded(stream)
            }
            return 0
        }
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { session, id, _, context in
            guard let connection = owner(context) else { return failure }
            if let stream = openStream(session, id) { connection.streamClosed(stream) }
            return 0
        }
    }

    /// Reads from the output of a stream, and ends it with the trailers of its call.
    static let read: nghttp2_data_source_read_callback = { session, id, buffer, capacity, flags, source, context in
        guard let pointer = source?.pointee.ptr, let flags else { return Int(failure) }
        let stream = Unmanaged<HTTP2Stream>.fromOpaque(pointer).takeUnretainedValue()
        let count = stream.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: capacity))
        owner(context)?.taken(count)
        guard !stream.hasOutput else { return count }
        guard stream.isFinished else {
            guard count == 0 else { return count }
            stream.isDeferred = true
            return Int(NGHTTP2_ERR_DEFERRED.rawValue)
        }
        flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue
        if let status = stream.status {
            flags.pointee |= NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue
            let trailers = HTTP2Fields.trailers(status, stream.statusMessage)
            guard nghttp2_submit_trailer(session, id, trailers, trailers.count) == 0 else { return Int(failure) }
        }
        return count
    }
}

/// Ends the connection.
private let failure = NGHTTP2_ERR_CALLBACK_FAILURE.rawValue

private func owner(_ context: UnsafeMutableRawPointer?) -> HTTP2Connection? {
    context.map { Unmanaged<HTTP2Connection>.fromOpaque($0).takeUnretainedValue() }
}

private func openStream(_ session: OpaquePointer?, _ id: Int32) -> HTTP2Stream? {
    nghttp2_session_get_stream_user_data(session, id).map {
        Unmanaged<HTTP2Stream>.fromOpaque($0).takeUnretainedValue()
    }
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
