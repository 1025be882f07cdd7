package import AuthzCore
import AuthzEngine

/// What the headers of a request assert about the connection it stands for. Slices of the request's storage.
///
/// Filled from trusted peers only; policies never see these headers.
package struct IdentityHeaders: Sendable, Hashable {
    /// `x-authz-source-principal`
    package var sourcePrincipal: ByteSlice?
    /// `x-authz-source-ip`
    package var sourceIP: ByteSlice?
    /// `x-authz-remote-ip`
    package var remoteIP: ByteSlice?
    /// `x-authz-destination-ip`
    package var destinationIP: ByteSlice?
    /// `x-authz-destination-port`
    package var destinationPort: ByteSlice?
    /// `x-authz-sni`
    package var sni: ByteSlice?
    /// `x-forwarded-client-cert`
    package var clientCertificate: ByteSlice?

    package init() {}

    /// Which of them a header is.
    enum Place {
        case sourcePrincipal, sourceIP, remoteIP, destinationIP, destinationPort, sni, clientCertificate
    }

    /// Where the header of this name, in lower case, is kept; `nil` for any other.
    @inline(__always)
    static func place(of name: ByteSlice, in request: borrowing CheckRequest) -> Place? {
        if request.slice(name, equals: IdentityHeaderName.sourcePrincipal) { return .sourcePrincipal }
        if request.slice(name, equals: IdentityHeaderName.sourceIP) { return .sourceIP }
        if request.slice(name, equals: IdentityHeaderName.remoteIP) { return .remoteIP }
        if request.slice(name, equals: IdentityHeaderName.destinationIP) { return .destinationIP }
        if request.slice(name, equals: IdentityHeaderName.destinationPort) { return .destinationPort }
        if request.slice(name, equals: IdentityHeaderName.sni) { return .sni }
        if request.slice(name, equals: IdentityHeaderName.clientCertificate) { return .clientCertificate }
        return nil
    }

    /// What one of them says. A switch, since a key path is looked up each time.
    subscript(place: Place) -> ByteSlice? {
        get {
            switch place {
            case .sourcePrincipal: sourcePrincipal
            case .sourceIP: sourceIP
            case .remoteIP: remoteIP
            case .destinationIP: destinationIP
            case .destinationPort: destinationPort
            case .sni: sni
            case .clientCertificate: clientCertificate
            }
        }
        set {
            switch place {
            case .sourcePrincipal: sourcePrincipal = newValue
            case .sourceIP: sourceIP = newValue
            case .remoteIP: remoteIP = newValue
            case .destinationIP: destinationIP = newValue
            case .destinationPort: destinationPort = newValue
            case .sni: sni = newValue
            case .clientCertificate: clientCertificate = newValue
            }
        }
    }

    /// Forgets those that are no longer there.
    ///
    /// - Parameter isGone: Whether it is the header of this name, in lower case.
    mutating func forget(where isGone: (StaticString) -> Bool) {
        if isGone(IdentityHeaderName.sourcePrincipal) { sourcePrincipal = nil }
        if isGone(IdentityHeaderName.sourceIP) { sourceIP = nil }
        if isGone(IdentityHeaderName.remoteIP) { remoteIP = nil }
        if isGone(IdentityHeaderName.destinationIP) { destinationIP = nil }
        if isGone(IdentityHeaderName.destinationPort) { destinationPort = nil }
        if isGone(IdentityHeaderName.sni) { sni = nil }
        if isGone(IdentityHeaderName.clientCertificate) { clientCertificate = nil }
    }
}
