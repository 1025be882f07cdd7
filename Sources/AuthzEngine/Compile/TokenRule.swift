import AuthzCore
import AuthzPolicy
package import AuthzToken

/// A compiled `jwtRules` entry.
struct TokenRule: Sendable {
    struct HeaderLocation: Sendable {
        /// In lower case.
        var name: [UInt8]
        var prefix: [UInt8]
    }

    struct ClaimHeader: Sendable {
        /// In lower case.
        var header: [UInt8]
        var path: [[UInt8]]
    }

    var issuer: String
    /// As written.
    var audiences: [String]
    /// Where each is written.
    var audienceLocations: [SourceLocation]
    var requirements: TokenRequirements
    /// Index of the key set in the snapshot.
    var keySource: Int
    /// In the order of extraction: by name, then prefix, without repetition.
    var headers: [HeaderLocation]
    var params: [[UInt8]]
    var cookies: [[UInt8]]
    var forwardsToken: Bool
    /// In lower case.
    var payloadHeader: [UInt8]?
    var claimHeaders: [ClaimHeader]
    var wordLists: [[UInt8]]
    var location: SourceLocation

    /// Where a token is looked for first when a rule names no place.
    static let defaultHeader: HeaderLocation? = HeaderLocation(
        name: Array("authorization".utf8), prefix: Array("Bearer ".utf8))

    /// - Parameter requirements: Those of an equal rule of the policy set before; `nil` makes new ones.
    init(_ rule: RequestAuthentication.JWTRule, keySource: Int, requirements: TokenRequirements? = nil) {
        issuer = rule.issuer
        audiences = rule.audiences
        audienceLocations = rule.audienceLocations
        self.requirements = requirements ?? TokenRequirements(issuer: rule.issuer, audiences: rule.audiences)
        self.keySource = keySource
        var locations = rule.fromHeaders
        params = rule.fromParams.map { Array($0.utf8) }
        cookies = rule.fromCookies.map { Array($0.utf8) }
        if locations.isEmpty && params.isEmpty && cookies.isEmpty {
            locations = [.init(name: "authorization", prefix: "Bearer ")]
            params = [Array("access_token".utf8)]
        }
        headers = []
        let keyed = locations.map { HeaderLocation(name: $0.name.utf8.map(lowercased), prefix: Array($0.prefix.utf8)) }
        for location in keyed.sorted(by: { ($0.name, $0.prefix) < ($1.name, $1.prefix) })
        where headers.last?.name != location.name || headers.last?.prefix != location.prefix {
            headers.append(location)
        }
        params = Self.sortedSet(params)
        cookies = Self.sortedSet(cookies)
        forwardsToken = rule.forwardOriginalToken
        payloadHeader = rule.outputPayloadToHeader.flatMap { $0.isEmpty ? nil : $0.utf8.map(lowercased) }
        claimHeaders = rule.outputClaimToHeaders.map { output in
            ClaimHeader(
                header: output.header.utf8.map(lowercased),
                path: output.claim.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map(
                    Array.init))
        }
        wordLists = Self.sortedSet((["permission", "scope"] + rule.spaceDelimitedClaims).map { Array($0.utf8) })
        location = rule.location
    }

    private static func sortedSet(_ values: [[UInt8]]) -> [[UInt8]] {
        Set(values).sorted { $0.lexicographicallyPrecedes($1) }
    }
}

private func < (left: ([UInt8], [UInt8]), right: ([UInt8], [UInt8])) -> Bool {
    left.0 == right.0 ? left.1.lexicographicallyPrecedes(right.1) : left.0.lexicographicallyPrecedes(right.0)
}

/// Where the keys of a JWT rule come from. Rules that name the same source share it.
package enum KeySource: Sendable {
    /// Written in the policy, parsed when it was compiled.
    case inline(KeySet)
    case uri(String, timeout: Duration)
    /// From the OpenID configuration of the issuer.
    case discovery(issuer: String, timeout: Duration)
}
