import Glibc
import NIOCore

/// Why a listener could not be opened.
package enum ListenError: Error, Sendable, Hashable {
    case portInUse(ListenAddress)
    /// Ports below 1024 need a privilege.
    case notPermitted(ListenAddress)
    /// The host is no address of this machine, or no name of one.
    case addressNotAvailable(ListenAddress)
    case failed(ListenAddress, reason: String)

    init(_ error: any Error, at address: ListenAddress) {
        guard let error = error as? IOError else {
            self = error is SocketAddressError ? .addressNotAvailable(address) : .failed(address, reason: "\(error)")
            return
        }
        self =
            switch error.errnoCode {
            case EADDRINUSE: .portInUse(address)
            case EACCES, EPERM: .notPermitted(address)
            case EADDRNOTAVAIL: .addressNotAvailable(address)
            default: .failed(address, reason: error.description)
            }
    }
}

extension ListenError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .portInUse(let address): "cannot listen on `\(address)`: the port is in use"
        case .notPermitted(let address): "cannot listen on `\(address)`: not permitted"
        case .addressNotAvailable(let address): "cannot listen on `\(address)`: no such address on this host"
        case .failed(let address, let reason): "cannot listen on `\(address)`: \(reason)"
        }
    }
}
