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

    /// Where the header of this name, in lower case, is kept; `nil` for any other.
    static func place(of name: ByteSlice, in request: borrowing CheckRequest) -> WritableKeyPath<Self, ByteSlice?>? {
        if request.slice(name, equals: IdentityHeaderName.sourcePrincipal) { return \.sourcePrincipal }
        if request.slice(name, equals: IdentityHeaderName.sourceIP) { return \.sourceIP }
        if request.slice(name, equals: IdentityHeaderName.remoteIP) { return \.remoteIP }
        if request.slice(name, equals: IdentityHeaderName.destinationIP) { return \.destinationIP }
        if request.slice(name, equals: IdentityHeaderName.destinationPort) { return \.destinationPort }
        if request.slice(name, equals: IdentityHeaderName.sni) { return \.sni }
        if request.slice(name, equals: IdentityHeaderName.clientCertificate) { return \.clientCertificate }
        return nil
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
