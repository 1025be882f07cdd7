import AuthzCore

/// The services of the check listener and the protocol files that describe them.
enum ServiceDescriptors {
    /// A compiled protocol file.
    struct File: Sendable {
        /// By which others import it.
        var name: StaticString
        /// Full names of the services, methods, messages, fields and enums in it.
        var symbols: [StaticString]
        /// Indices of the file itself and of all that it imports.
        var files: [Int]
        /// A `FileDescriptorProto`.
        var bytes: [UInt8]

        init(name: StaticString, symbols: [StaticString], files: [Int], hexadecimal: StaticString) {
            self.name = name
            self.symbols = symbols
            self.files = files
            bytes = hexadecimal.withUTF8Buffer { digits in
                stride(from: 0, to: digits.count - 1, by: 2).map { place in
                    (hexadecimalValue(digits[place]) ?? 0) << 4 | (hexadecimalValue(digits[place + 1]) ?? 0)
                }
            }
        }
    }

    static let names: [StaticString] = [
        "envoy.service.auth.v3.Authorization", "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection",
        "grpc.reflection.v1alpha.ServerReflection",
    ]

    static func file(where matches: (File) -> Bool) -> File? { files.first(where: matches) }
}

extension StaticString {
    /// Whether the slice holds this text.
    func isEqual(to slice: ByteSlice, in bytes: Span<UInt8>) -> Bool {
        guard utf8CodeUnitCount == Int(slice.count) else { return false }
        return withUTF8Buffer { text in
            for index in text.indices where bytes[slice.range.lowerBound + index] != text[index] { return false }
            return true
        }
    }
}
