/// Whom a client certificate names that the listener has verified: the caller, which is no source of the requests it asks about.
///
/// A class, so that handing it on with each request copies nothing.
package final class ClientCertificate: Sendable {
    /// The URIs among its subject alternative names, in its order; an SPIFFE ID is one of them.
    package let uris: [String]
    /// The DNS names among them, in lower case, in its order.
    package let dnsNames: [String]

    package init(uris: [String], dnsNames: [String]) {
        self.uris = uris
        self.dnsNames = dnsNames.map { $0.lowercased() }
    }

    /// Whether one of its names is exactly one of these, and of its kind: a DNS name is no URI, whatever it says. A wildcard in it is
    /// a name like any other, and matches nothing else.
    package func hasName(among names: Set<String>) -> Bool {
        uris.contains { Self.isURI($0) && names.contains($0) }
            || dnsNames.contains { !Self.isURI($0) && names.contains($0) }
    }

    /// Whether a name that a caller may have is a URI; a DNS name has no colon.
    private static func isURI(_ name: String) -> Bool { name.utf8.contains(UInt8(ascii: ":")) }

    /// The caller in logs: its first URI, or else its first DNS name; `nil` where it has neither.
    package var displayName: String? { uris.first ?? dnsNames.first }
}

extension ClientCertificate: Hashable {
    package static func == (one: ClientCertificate, other: ClientCertificate) -> Bool {
        one.uris == other.uris && one.dnsNames == other.dnsNames
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(uris)
        hasher.combine(dnsNames)
    }
}
