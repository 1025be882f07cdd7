import AuthzTestSupport
import AuthzToken
import Testing

@Suite struct NegativeVectorTests {
    @Test("there are at least 300, each with a name of its own")
    func count() {
        #expect(NegativeVector.all.count >= 300)
        #expect(Set(NegativeVector.all.map(\.name)).count == NegativeVector.all.count)
    }

    @Test("a token that differs from a good one in one thing is refused, for that thing, and the good one accepted")
    func refused() throws {
        for vector in NegativeVector.all {
            #expect(try vector.check.status(of: vector.neighbor) == .verified, "the neighbor of \(vector.name)")
            let check = vector.changedCheck ?? vector.check
            #expect(try check.status(of: vector.token) == vector.status, "\(vector.name)")
        }
    }

    // MARK: Keys that are no points

    @Test("a point off its curve is no key", arguments: ["P-256", "P-384", "P-521"])
    func offCurve(_ curve: String) throws {
        let signer = curve == "P-256" ? TestSigner.p256 : curve == "P-384" ? TestSigner.p384 : .p521
        let members = Dictionary(uniqueKeysWithValues: signer.members())
        let x = try #require(members["x"])
        let y = try #require(members["y"])
        let size = curve == "P-256" ? 32 : curve == "P-384" ? 48 : 66
        func quoted(_ bytes: [UInt8]) -> String { "\"\(TestBase64URL.encode(bytes))\"" }
        let zero = quoted([UInt8](repeating: 0, count: size))
        let ones = quoted([UInt8](repeating: 0xff, count: size))
        let one = quoted([UInt8](repeating: 0, count: size - 1) + [1])
        for (name, changedX, changedY) in [
            ("coordinates exchanged", y, x), ("both zero", zero, zero), ("both one", one, one),
            ("x of zero", zero, y), ("y of zero", x, zero), ("x above the prime", ones, y),
            ("y above the prime", x, ones),
            ("y of another point", x, one),
        ] {
            let key = signer.jwk(["x": changedX, "y": changedY])
            #expect(throws: KeySetError.noValidKey(.ecInvalid), "\(name)") {
                try KeySet(jwks: Array("{\"keys\":[\(key)]}".utf8).span, origin: .inline)
            }
        }
        #expect(try KeySet(jwks: Array(signer.jwks().utf8).span, origin: .inline).keys.count == 1)
    }

    @Test("a key of one curve under the name of another is no key")
    func otherCurve() {
        for curve in ["P-384", "P-521"] {
            let key = TestSigner.p256.jwk(["crv": "\"\(curve)\""])
            #expect(throws: KeySetError.noValidKey(.ecInvalid)) {
                try KeySet(jwks: Array("{\"keys\":[\(key)]}".utf8).span, origin: .inline)
            }
        }
    }
}
