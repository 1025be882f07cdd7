import AuthzTestSupport
import AuthzToken
import Testing

@Suite struct RandomTokenTests {
    @Test("bytes that nobody signed never verify and never stop the process")
    func randomBytes() throws {
        var random = SeededGenerator(seed: 1)
        var workspace = TokenWorkspace()
        let signers = [TestSigner.rsa2048, .p256, .ed25519, .oct]
        let jwks = "{\"keys\":[\(signers.map { $0.jwk() }.joined(separator: ","))]}"
        let keys = try KeySet(jwks: Array(jwks.utf8).span, origin: .inline)
        let requirements = TokenRequirements(issuer: "https://a.example", audiences: ["a"])
        let good = signers.map { Array($0.token(payload: payload(#""aud":"a""#)).utf8) }
        for round in 0..<4000 {
            var bytes: [UInt8]
            if round.isMultiple(of: 4) {
                bytes = (0..<Int.random(in: 0..<200, using: &random)).map { _ in .random(in: 0...255, using: &random) }
            } else {
                bytes = good[Int.random(in: 0..<good.count, using: &random)]
                for _ in 0..<Int.random(in: 1...4, using: &random) { mutate(&bytes, &random) }
            }
            let status = verify(
                bytes.span, against: requirements, keys: keys, now: Check.now, maximumBytes: 16384, in: &workspace)
            #expect(status != .verified || good.contains(bytes), "round \(round)")
        }
    }

    @Test("headers and payloads of random bytes are answered")
    func randomPieces() throws {
        var random = SeededGenerator(seed: 2)
        var workspace = TokenWorkspace()
        let alphabet = Array(#"{}[]":,\ue0123d-+.ntf "algissxpRS256"#.utf8)
        let requirements = TokenRequirements(issuer: "", audiences: [])
        for round in 0..<3000 {
            func piece() -> [UInt8] {
                (0..<Int.random(in: 1..<60, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? 0 }
            }
            let header = round.isMultiple(of: 2) ? Array(#"{"alg":"RS256"}"#.utf8) : piece()
            let token = Array("\(TestBase64URL.encode(header)).\(TestBase64URL.encode(piece())).AAAA".utf8)
            let status = verify(
                token.span, against: requirements, keys: nil, now: Check.now, maximumBytes: 16384, in: &workspace)
            #expect(status != .verified)
        }
    }

    @Test("damaged key sets are refused or read, and never stop the process")
    func randomKeySets() {
        var random = SeededGenerator(seed: 3)
        let signers = [TestSigner.rsa2048, .p521, .ed25519, .oct]
        let document = Array("{\"keys\":[\(signers.map { $0.jwk() }.joined(separator: ","))]}".utf8)
        for _ in 0..<1000 {
            var bytes = document
            for _ in 0..<Int.random(in: 1...4, using: &random) { mutate(&bytes, &random) }
            if let set = try? KeySet(jwks: bytes.span, origin: .inline) {
                #expect(set.keys.count + set.skipped.count >= 1)
            }
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
        guard !bytes.isEmpty else { return }
        let index = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[index] = .random(in: 0...255, using: &random)
        case 1: bytes.remove(at: index)
        case 2: bytes.insert(.random(in: 32...126, using: &random), at: index)
        default: bytes.swapAt(index, Int.random(in: 0..<bytes.count, using: &random))
        }
    }
}
