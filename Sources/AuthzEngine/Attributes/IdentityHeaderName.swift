/// The headers by which a trusted proxy tells of a connection, in lower case. The listener takes them out of a check, so tests of
/// them are unknown to policies: both follow from this one list.
package enum IdentityHeaderName {
    package static let sourcePrincipal: StaticString = "x-authz-source-principal"
    package static let sourceIP: StaticString = "x-authz-source-ip"
    package static let remoteIP: StaticString = "x-authz-remote-ip"
    package static let destinationIP: StaticString = "x-authz-destination-ip"
    package static let destinationPort: StaticString = "x-authz-destination-port"
    package static let sni: StaticString = "x-authz-sni"
    package static let clientCertificate: StaticString = "x-forwarded-client-cert"

    package static let all = [
        sourcePrincipal, sourceIP, remoteIP, destinationIP, destinationPort, sni, clientCertificate,
    ]
}
