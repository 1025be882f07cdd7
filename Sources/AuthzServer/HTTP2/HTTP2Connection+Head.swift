import AuthzCore

/// The head of a request: its header lines, and what they already say of its answer.
extension HTTP2Connection {
    /// - Returns: `false` where the client sends so much that the connection has to end.
    func header(_ name: Span<UInt8>, _ value: Span<UInt8>, of stream: HTTP2Stream) -> Bool {
        stream.headerBytes += name.count + value.count
        stream.headCount += 1
        guard stream.headerBytes <= limits.maximumDecodedHeaderBytes else { return false }
        // Trailers say nothing that is read here.
        guard !stream.hasHead else { return true }
        guard name.count > 0, name[0] == UInt8(ascii: ":") else {
            takeHeader(name, value, of: stream)
            return true
        }
        switch name.count {
        case 5:
            stream.method = service.method(at: value)
            if stream.method == nil {
                stream.servesHTTP = service.servesHTTP(at: value)
                stream.intake.setTarget(value)
            }
        case 7 where name[1] == UInt8(ascii: "m"):
            // The only one with an answer of another form.
            stream.omitsBody = value.isEqual(to: "HEAD")
            stream.intake.setMethod(value)
        case 10: stream.intake.setHost(value)
        default: break
        }
        return true
    }

    private func takeHeader(_ name: Span<UInt8>, _ value: Span<UInt8>, of stream: HTTP2Stream) {
        if name.isEqual(to: "content-type") { stream.hasGRPCContentType = isGRPC(value) }
        guard stream.method != nil else { return stream.intake.addHeader(name: name, value: value) }
        // Of a call's own headers none is read; they count all the same.
        if stream.headerBytes > requestLimits.maximumHeaderBytes || stream.headCount > requestLimits.maximumHeaderCount
        {
            stream.intake.refuse(.headersTooLarge)
        }
    }

    func invalidHeader(of stream: HTTP2Stream) {
        if !stream.hasHead { stream.intake.refuse(.invalidHeader) }
    }

    func headEnded(_ stream: HTTP2Stream) {
        guard !stream.hasHead else { return }
        stream.hasHead = true
        stream.intake.endHead(requiresHost: stream.method == nil)
        stream.heldHeaderBytes = stream.headerBytes
        heldHeaderBytes += stream.headerBytes
        if heldHeaderBytes > limits.maximumHeldHeaderBytes { stream.intake.refuse(.headersTooLarge) }
        if let problem = stream.intake.problem { return refuse(stream, problem) }
        if stream.method != nil, !stream.hasGRPCContentType {
            answered(stream)
            stream.finish()
            session.submitUnsupportedMediaType(stream)
            release(stream)
        } else if stream.isUnknownCall {
            // The caller of a conversation waits for an answer before it ends.
            answered(stream)
            stream.finish()
            session.submitUnknownMethod(stream)
            release(stream)
        }
    }

    private func isGRPC(_ type: Span<UInt8>) -> Bool {
        let name: StaticString = "application/grpc"
        let count = name.utf8CodeUnitCount
        guard type.hasPrefix(name) else { return false }
        return type.count == count || type[count] == UInt8(ascii: "+") || type[count] == UInt8(ascii: ";")
    }
}
