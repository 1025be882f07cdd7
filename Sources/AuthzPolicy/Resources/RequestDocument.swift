package import AuthzCore

/// The one document that describes a request to `authz explain`, to a suite's case and to `POST /v1/check`, as written.
package struct RequestDocument: Sendable {
    /// The peer, as the enforcing proxy sees it.
    package struct Source: Sendable {
        /// With its `spiffe://`, which is added where no `://` is written. `nil`: plaintext, unless ``isUnknown``.
        package var principal: String?
        package var ip: IPAddress?
        /// `nil`: derived.
        package var remoteIP: IPAddress?
        /// Whether what is not written of the peer is unknown rather than absent, as where nobody vouches for the proxy that asks.
        package var isUnknown = false
        /// Where values are written, by field.
        package var places: [String: SourceLocation] = [:]

        package init() {}
    }

    package struct Destination: Sendable {
        /// `namespace/name` of a workload of the inventory.
        package var workload: Located<String>?
        package var namespace: String?
        /// `nil` where none are written; then ``gateway`` and ``waypoint`` supply them.
        package var labels: [String: String]?
        package var serviceAccount: String?
        /// `name` or `name.namespace`.
        package var service: String?
        package var gateway: String?
        package var waypoint: String?
        package var gatewayClass: String?
        package var ip: IPAddress?
        package var port: UInt16?
        package var sni: String?
        /// Where it is written; `nil` where it is not, or stands for something else.
        package var location: SourceLocation?
        /// Where values are written, by field.
        package var places: [String: SourceLocation] = [:]

        package init() {}
    }

    package struct HTTPRequest: Sendable {
        package var method = "GET"
        package var path = "/"
        package var host = ""
        package var scheme: String?
        /// In the order in which they are written; a list of values is repeated lines.
        package var headers: [(name: String, value: String)] = []
        /// Where values are written, by field.
        package var places: [String: SourceLocation] = [:]

        package init() {}
    }

    package enum Token: Sendable, Equatable {
        /// Stands for `authorization: Bearer …`.
        case compact(String)
        /// Stands for a token with these claims (JSON text); offline only.
        case claims(json: String, hasValidSignature: Bool, location: SourceLocation)

        /// Whether they are the same to whoever gets them, wherever they are written.
        package static func == (left: Token, right: Token) -> Bool {
            switch (left, right) {
            case (.compact(let left), .compact(let right)): left == right
            case (.claims(let left, let isLeftGood, _), .claims(let right, let isRightGood, _)):
                left == right && isLeftGood == isRightGood
            case (.compact, .claims), (.claims, .compact): false
            }
        }
    }

    package var source = Source()
    package var destination = Destination()
    /// `nil`: a TCP connection.
    package var request: HTTPRequest?
    package var token: Token?
    /// Where the values of the token's claims are written, by claim; empty but for the cases of suites.
    package var claimPlaces: [String: SourceLocation] = [:]
    /// Where the tokens of the suite that name an audience are written, by audience; empty but for the cases of suites.
    package var tokensByAudience: [String: Set<SourceLocation>] = [:]
    /// `nil` where the document is of our own form; otherwise it is Envoy's check request, whose path Envoy has normalized and
    /// whose peer it has put at the end of `x-forwarded-for`.
    package var check: ForwardedCheck?
    /// Seconds since 1970; `nil`: the real time.
    package var now: Int64?
    package var location: SourceLocation

    package init(location: SourceLocation) {
        self.location = location
    }

    /// Whether another token of the suite, at another place, names an audience.
    package func otherTokensAreFor(_ audience: String) -> Bool {
        guard case .claims(_, _, let own) = token else { return false }
        return tokensByAudience[audience]?.contains { $0 != own } ?? false
    }

    /// Whether it says by name or by its parts for which workload the request is.
    package var namesWorkload: Bool { destination.workload != nil || destination.namespace != nil }
}
