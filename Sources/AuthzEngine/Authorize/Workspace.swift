package import AuthzCore
import AuthzToken

/// The buffers of a decision, used again for the next one; one for each event loop or worker.
package struct Workspace: Sendable {
    /// Remembers verified tokens, each loop its own, so that no reader waits for another.
    var token = TokenWorkspace(cachedTokens: 4096)
    var claims = VerifiedClaims()
    var candidates: [TokenCandidate] = []
    /// Bytes that are put together outside the request's storage.
    var scratch: [UInt8] = []
    var parameters: [QueryParameter] = []
    /// The AUDIT rules that matched, and the CUSTOM rules whose provider's answer was assumed.
    var audited: [Program.Rule] = []
    var custom: [CustomAnswer] = []
    /// Whether the proxy took the request for gRPC when it read it.
    var isGRPC = false
    /// What the rules saw of the last request; `nil` where it did not get so far.
    var facts: Facts? { hasFacts ? lastFacts : nil }
    private var lastFacts = Facts()
    private var hasFacts = false
    /// Places in ``PolicySet/keySources`` of those that lack the key which a token of the last request named. One may stand there
    /// more than once.
    package private(set) var sourcesWithoutKey: [Int] = []
    /// The JWT rule that verified the token, by its place in ``PolicySet/tokenIssuers``.
    package internal(set) var verifiedRule: Int?
    // What the decision changes in the request for the upstream, as slices of the request. Stored, as who answers reads them: a call
    // would copy all the buffers.
    /// Headers that verified tokens set. A name may occur more than once.
    package internal(set) var headersToSet: [HeaderField] = []
    /// Names of the headers that go away, those of tokens that are not passed on. A name may occur more than once.
    package internal(set) var headersToRemove: [ByteSlice] = []

    /// A provider whose rules matched.
    struct CustomAnswer: Sendable {
        var provider: String
        var rule: Program.Rule
        var state: Workload.CustomGroup.Provider
    }

    package init() {}

    /// How many tokens were found among those that were verified before, since the beginning.
    package var tokenCacheHits: Int { token.cacheHits }

    mutating func noteSourceWithoutKey(_ source: Int) {
        if sourcesWithoutKey.last != source { sourcesWithoutKey.append(source) }
    }

    mutating func begin() {
        sourcesWithoutKey.clear()
        claims.removeAll()
        candidates.clear()
        audited.clear()
        custom.clear()
        headersToSet.clear()
        headersToRemove.clear()
        verifiedRule = nil
        isGRPC = false
        hasFacts = false
    }

    mutating func keep(_ facts: Facts) {
        lastFacts = facts
        hasFacts = true
    }
}
