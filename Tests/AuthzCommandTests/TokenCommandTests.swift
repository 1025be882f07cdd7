import AuthzCore
import AuthzToken
import Foundation
import Testing

@testable import authz

@Suite struct TokenCommandTests {
    static let now: Int64 = 1_767_225_600

    static let settings = OutputSettings(
        format: .json, color: .never, isColorRefused: true, isQuiet: false, isVerbose: false)

    func mint(_ claims: String, _ algorithm: SignatureAlgorithm = .es256) throws -> MintedToken {
        let key = try #require(SigningKey.generate(for: algorithm))
        return try MintedToken(claims: Array(claims.utf8), key: key, algorithm: algorithm)
    }

    /// The bytes as a standard input.
    func withInput(_ text: String, _ body: (TokenInput) throws -> Void) throws {
        let scratch = try Scratch(["tokens": text])
        let handle = try #require(FileHandle(forReadingAtPath: scratch("tokens")))
        try body(TokenInput([], descriptor: handle.fileDescriptor))
        withExtendedLifetime((handle, scratch)) {}
    }

    func verify(
        _ input: TokenInput, _ settings: TokenVerifySettings, format: OutputFormat = .json
    ) throws -> (status: Int32, answer: String, messages: String) {
        let (answers, messages) = (try Capture(), try Capture())
        var output = Self.settings
        output.format = format
        let console = Console(output, answers: answers.stream, messages: messages.stream)
        let check = try TokenCheck.make(settings, console)
        let status = try TokenVerifier(check, console, now: settings.now).run(input)
        return (status, try answers.text(), try messages.text())
    }

