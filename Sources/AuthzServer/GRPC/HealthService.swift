import AuthzCore

/// `grpc.health.v1.Health`: whether the server, or one of its services, may be sent requests.
struct HealthService {
    let isServing: Bool

    private enum Status: UInt64 {
        case serving = 1
        case notServing = 2
        /// Only in answers to Watch.
        case serviceUnknown = 3
    }

    /// Answers with the present status. The name of no service stands for the whole server.
    func respond(to message: Span<UInt8>, isWatch: Bool, with reply: inout GRPCReply) {
        var name = ByteSlice.empty
        do throws(WireError) {
            var reader = WireReader(message)
            while let field = try reader.next(in: message) {
                if case .bytes(let value) = field.value, field.number == 1 { name = try value.text(in: message) }
            }
        } catch {
            return reply.fail(.internalError, "the request cannot be read")
        }
        let isKnown = name.isEmpty || ServiceDescriptors.names.contains { $0.isEqual(to: name, in: message) }
        guard isKnown || isWatch else { return reply.fail(.notFound, "unknown service") }
        let status: Status = isKnown ? isServing ? .serving : .notServing : .serviceUnknown
        reply.appendMessage { WireWriter.append(1, status.rawValue, to: &$0) }
    }
}
