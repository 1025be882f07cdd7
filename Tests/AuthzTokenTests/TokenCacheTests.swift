import AuthzCore
import AuthzTestSupport
import Testing

@testable import AuthzToken

@Suite struct TokenCacheTests {
    private static let signers = [TestSigner.p256, TestSigner.ed25519, TestSigner.rsa2048]
    private static let now = Check.now

    private func keySet(_ jwks: String) throws -> KeySet {
        try KeySet(jwks: Array(jwks.utf8).span, origin: .inline)
    }

    private func check(
        _ token: [UInt8], _ requirements: TokenRequirements, _ keys: KeySet?, now: Int64 = now,
        maximumBytes: Int = 16384, assumed: Bool? = nil, in workspace: inout TokenWorkspace
    ) -> TokenStatus {
        verify(
            token.span, against: requirements, keys: keys, assumedSignature: assumed, now: now,
            maximumBytes: maximumBytes, in: &workspace)
    }

    @Test("the second sight of a token is a hit, and leaves the same behind")
    func hit() throws {
        var workspace = TokenWorkspace(cachedTokens: 16)
        let keys = try keySet(TestSigner.p256.jwks())
        let requirements = TokenRequirements(issuer: "", audiences: [])
        let token = Array(TestSigner.p256.token(payload: payload(#""sub":"alice""#)).utf8)
        #expect(check(token, requirements, keys, in: &workspace) == .verified)
        #expect(workspace.cacheHits == 0)
        let first = Self.contents(workspace)
        #expect(check(Array("x".utf8), requirements, keys, in: &workspace) == .notThreePieces)
        #expect(check(token, requirements, keys, in: &workspace) == .verified)
        #expect(workspace.cacheHits == 1)
        #expect(Self.contents(workspace) == first)
    }

    @Test("a token is found only under the very requirements and key set that verified it, and at its times")
    func misses() throws {
        var workspace = TokenWorkspace(cachedTokens: 16)
        let keys = try keySet(TestSigner.p256.jwks())
        let requirements = TokenRequirements(issuer: "https://a.example", audiences: [])
        let times = #""exp":\#(Self.now),"nbf":\#(Self.now)"#
        let token = Array(TestSigner.p256.token(payload: payload(times)).utf8)
        func status(
            _ requirements: TokenRequirements, _ keys: KeySet?, now: Int64 = Self.now, maximumBytes: Int = 16384,
            assumed: Bool? = nil
        ) -> TokenStatus {
            check(token, requirements, keys, now: now, maximumBytes: maximumBytes, assumed: assumed, in: &workspace)
        }
        #expect(status(requirements, keys) == .verified)
        #expect(status(requirements, keys) == .verified)
        #expect(workspace.cacheHits == 1)
        #expect(status(TokenRequirements(issuer: "https://b.example", audiences: []), keys) == .issuerUnknown)
        #expect(status(TokenRequirements(issuer: "https://a.example", audiences: ["x"]), keys) == .audienceNotAllowed)
        // SR-30: a key that left the set verifies nothing any more.
        #expect(status(requirements, try keySet(TestSigner.p384.jwks())) == .signatureInvalid)
        #expect(status(requirements, nil) == .keysUnavailable)
        #expect(status(requirements, keys, maximumBytes: 10) == .tooLong)
        #expect(status(requirements, keys, assumed: false) == .signatureInvalid)
        #expect(workspace.cacheHits == 1)
        #expect(status(requirements, keys, now: Self.now + 60) == .verified)
        #expect(status(requirements, keys, now: Self.now - 60) == .verified)
        #expect(workspace.cacheHits == 3)
        #expect(status(requirements, keys, now: Self.now + 61) == .expired)
        #expect(status(requirements, keys, now: Self.now) == .verified)
        #expect(status(requirements, keys, now: Self.now - 61) == .notYetValid)
        #expect(workspace.cacheHits == 3)
    }

    @Test("claims of a document are not remembered")
    func offline() throws {
        var workspace = TokenWorkspace(cachedTokens: 16)
        let keys = try keySet(TestSigner.p256.jwks())
        let requirements = TokenRequirements(issuer: "", audiences: [])
        let forged = Array(TestSigner.p384.token(header: #"{"alg":"ES256"}"#, payload: payload()).utf8)
        #expect(check(forged, requirements, keys, assumed: true, in: &workspace) == .verified)
        #expect(check(forged, requirements, keys, in: &workspace) == .signatureInvalid)
    }

    @Test("tokens and their bytes are bounded")
    func bounded() throws {
        let requirements = TokenRequirements(issuer: "", audiences: [])
        let keys = try keySet(TestSigner.p256.jwks())
        var cache = TokenCache(capacity: 64, maximumBytes: 20_000)
        var workspace = TokenWorkspace()
        for number in 0..<2000 {
            let token = Array("token \(number)".utf8)
            let entry = CachedToken(
                token.span, requirements: requirements.identity, keySet: keys.identity,
                times: TokenTimes(notBefore: 0, expiration: 0), of: workspace)
            let hash = TokenHash.hash(token.span, requirements.identity.value, keys.identity.value)
            cache.insert(entry, hash: hash, now: Self.now)
            let found = cache.find(token.span, hash: hash, requirements.identity, keys.identity, now: Self.now)
            #expect(found != nil)
            #expect(cache.byteCount <= 20_000)
        }
        #expect(cache.byteCount > 10_000)
        workspace = TokenWorkspace(cachedTokens: 4)
        let long = Array(
            TestSigner.p256.token(payload: payload(#""pad":"\#(String(repeating: "a", count: 90_000))""#)).utf8)
        for _ in 0..<2 { #expect(check(long, requirements, keys, maximumBytes: 1 << 20, in: &workspace) == .verified) }
        #expect(workspace.cacheHits == 0)
    }

    /// Every byte matters to the hash.
    @Test("tokens of one byte apart have hashes of their own")
    func hash() {
        var bytes = [UInt8](repeating: 7, count: 100)
        var hashes: Set<UInt64> = [TokenHash.hash(bytes.span, 1, 2), TokenHash.hash(bytes.span, 2, 1)]
        for index in bytes.indices {
            bytes[index] ^= 1
            hashes.insert(TokenHash.hash(bytes.span, 1, 2))
            hashes.insert(TokenHash.hash(bytes.span.extracting(0..<index), 1, 2))
            bytes[index] ^= 1
        }
        #expect(hashes.count == 202)
        #expect(!hashes.contains(0))
    }

    // MARK: Cached against uncached

    /// What a check left behind.
    private static func contents(_ workspace: borrowing TokenWorkspace) -> [String] {
        [workspace.header, workspace.claims].map { tape in
            var json = JSONWriter()
            if !tape.isEmpty { json.value(tape, at: tape.root) }
            return json.text
        } + ["\(workspace.payload)"]
    }

    @Test(
        "with and without a cache every answer is the same, over rotated keys and the edges of times", arguments: 0..<8)
    func differential(_ seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let jwks = [
            "{\"keys\":[\(Self.signers.map { $0.jwk() }.joined(separator: ","))]}",
            "{\"keys\":[\(Self.signers[0].jwk()),\(Self.signers[1].jwk())]}",
            "{\"keys\":[\(Self.signers[2].jwk()),\(Self.signers[0].jwk())]}",
        ]
        let tokens = (0..<24).map { number in
            let times = ["", #","exp":\#(Self.now)"#, #","nbf":\#(Self.now)"#, #","exp":\#(Self.now + 5),"nbf":3"#]
            let issuer = number % 5 == 0 ? "b" : "a"
            let signer = Self.signers[number % 3]
            var token = Array(
                signer.token(
                    payload: #"{"iss":"\#(issuer)","sub":"\#(number)","aud":"\#(number % 2)"\#(times[number % 4])}"#
                )
                .utf8)
            if number % 7 == 6 { token[token.count - 20] ^= 2 }
            return token
        }
        var cached = TokenWorkspace(cachedTokens: seed % 2 == 0 ? 8 : 256)
        var plain = TokenWorkspace()
        var keys = try keySet(jwks[0])
        let issuers = ["", "a", "b"]
        var requirements = issuers.map { TokenRequirements(issuer: $0, audiences: []) }
        for _ in 0..<1500 {
            switch Int.random(in: 0..<300, using: &random) {
            case 0: keys = try keySet(jwks[Int.random(in: 0..<3, using: &random)])
            case 1:
                let audiences = Bool.random(using: &random) ? [] : ["1"]
                requirements = issuers.map { TokenRequirements(issuer: $0, audiences: audiences) }
            default: break
            }
            let token = tokens[Int.random(in: 0..<tokens.count, using: &random)]
            let rule = requirements[Int.random(in: 0..<3, using: &random)]
            let now = Self.now + [-61, -60, 0, 0, 0, 60, 61, 65, 66][Int.random(in: 0..<9, using: &random)]
            let assumed: Bool? = Int.random(in: 0..<20, using: &random) == 0 ? Bool.random(using: &random) : nil
            let expected = check(token, rule, keys, now: now, assumed: assumed, in: &plain)
            #expect(check(token, rule, keys, now: now, assumed: assumed, in: &cached) == expected)
            #expect(Self.contents(cached) == Self.contents(plain))
            // As the authenticator does with what was verified.
            if expected == .verified {
                var taken = JSONTape()
                cached.exchangeClaims(with: &taken)
            }
        }
        #expect(cached.cacheHits > 50, "the cache was of use")
    }
}
