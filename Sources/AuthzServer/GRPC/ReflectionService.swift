import AuthzCore

/// `grpc.reflection.v1.ServerReflection`, and the same under `v1alpha`: which services there are, and their protocol files.
enum ReflectionService {
    private enum Query {
        case none
        case file(ByteSlice)
        case symbol(ByteSlice)
        case services
        /// There are no extensions, of no type.
        case oneExtension
        case extensions(of: ByteSlice)
    }

    /// Answers one message of the caller; what it asked comes back with the answer.
    static func respond(to message: Span<UInt8>, with reply: inout GRPCReply) {
        var host = ByteSlice.empty
        var query = Query.none
        do throws(WireError) {
            var reader = WireReader(message)
            while let field = try reader.next(in: message) {
                guard case .bytes(let value) = field.value else { continue }
                switch field.number {
                case 1: host = try value.text(in: message)
                case 3: query = .file(try value.text(in: message))
                case 4: query = .symbol(try value.text(in: message))
                case 5: query = .oneExtension
                case 6: query = .extensions(of: try value.text(in: message))
                case 7:
                    _ = try value.text(in: message)
                    query = .services
                default: break
                }
            }
        } catch {
            return reply.fail(.internalError, "the request cannot be read")
        }
        let request = bytes(ByteSlice(offset: 0, count: message.count), of: message)
        let hostBytes = bytes(host, of: message)
        let answer = answer(to: query, in: message)
        reply.appendMessage { bytes in
            WireWriter.append(1, hostBytes, to: &bytes)
            WireWriter.append(2, request, to: &bytes)
            bytes.append(contentsOf: answer)
        }
    }

    private static func answer(to query: Query, in message: Span<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        switch query {
        case .services:
            WireWriter.appendMessage(6, to: &bytes) { list in
                for name in ServiceDescriptors.names {
                    WireWriter.appendMessage(1, to: &list) { WireWriter.append(1, name, to: &$0) }
                }
            }
        case .file(let name):
            appendFile(ServiceDescriptors.file { name.equals($0.name, in: message) }, to: &bytes)
        case .symbol(let name):
            let file = ServiceDescriptors.file { file in file.symbols.contains { name.equals($0, in: message) } }
            appendFile(file, to: &bytes)
        case .oneExtension: appendError(.notFound, "there are no extensions", to: &bytes)
        case .extensions(let name):
            let file = ServiceDescriptors.file { file in file.symbols.contains { name.equals($0, in: message) } }
            guard file != nil else {
                appendError(.notFound, "not found", to: &bytes)
                break
            }
            let nameBytes = Self.bytes(name, of: message)
            WireWriter.appendMessage(5, to: &bytes) { WireWriter.append(1, nameBytes, to: &$0) }
        case .none: appendError(.invalidArgument, "nothing is asked for", to: &bytes)
        }
        return bytes
    }

    /// A file and those that it imports, directly or not.
    private static func appendFile(_ file: ServiceDescriptors.File?, to bytes: inout [UInt8]) {
        guard let file else { return appendError(.notFound, "not found", to: &bytes) }
        WireWriter.appendMessage(4, to: &bytes) { response in
            for index in file.files { WireWriter.append(1, ServiceDescriptors.files[index].bytes, to: &response) }
        }
    }

    private static func appendError(_ status: GRPCStatus, _ text: StaticString, to bytes: inout [UInt8]) {
        WireWriter.appendMessage(7, to: &bytes) { error in
            WireWriter.append(1, UInt64(status.rawValue), to: &error)
            WireWriter.append(2, text, to: &error)
        }
    }

    private static func bytes(_ slice: ByteSlice, of message: Span<UInt8>) -> [UInt8] {
        slice.range.map { message[$0] }
    }
}
