import AuthzCore

/// A part of the request line that Envoy keeps among the headers, so that JWT rules may name it like one.
enum PseudoHeader {
    case host, path, method, scheme

    /// - Parameter name: In lower case.
    init?(_ name: [UInt8]) {
        guard let first = name.first, first == UInt8(ascii: ":") || first == UInt8(ascii: "h") else { return nil }
        if name.elementsEqual("host".utf8) || name.elementsEqual(":authority".utf8) {
            self = .host
        } else if name.elementsEqual(":path".utf8) {
            self = .path
        } else if name.elementsEqual(":method".utf8) {
            self = .method
        } else if name.elementsEqual(":scheme".utf8) {
            self = .scheme
        } else {
            return nil
        }
    }

    func value(in operation: borrowing Operation) -> ByteSlice? {
        switch self {
        case .host: operation.hasHost ? operation.host : nil
        case .path: operation.path.isEmpty ? nil : operation.path
        case .method: operation.method.isEmpty ? nil : operation.method
        case .scheme: operation.scheme
        }
    }

    func remove(from operation: inout Operation) {
        switch self {
        case .host:
            operation.host = .empty
            operation.hasHost = false
        case .path: operation.path = .empty
        case .method: operation.method = .empty
        case .scheme: operation.scheme = nil
        }
    }

    func set(_ value: ByteSlice, in operation: inout Operation) {
        switch self {
        case .host:
            operation.host = value
            operation.hasHost = true
        case .path: operation.path = value
        case .method: operation.method = value
        case .scheme: operation.scheme = value
        }
    }
}
