package import AuthzCore
import NIOCore

/// Who is connected to the listener: the enforcing proxy, or anybody.
package struct Peer: Sendable, Hashable {
    /// `nil` for a Unix socket.
    package var address: IPAddress?
    /// Whether the identity that its headers assert counts.
    package var isTrusted: Bool
    /// Its certificate, which the listener has verified; `nil` without one.
    package var certificate: ClientCertificate?

    package init(address: IPAddress?, isTrusted: Bool, certificate: ClientCertificate? = nil) {
        self.address = address
        self.isTrusted = isTrusted
        self.certificate = certificate
    }

    /// Whoever is at the other end of the connection.
    init(of channel: any Channel, certificate: ClientCertificate?, trustedCallers: TrustedCallers) {
        let address = channel.remoteAddress.flatMap(IPAddress.init)?.unmapped
        var isUnixSocket = false
        if case .unixDomainSocket = channel.localAddress { isUnixSocket = true }
        self.init(
            address: address,
            isTrusted: trustedCallers.include(address: address, isUnixSocket: isUnixSocket, certificate: certificate),
            certificate: certificate)
    }
}

extension IPAddress {
    /// `nil` for a Unix socket.
    fileprivate init?(_ address: SocketAddress) {
        guard let text = address.ipAddress else { return nil }
        self.init(parsing: text.utf8.span, allowsZone: true)
    }

    /// An IPv4 address that is written as IPv6 as the IPv4 address it is.
    fileprivate var unmapped: IPAddress {
        guard family == .v6, high == 0, low >> 32 == 0xffff else { return self }
        return IPAddress(v4: UInt32(truncatingIfNeeded: low))
    }
}
