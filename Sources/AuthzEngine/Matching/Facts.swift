import AuthzCore

/// The attributes of one request as policies see them, resolved once before its rules are tried.
struct Facts: Sendable {
    var peerPrincipal: Attribute<ByteSlice> = .absent
    /// Whether the peer has more of them than this one.
    var hasFurtherPrincipals = false
    var sourceIP: Attribute<IPAddress> = .unknown
    /// `remote.ip` and what it was taken from.
    var client = ForwardedFor.ClientAddress(address: .unknown, origin: .peer(.noHeader))
    var destinationIP: Attribute<IPAddress> = .unknown
    var destinationPort: Attribute<UInt16> = .unknown
    var sni: Attribute<ByteSlice> = .absent
    var dynamicMetadataIsKnown = true
    var isHTTP = true
    var method: Attribute<ByteSlice> = .absent
    var host: Attribute<ByteSlice> = .absent
    var scheme: Attribute<ByteSlice> = .absent
    /// With the query.
    var fullPath: Attribute<ByteSlice> = .absent
    /// Without it.
    var path: Attribute<ByteSlice> = .absent
    var hasMergedHeaders = false
    /// Whether the proxy has a route for the request. Without one it answers 404 to what policies let through.
    var hasRoute = true

    var remoteIP: Attribute<IPAddress> { client.address }
}

/// The answer of one test of one request.
enum TestOutcome: Sendable {
    case matches, differs
    /// The attribute is unknown, so the test has no answer.
    case unknown

    init(_ value: Bool) { self = value ? .matches : .differs }

    func negated(_ isNegated: Bool) -> TestOutcome {
        switch self {
        case .matches: isNegated ? .differs : .matches
        case .differs: isNegated ? .matches : .differs
        case .unknown: .unknown
        }
    }
}

/// What becomes of a test without an answer, and of a header that may have been one line or several.
enum Caution: Sendable {
    /// A rule that allows must hold however the facts are read.
    case allowing
    /// A rule that denies or only marks holds when it does in any reading.
    case denying
}