    @Test("every line of standard input is answered with one object, an empty one too")
    func lines() throws {
        let minted = try mint(#"{"sub":"alice"}"#)
        let scratch = try Scratch(["keys.json": minted.keySet])
        let settings = TokenVerifySettings(against: .keySet(scratch("keys.json")), now: Self.now)
        try withInput("\(minted.token)\n\nx\n\(minted.token)x\n\(minted.token)") { input in
            let result = try verify(input, settings)
            let lines = result.answer.split(separator: "\n")
            #expect(result.status == 1)
            #expect(lines.count == 5)
            #expect(
                lines[0] == #"{"valid":true,"reason":null,"alg":"ES256","kid":"\#(minted.keyID)","#
                    + #""claims":{"sub":"alice"},"detail":null,"rule":null}"#)
            #expect(
                lines[1].hasPrefix(#"{"valid":false,"reason":"token-malformed","alg":null,"kid":null,"claims":null"#))
            #expect(lines[2].hasPrefix(#"{"valid":false,"reason":"token-malformed""#))
            #expect(lines[3].hasPrefix(#"{"valid":false,"#))
            #expect(lines[4] == lines[0])
        }
        try withInput("\(minted.token)\n") { input in
            let status = try verify(input, settings).status
            #expect(status == 0)
        }
    }

    @Test("no answer but that of mint shows a signature")
    func withoutSignature() throws {
        let minted = try mint(#"{"sub":"alice","exp":1}"#)
        let signature = try #require(minted.token.split(separator: ".").last)
        let scratch = try Scratch(["keys.json": minted.keySet])
        let settings = TokenVerifySettings(against: .keySet(scratch("keys.json")), now: Self.now)
        for format in OutputFormat.allCases {
            let verified = try verify(TokenInput([minted.token]), settings, format: format)
            #expect(!verified.answer.contains(signature))
            #expect(verified.answer.contains("expired 56 years ago (1970-01-01T00:00:01Z)"))
            let answers = try Capture()
            var output = Self.settings
            output.format = format
            let inspector = TokenInspector(Console(output, answers: answers.stream), now: Self.now)
            #expect(try inspector.run(TokenInput(["Bearer \(minted.token)"])) == 0)
            let text = try answers.text()
            #expect(!text.contains(signature))
            #expect(text.contains("expired 56 years ago"))
            #expect(text.contains("signature") && text.contains("not"))
        }
    }

    @Test("a set whose keys are all bad answers each token; a text that is no set is bad input")
    func badSets() throws {
        let minted = try mint("{}", .hs256)
        let scratch = try Scratch([
            "symmetric": minted.keySet, "bad": #"{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}]}"#,
            "text": "<html>",
        ])
        var settings = TokenVerifySettings(against: .keySet(scratch("symmetric")), now: Self.now)
        #expect(try verify(TokenInput([minted.token]), settings).answer.contains("token-signature-invalid"))
        settings.limits.allowsSymmetricKeys = true
        #expect(try verify(TokenInput([minted.token]), settings).status == 0)
        settings.against = .keySet(scratch("bad"))
        #expect(try verify(TokenInput([minted.token]), settings).answer.contains("keys-unavailable"))
        settings.against = .keySet(scratch("text"))
        #expect(throws: InputError.self) { try verify(TokenInput([minted.token]), settings) }
        #expect(throws: InputError.self) { try verify(TokenInput([""].dropLast()), settings) }
    }

    @Test("against policies the answer names the rule, and why it refuses")
    func policies() throws {
        let minted = try mint(#"{"iss":"https://b.example","sub":"alice","aud":"x"}"#)
        let policy = """
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: jwt, namespace: production}
            spec:
              jwtRules:
              - issuer: https://a.example
                jwks: '\(minted.keySet)'
              - issuer: https://b.example
                audiences: [AUDIENCE]
                jwks: '\(minted.keySet)'
            """
        for (audience, valid, reason) in [("x", true, "null"), ("y", false, #""token-audience-mismatch""#)] {
            let scratch = try Scratch(["p.yaml": policy.replacingOccurrences(of: "AUDIENCE", with: audience)])
            var chosen = PolicySettings()
            chosen.paths = [scratch("p.yaml")]
            let settings = TokenVerifySettings(against: .policies(chosen, workload: nil), now: Self.now)
            let answer = try verify(TokenInput([minted.token]), settings).answer
            #expect(answer.hasPrefix(#"{"valid":\#(valid),"reason":\#(reason),"#))
            #expect(answer.contains(#""rule":{"policy":"production/jwt","rule":2,"issuer":"https://b.example""#))
            let stranger = try mint(#"{"iss":"https://c.example"}"#)
            let refused = try verify(TokenInput([stranger.token]), settings).answer
            #expect(refused.contains("token-issuer-unknown"))
            #expect(refused.contains(#"the token's `iss` is \"https://c.example\""#))
        }
    }

    struct Time: Sendable {
        var claim: String, seconds: Int64, meaning: String
    }

    @Test(
        "a time is shown as a date and by its distance",
        arguments: [
            Time(claim: "exp", seconds: now - 200, meaning: "expired 3 min ago"),
            Time(claim: "exp", seconds: now + 59, meaning: "expires in 59 s"),
            Time(claim: "exp", seconds: now - 60, meaning: "expired 1 min ago, within the 60 s of clock skew"),
            Time(claim: "exp", seconds: now - 61, meaning: "expired 1 min ago"),
            Time(claim: "nbf", seconds: now + 30, meaning: "not valid for another 30 s, within the 60 s of clock skew"),
            Time(claim: "nbf", seconds: now - 30, meaning: "valid since 30 s"),
            Time(claim: "exp", seconds: 0, meaning: "never expires"),
            Time(claim: "nbf", seconds: now + 3600, meaning: "not valid for another 1 h"),
            Time(claim: "iat", seconds: now - 86_400 * 3, meaning: "issued 3 days ago"),
            Time(claim: "iat", seconds: now - 86_400, meaning: "issued 24 h ago"),
            Time(claim: "exp", seconds: .max, meaning: "expires in 292277024570 years"),
        ])
    func times(_ c: Time) throws {
        var claims = JSONTape()
        try claims.scan(Array("{\"\(c.claim)\":\(c.seconds)}".utf8).span)
        let time = try #require(TokenTime(claim: c.claim, in: claims, now: Self.now))
        #expect(time.meaning == c.meaning)
        #expect((time.date == nil) == (c.seconds == .max))
    }

    @Test("mint puts claims of options in place of those that were given")
    func mintClaims() throws {
        let (answers, messages) = (try Capture(), try Capture())
        var settings = TokenMintSettings(claims: #"{"iss":"a","n":1}"#, now: Self.now)
        settings.issuer = "b"
        settings.audiences = ["x"]
        settings.lifetime = 300
        settings.algorithm = .es256
        let console = Console(Self.settings, answers: answers.stream, messages: messages.stream)
        #expect(try TokenMinter(settings, console).run() == 0)
        let text = try answers.text()
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        var workspace = TokenWorkspace()
        let token = Array(try #require(object["token"] as? String).utf8)
        #expect(readUnverified(token.span, maximumBytes: 16384, in: &workspace) == nil)
        var claims = JSONWriter()
        claims.value(workspace.claims, at: 0)
        #expect(claims.text == #"{"aud":["x"],"exp":1767225900,"iat":1767225600,"iss":"b","n":1}"#)
        withExtendedLifetime((answers, messages)) {}
    }
}
