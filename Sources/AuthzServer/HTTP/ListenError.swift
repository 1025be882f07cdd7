import Glibc
import NIOCore

/// Why a listener could not be opened.
package enum ListenError: Error, Sendable, Hashable {
    /// Something listens there already: on the port, or on the Unix socket.
    case portInUse(ListenAddress)
    /// Ports below 1024 need a privilege, and a Unix socket a folder that may be written to.
    case notPermitted(ListenAddress)
    /// The host is no address of this machine, or no name of one.
    case addressNotAvailable(ListenAddress)
    /// What is at the path of a Unix socket is something else, and is left alone.
    case notASocket(ListenAddress)
    /// There is no folder for a Unix socket.
    case noFolder(ListenAddress)
    case failed(ListenAddress, reason: String)

    init(_ error: any Error, at address: ListenAddress) {
        guard let error = error as? IOError else {
            self = error is SocketAddressError ? .addressNotAvailable(address) : .failed(address, reason: "\(error)")
            return
        }
        self.init(errorNumber: error.errnoCode, error.description, at: address)
    }

    init(errorNumber: Int32, _ reason: @autoclosure () -> String, at address: ListenAddress) {
        self =
            switch errorNumber {
            case EADDRINUSE: .portInUse(address)
            case EACCES, EPERM, EROFS: .notPermitted(address)
            case EADDRNOTAVAIL: .addressNotAvailable(address)
            case ENOENT, ENOTDIR: .noFolder(address)
            default: .failed(address, reason: reason())
            }
    }
}

extension ListenError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .portInUse(let address):
            "cannot listen on `\(address)`: the \(address.isUnixSocket ? "socket" : "port") is in use"
        case .notPermitted(let address): "cannot listen on `\(address)`: not permitted"
        case .addressNotAvailable(let address): "cannot listen on `\(address)`: no such address on this host"
        case .notASocket(let address):
            "cannot listen on `\(address)`: there is something else than a socket; move it away"
        case .noFolder(let address): "cannot listen on `\(address)`: the folder is not there; make it first"
        case .failed(let address, let reason): "cannot listen on `\(address)`: \(reason)"
        }
    }
}
