import AuthzServer

/// A command by which a reader can send a first check to a listener.
struct TryCommand: CustomStringConvertible {
    let description: String

    /// - Parameter path: Of the check.
    init(for path: String, at address: ListenAddress, tls: TLSFiles?) {
        var words = ["curl", "-i"]
        let authority: String
        switch address {
        case .network("0.0.0.0", let port): authority = "127.0.0.1:\(port)"
        case .network("::", let port): authority = "[::1]:\(port)"
        case .network: authority = "\(address)"
        case .unixSocket(let path):
            words += ["--unix-socket", path]
            authority = "localhost"
        }
        if let tls {
            words += ["--cacert", "CA.crt"]
            if tls.clientAuthorities != nil { words += ["--cert", "CLIENT.crt", "--key", "CLIENT.key"] }
        }
        words.append("\(tls == nil ? "http" : "https")://\(authority)\(path)")
        description = words.joined(separator: " ")
    }
}
