package import AuthzCore

/// Reads what identity headers say into the attributes of a request.
///
/// A header that is not there leaves its attribute unknown; one that is empty or `-`, which is how Envoy writes a value that it
/// does not have, says that there is none. What cannot be read is unknown.
package enum PeerIdentity {
    /// - Parameter hasForwardedFor: Whether the client's address can be derived from the request's headers.
    package static func apply(
        _ headers: IdentityHeaders, hasForwardedFor: Bool, to request: inout CheckRequest
    ) {
        setPrincipal(headers, of: &request)
        request.source.ip = address(headers.sourceIP, in: request)
        if let remote = headers.remoteIP {
            request.source.remoteIP = address(remote, in: request)
        } else {
            request.source.remoteIP = hasForwardedFor ? nil : .unknown
        }
        request.destination.ip = address(headers.destinationIP, in: request)
        request.destination.port = port(headers, in: request)
        request.destination.sni = serverName(headers.sni, of: &request)
    }

    /// Everything that an untrusted caller could assert is unknown.
    package static func clear(_ request: inout CheckRequest) {
        request.source.principal = .unknown
        request.furtherPrincipals.removeAll(keepingCapacity: true)
        request.source.ip = .unknown
        request.source.remoteIP = .unknown
        request.destination.ip = .unknown
        request.destination.port = .unknown
        request.destination.sni = .unknown
    }

    /// `x-authz-source-principal`; otherwise the last certificate in `x-forwarded-client-cert`, that of the direct peer.
    ///
    /// In the first of these headers several names, and one with a comma in it, look alike, and are unknown: no ALLOW rule on
    /// identities matches, and none of a DENY rule is missed. The other one keeps them apart.
    private static func setPrincipal(_ headers: IdentityHeaders, of request: inout CheckRequest) {
        request.furtherPrincipals.removeAll(keepingCapacity: true)
        request.source.principal = .unknown
        if let value = headers.sourcePrincipal {
            guard !isNothing(value, in: request) else {
                request.source.principal = .absent
                return
            }
            let isSeveral = value.range.contains { request.storage[$0] == UInt8(ascii: ",") }
            if !isSeveral { request.source.principal = .known(value) }
        } else if let value = headers.clientCertificate {
            guard !isNothing(value, in: request) else {
                request.source.principal = .absent
                return
            }
            ForwardedClientCertificate.setPrincipals(of: value, in: &request)
        }
    }

    private static func address(_ value: ByteSlice?, in request: borrowing CheckRequest) -> Attribute<IPAddress> {
        guard let value else { return .unknown }
        guard !isNothing(value, in: request) else { return .absent }
        return SocketAddressText(value, in: request).address.map { .known($0) } ?? .unknown
    }

    private static func port(_ headers: IdentityHeaders, in request: borrowing CheckRequest) -> Attribute<UInt16> {
        if let value = headers.destinationPort {
            return SocketAddressText.port(value.range, in: request).map { .known($0) } ?? .unknown
        }
        guard let value = headers.destinationIP else { return .unknown }
        return SocketAddressText(value, in: request).port.map { .known($0) } ?? .unknown
    }

    /// In lower case, as Envoy stores it.
    private static func serverName(_ value: ByteSlice?, of request: inout CheckRequest) -> Attribute<ByteSlice> {
        guard let value else { return .unknown }
        guard !isNothing(value, in: request) else { return .absent }
        let start = request.storage.count
        for index in value.range { request.append(lowercased(request.storage[index])) }
        return .known(request.slice(from: start))
    }

    private static func isNothing(_ value: ByteSlice, in request: borrowing CheckRequest) -> Bool {
        value.isEmpty || request.slice(value, equals: "-")
    }
}
