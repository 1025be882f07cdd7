import AuthzTestSupport
import AuthzToken

/// Verifying tokens of about 400 bytes of claims: as if for the first time, and once more.
struct TokenBenchmarks {
    /// Our verification from the bytes of the token to its claims, against libcrypto's of the signed bytes, in nanoseconds.
    struct Ratio {
        /// Of ``digest`` to ``whole``: raw is what `openssl speed` measures, a verification of a hash that is known.
        static let minimum = 0.9

        var name: String
        var whole: Double
        /// Hash and signature; for comparison.
        var message: Double
        /// The signature alone.
        var digest: Double
        /// ``digest`` to ``whole`` and ``message`` to ``whole``: the medians of the ratios of batches that ran one after the other,
        /// so that a machine whose speed changes changes both sides.
        var ratios: (digest: Double, message: Double)

        var isWithinBudget: Bool { ratios.digest >= Self.minimum }

        var line: String {
            let figures = [whole, digest, message].map { "\(($0 / 10).rounded() / 100) µs" }
            let ratios = [ratios.digest, ratios.message].map { ($0 * 1000).rounded() / 1000 }
            let padded = name + String(repeating: " ", count: max(0, 44 - name.count))
            return "\(padded) \(figures[0])  libcrypto \(figures[1]), ratio \(ratios[0])  \(Self.minimum) "
                + "\(isWithinBudget ? "kept" : "MISSED"); with its hash \(figures[2]), ratio \(ratios[1])"
        }
    }

    private struct Subject {
        var name: String
        var signer: TestSigner
        var tokens: [[UInt8]]
        var keys: KeySet
        let requirements = TokenRequirements(issuer: "https://auth.example.com", audiences: ["api.example.com"])
    }

    private static let tokenCount = 64

    private let subjects: [Subject]

    init() {
        subjects = [TestSigner.rsa2048, TestSigner.p256].map { signer in
            let tokens = (0..<Self.tokenCount).map { number in
                Array(
                    signer.token(
                        header: #"{"alg":"\#(signer.algorithm)","kid":"key-1","typ":"JWT"}"#,
                        payload: Self.claims(number)
                    ).utf8)
            }
            do throws(KeySetError) {
                let document = Array(signer.jwks(["kid": "\"key-1\""]).utf8)
                let keys = try KeySet(jwks: document.span, origin: .inline)
                return Subject(name: signer.algorithm, signer: signer, tokens: tokens, keys: keys)
            } catch {
                preconditionFailure(error.text)
            }
        }
    }

    private static func claims(_ number: Int) -> String {
        #"""
        {"iss":"https://auth.example.com","sub":"user-\#(number)","aud":["api.example.com","other.example.com"],"exp":1900000000,\#
        "iat":1800000000,"nbf":1800000000,"jti":"6f1b8a3e-2a55-4f3c-9d0b-\#(number)","azp":"web-client","scope":"openid profile email",\#
        "groups":["staff","ops","on-call"],"email":"user-\#(number)@example.com","tenant":{"id":"acme","plan":"enterprise","region":"eu"},\#
        "session":"0c7c4e5f1a2b6f1b8a3e2a554f3c9d0b"}
        """#
    }

    private static func verify(_ subject: Subject, _ index: Int, in workspace: inout TokenWorkspace) {
        let token = subject.tokens[index % tokenCount]
        let status = AuthzToken.verify(
            token.span, against: subject.requirements, keys: subject.keys, now: 1_800_000_100,
            maximumBytes: 16384, in: &workspace)
        precondition(status == .verified)
    }

    /// Batches of all take turns, so that they see the same machine.
    func coldVerifications() -> [Ratio] {
        subjects.map { subject in
            var workspace = TokenWorkspace()
            let signed = subject.tokens.map { token in
                Array(token[..<(token.lastIndex(of: UInt8(ascii: ".")) ?? token.endIndex)])
            }
            let raw = RawVerification(subject.signer, of: signed)
            var times: (whole: [Double], message: [Double], digest: [Double]) = ([], [], [])
            for round in 0..<300 {
                let digest = Self.time { precondition(raw.verifyDigest($0 % Self.tokenCount)) }
                let message = Self.time { precondition(raw.verifyMessage($0 % Self.tokenCount)) }
                let whole = Self.time { Self.verify(subject, $0, in: &workspace) }
                // The first rounds warm up.
                guard round >= 50 else { continue }
                times.digest.append(digest)
                times.message.append(message)
                times.whole.append(whole)
            }
            return Ratio(
                name: "token/\(subject.name)/cold", whole: Self.median(times.whole),
                message: Self.median(times.message), digest: Self.median(times.digest),
                ratios: (
                    Self.median(zip(times.digest, times.whole).map(/)),
                    Self.median(zip(times.message, times.whole).map(/))
                ))
        }
    }

    /// The nanoseconds of one run, of a batch.
    private static func time(_ operation: (Int) -> Void) -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        for index in 0..<64 { operation(index) }
        return Double((clock.now - start).components.attoseconds) / 1e9 / 64
    }

    private static func median(_ values: [Double]) -> Double {
        values.sorted()[values.count / 2]
    }

    /// All tokens are remembered.
    func cacheHits() -> [Benchmark.Result] {
        subjects.map { subject in
            var workspace = TokenWorkspace(cachedTokens: 1024)
            for index in 0..<Self.tokenCount { Self.verify(subject, index, in: &workspace) }
            let before = workspace.cacheHits
            let result = Benchmark.run(
                "token/\(subject.name)/cached/\(subject.tokens[0].count)-bytes", batch: 2000,
                budget: .init(nanoseconds: 1000)
            ) { Self.verify(subject, $0, in: &workspace) }
            precondition(workspace.cacheHits - before >= 400_000, "every run is a hit")
            return result
        }
    }
}
