/// Where a listener listens: a host and a port, or a Unix socket.
package enum ListenAddress: Sendable, Hashable {
    /// A name or an address, IPv6 without brackets; port 0 is any free one.
    case network(host: String, port: Int)
    /// The path of a socket in the file system.
    case unixSocket(path: String)

    /// Bytes in the path of a Unix socket: Linux has room for 108, the last a NUL.
    package static let maximumPathBytes = 107

    package init(host: String, port: Int) {
        self = .network(host: host, port: port)
    }

    /// Reads `HOST:PORT`, `[IPV6]:PORT`, `:PORT` for all addresses, or `unix:PATH`.
    ///
    /// - Returns: `nil` for any other text, and for a path that is too long.
    package init?(_ text: String) {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            guard !path.isEmpty, !path.hasSuffix("/"), path.utf8.count <= Self.maximumPathBytes,
                !path.utf8.contains(0)
            else { return nil }
            self = .unixSocket(path: path)
            return
        }
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let port = UInt16(digits) else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":") else { return nil }
        } else if host.contains(":") || host.contains("[") {
            return nil
        }
        self = .network(host: host.isEmpty ? "0.0.0.0" : String(host), port: Int(port))
    }

    /// The port; 0 for a Unix socket, which has none.
    package var port: Int {
        get {
            switch self {
            case .network(_, let port): port
            case .unixSocket: 0
            }
        }
        set {
            if case .network(let host, _) = self { self = .network(host: host, port: newValue) }
        }
    }

    package var isUnixSocket: Bool {
        switch self {
        case .network: false
        case .unixSocket: true
        }
    }
}

extension ListenAddress: CustomStringConvertible {
    package var description: String {
        switch self {
        case .network(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unixSocket(let path): "unix:\(path)"
        }
    }
}
