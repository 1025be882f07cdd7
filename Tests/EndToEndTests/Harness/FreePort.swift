import Glibc

/// A port for a program that cannot be told to take any free one and to say which.
enum FreePort {
    /// A port of 127.0.0.1 that was free a moment ago.
    static func find() throws -> UInt16 {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { throw HTTP.SocketError(call: "socket", code: errno) }
        defer { close(socket) }
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        inet_pton(AF_INET, "127.0.0.1", &name.sin_addr)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                bind(socket, name, length) == 0 ? getsockname(socket, name, &length) : -1
            }
        }
        guard result == 0 else { throw HTTP.SocketError(call: "bind", code: errno) }
        return UInt16(bigEndian: name.sin_port)
    }

    /// Tries again with other ports where a program did not come to listen.
    static func withRetries<Value>(_ start: () throws -> Value) throws -> Value {
        var attempts = 0
        while true {
            do {
                return try start()
            } catch let error as TimedOut {
                attempts += 1
                if attempts == 3 { throw error }
            }
        }
    }

    /// Waits until a program answers at an address.
    static func wait(for address: Address, of child: Child) throws -> Address {
        try poll("answer of \(address)") {
            try child.checkRunning()
            do {
                return try HTTP.send("GET", "/", to: address).status > 0 ? address : nil
            } catch let error as HTTP.SocketError where error.code == ECONNREFUSED {
                return nil
            }
        }
    }
}
