import AuthzCore
import AuthzEngine
import AuthzPolicy
import AuthzTestSupport
import AuthzToken
import Testing

/// What explanations say about the keys that a token was tried with, and what a decision notes about them.
@Suite struct ExplainedKeysTests {
    private static func policy(_ keys: String) -> String {
        """
        apiVersion: security.istio.io/v1
        kind: RequestAuthentication
        metadata: {name: r, namespace: foo}
        spec: {jwtRules: [{issuer: 'https://i.example'\(keys)}]}
        """
    }

    private static let uri = ", jwksUri: 'https://u:secret@i.example/k?secret'"

    /// The decision, the notes about keys in its explanation, and the sources that lack a key.
    private static func ask(
        _ token: String, keys: String = uri, jwks: String?, origin: KeyOptions.Origin = .file("k.json")
    ) throws -> (reason: Reason, notes: [String], wanted: [Int]) {
        let documents = try PolicyLoader.load(text: policy(keys), file: "p.yaml").documents
        let keySet = try jwks.map { try KeySet(jwks: Array($0.utf8).span, origin: origin) }
        let policySet = try PolicySet.compile(documents, mesh: .test).policySet
        let point = DecisionPoint(policySet: policySet, keySets: [keySet])
        let ask = Ask(headers: [("authorization", "Bearer \(token)")])
        var destination = RequestDocument.Destination()
        destination.namespace = "foo"
        let document = ask.document(to: destination)
        let workload = point.policySet.workload(for: document.destination)
        var request = CheckRequest()
        request.fill(from: document, for: workload, in: point.policySet)
        var workspace = Workspace()
        var trace: Trace? = Trace()
        let decision = point.decide(&request, for: workload, now: Scene.now, in: &workspace, trace: &trace)
        let notes = trace?.layers.first { $0.name == .token }?.notes ?? []
        return (
            decision.reason, notes.filter { $0.hasPrefix("keys: ") || $0.hasPrefix("the token's header") },
            workspace.sourcesWithoutKey
        )
    }

    private static func token(_ signer: TestSigner = .p256, keyID: String) -> String {
        signer.token(
            header: "{\"alg\":\"\(signer.algorithm)\",\"kid\":\"\(keyID)\"}",
            payload: #"{"iss":"https://i.example","sub":"a"}"#)
    }

    private static func keySet(_ keyIDs: [String?]) -> String {
        let keys = keyIDs.map { TestSigner.p256.jwk(["kid": $0.map { "\"\($0)\"" } ?? ""]) }
        return "{\"keys\":[\(keys.joined(separator: ","))]}"
    }

    @Test("the set that lacks the token's key is named with its file, and how many keys by what names it has")
    func unknownKey() throws {
        let answer = try Self.ask(Self.token(keyID: "c"), jwks: Self.keySet(["a", "b"]))
        #expect(answer.reason == .tokenKeyUnknown)
        #expect(
            answer.notes == [
                "keys: 2 of the file `k.json` for `https://i.example/k`; `kid` `a` (EC), `b` (EC)",
                "the token's header has `kid` `c` and `alg` `ES256`",
            ])
    }

    @Test("where a set comes from is said")
    func origins() throws {
        let set = Self.keySet(["a"])
        let token = Self.token(keyID: "c")
        #expect(
            try Self.ask(token, jwks: set, origin: .fetched).notes.first
                == "keys: 1 fetched for `https://i.example/k`; `kid` `a` (EC)")
        #expect(
            try Self.ask(token, keys: "", jwks: set, origin: .fetched).notes.first
                == "keys: 1 fetched for `https://i.example`; `kid` `a` (EC)")
        #expect(
            try Self.ask(token, keys: ", jwks: '\(set)'", jwks: nil).notes.first
                == "keys: 1 written in the policy (`jwks`); `kid` `a` (EC)")
        #expect(
            try Self.ask(token, jwks: nil).notes.first
                == "keys: none for `https://i.example/k`")
    }

    @Test("keys without a name and those left out are counted, and of many names only the first are shown")
    func counts() throws {
        let token = Self.token(keyID: "z")
        #expect(
            try Self.ask(Self.token(.ed25519, keyID: "z"), jwks: Self.keySet(["a", nil])).notes.first
                == "keys: 2 of the file `k.json` for `https://i.example/k`; `kid` `a` (EC); 1 without `kid` (EC)")
        let bad = #"{"keys":[{"kty":"EC"},\#(TestSigner.p256.jwk(["kid": "\"a\""]))]}"#
        #expect(
            try Self.ask(token, jwks: bad).notes.first
                == "keys: 1, and 1 left out, of the file `k.json` for `https://i.example/k`; `kid` `a` (EC)")
        let many = try Self.ask(token, jwks: Self.keySet((0..<20).map { "k\($0)" })).notes.first
        #expect(many?.hasSuffix("`k6` (EC), `k7` (EC) and 12 more") == true)
    }

    @Test("a refusal that has nothing to do with keys says nothing of them")
    func others() throws {
        let expired = TestSigner.p256.token(payload: #"{"iss":"https://i.example","exp":1}"#)
        let answer = try Self.ask(expired, jwks: Self.keySet(["a"]))
        #expect(answer.reason == .tokenExpired)
        #expect(answer.notes.isEmpty)
        #expect(try Self.ask(Self.token(keyID: "a"), jwks: Self.keySet(["a"])).notes.isEmpty)
    }

    @Test("SR-28: only a key that the set lacks is noted, and only for the last request")
    func wanted() throws {
        let set = Self.keySet(["a"])
        #expect(try Self.ask(Self.token(keyID: "c"), jwks: set).wanted == [0])
        #expect(try Self.ask(Self.token(keyID: "a"), jwks: set).wanted.isEmpty)
        #expect(try Self.ask(Self.token(keyID: "c"), jwks: nil).wanted.isEmpty)
        let forged = Self.token(keyID: "a").split(separator: ".").dropLast().joined(separator: ".") + ".AAAA"
        let answer = try Self.ask(forged, jwks: set)
        #expect(answer.reason == .tokenSignatureInvalid)
        #expect(answer.wanted.isEmpty)
    }
}
