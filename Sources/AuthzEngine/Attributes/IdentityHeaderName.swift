/// The headers by which a trusted proxy tells of a connection, in lower case. The listener takes them out of a check, so tests of
/// them are unknown to policies: both follow from this one list.
///
/// Computed and inlined, so that a name is compared as a few integers.
@usableFromInline
package enum IdentityHeaderName {
    @inlinable package static var sourcePrincipal: StaticString { "x-authz-source-principal" }
    @inlinable package static var sourceIP: StaticString { "x-authz-source-ip" }
    @inlinable package static var remoteIP: StaticString { "x-authz-remote-ip" }
    @inlinable package static var destinationIP: StaticString { "x-authz-destination-ip" }
    @inlinable package static var destinationPort: StaticString { "x-authz-destination-port" }
    @inlinable package static var sni: StaticString { "x-authz-sni" }
    @inlinable package static var clientCertificate: StaticString { "x-forwarded-client-cert" }

    package static let all = [
        sourcePrincipal, sourceIP, remoteIP, destinationIP, destinationPort, sni, clientCertificate,
    ]
}
