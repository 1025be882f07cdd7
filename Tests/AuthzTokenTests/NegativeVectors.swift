import AuthzTestSupport
import AuthzToken
import Testing

/// Tokens that differ from a good one in one thing, made anew for each run.
struct NegativeVector: Sendable, CustomTestStringConvertible {
    var name: String
    /// The good token and what it is checked with.
    var neighbor: String
    var check: Check
    /// What was made of it.
    var token: String
    var changedCheck: Check?
    var status: TokenStatus

    var testDescription: String { name }

    struct Subject: Sendable {
        var algorithm: String, signer: TestSigner, other: TestSigner
    }

    private static let subjects: [Subject] =
        ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"].map {
            Subject(algorithm: $0, signer: .rsa2048, other: .otherRSA2048)
        } + [
            Subject(algorithm: "ES256", signer: .p256, other: TestSigner(.ec(curve: "P-256"))),
            Subject(algorithm: "ES384", signer: .p384, other: TestSigner(.ec(curve: "P-384"))),
            Subject(algorithm: "ES512", signer: .p521, other: TestSigner(.ec(curve: "P-521"))),
            Subject(algorithm: "EdDSA", signer: .ed25519, other: TestSigner(.ed25519)),
        ]
        + ["HS256", "HS384", "HS512"].map {
            Subject(algorithm: $0, signer: .oct, other: TestSigner(.oct(Array("another key of the same length!".utf8))))
        }

    static let all: [NegativeVector] = subjects.flatMap(ofSubject) + ofClaims + ofKeys

    // MARK: Signature and header

    private static func ofSubject(_ subject: Subject) -> [NegativeVector] {
        let signer = subject.signer
        var check = Check()
        check.jwks = signer.jwks(["kid": "\"k\""])
        let header = #"{"alg":"\#(subject.algorithm)","kid":"k"}"#
        func token(_ header: String, _ claims: String, by key: TestSigner? = nil) -> String {
            (key ?? signer).token(header: header, payload: claims, scheme: .named(subject.algorithm))
        }
        let good = token(header, payload(#""sub":"alice""#))
        let pieces = good.split(separator: ".").map(String.init)
        let signature = signer.signature(of: Array("\(pieces[0]).\(pieces[1])".utf8), scheme: .named(subject.algorithm))
        var vectors: [NegativeVector] = []
        func add(_ name: String, _ token: String, _ status: TokenStatus, jwks: String? = nil) {
            var vector = NegativeVector(
                name: "\(subject.algorithm): \(name)", neighbor: good, check: check, token: token, status: status)
            if let jwks {
                vector.changedCheck = check
                vector.changedCheck?.jwks = jwks
            }
            vectors.append(vector)
        }
        func with(signature bytes: [UInt8]) -> String { "\(pieces[0]).\(pieces[1]).\(TestBase64URL.encode(bytes))" }
        let isEdDSA = subject.algorithm == "EdDSA"
        for index in [0, signature.count / 4, signature.count / 2, signature.count * 3 / 4, signature.count - 1] {
            var changed = signature
            changed[index] ^= 1 << (index % 8)
            add("a bit of byte \(index) of the signature", with(signature: changed), .signatureInvalid)
        }
        let wrongLength: TokenStatus = isEdDSA ? .ed25519SignatureLength : .signatureInvalid
        add("a signature that lacks a byte", with(signature: signature.dropLast()), wrongLength)
        add("a signature with a byte more", with(signature: signature + [0]), wrongLength)
        add("a signature of zeros", with(signature: signature.map { _ in 0 }), .signatureInvalid)
        add("a signature of ones", with(signature: signature.map { _ in 0xff }), .signatureInvalid)
        add("no signature", "\(pieces[0]).\(pieces[1]).", .notThreePieces)
        add("no payload", "\(pieces[0])..\(pieces[2])", .notThreePieces)
        add("no header", ".\(pieces[1]).\(pieces[2])", .notThreePieces)
        add("a fourth piece", good + ".AA", .notThreePieces)
        add("an empty fourth piece", good + ".", .notThreePieces)
        // The blank is skipped, as Envoy does, but it is among the bytes that were signed.
        add("a blank in front", " " + good, .signatureInvalid)
        add("a blank behind", good + " ", .signatureNotBase64URL)
        add(
            "a plus sign in the signature", "\(pieces[0]).\(pieces[1]).+" + pieces[2].dropFirst(),
            .signatureNotBase64URL)
        add(
            "the signature of another token",
            "\(pieces[0]).\(pieces[1])." + (token(header, payload(#""sub":"bob""#)).split(separator: ".").last ?? ""),
            .signatureInvalid)
        add(
            "the payload of another token",
            "\(pieces[0])." + token(header, payload(#""sub":"bob""#)).split(separator: ".")[1] + ".\(pieces[2])",
            .signatureInvalid)
        add(
            "a header with a member more",
            TestBase64URL.encode(Array(#"{"alg":"\#(subject.algorithm)","kid":"k","typ":"JWT"}"#.utf8))
                + ".\(pieces[1]).\(pieces[2])", .signatureInvalid)
        add("a key of the same kind", good, .signatureInvalid, jwks: subject.other.jwks(["kid": "\"k\""]))
        add("a key of another kid", good, .keyUnknown, jwks: signer.jwks(["kid": "\"K\""]))
        add("another kid", token(#"{"alg":"\#(subject.algorithm)","kid":"K"}"#, payload()), .keyUnknown)
        add(
            "a critical header", token(#"{"alg":"\#(subject.algorithm)","kid":"k","crit":["exp"]}"#, payload()),
            .criticalHeader)
        add("alg none", token(#"{"alg":"none","kid":"k"}"#, payload()), .algorithmNotSupported)
        add(
            "alg in other letters", token(#"{"alg":"\#(flipped(subject.algorithm))","kid":"k"}"#, payload()),
            .algorithmNotSupported)
        add(
            "alg twice", token(#"{"alg":"\#(subject.algorithm)","alg":"\#(subject.algorithm)","kid":"k"}"#, payload()),
            .headerNotJSON)
        for algorithm in SignatureAlgorithm.allCases where "\(algorithm.name)" != subject.algorithm {
            add(
                "says \(algorithm.name)", token(#"{"alg":"\#(algorithm.name)","kid":"k"}"#, payload()),
                .signatureInvalid)
        }
        return vectors
    }

    private static func flipped(_ text: String) -> String {
        String(text.map { $0.isUppercase ? Character($0.lowercased()) : Character($0.uppercased()) })
    }

    // MARK: Claims

    private static let ofClaims: [NegativeVector] = {
        var check = Check()
        check.audiences = ["api"]
        check.jwks = TestSigner.p256.jwks()
        let now = Check.now
        let good = #""aud":"api","exp":\#(now),"nbf":\#(now),"iat":\#(now),"sub":"alice","jti":"1""#
        let noNumbers = [#""1""#, "null", "true", "[]", "{}"]
        let beyond = ["-1", "-0.5", "1e30", "18446744073709551616"]
        var vectors: [NegativeVector] = []
        func add(_ name: String, _ claims: String, _ status: TokenStatus) {
            vectors.append(
                NegativeVector(
                    name: name, neighbor: TestSigner.p256.token(payload: payload(good)), check: check,
                    token: TestSigner.p256.token(payload: claims), status: status))
        }
        func replacing(_ old: String, _ new: String) -> String {
            payload(good).replacing(old, with: new)
        }
        let wrong: [(claim: String, notInteger: TokenStatus, outOfRange: TokenStatus)] = [
            ("exp", .expirationNotInteger, .expirationOutOfRange), ("nbf", .notBeforeNotInteger, .notBeforeOutOfRange),
            ("iat", .issuedAtNotInteger, .issuedAtOutOfRange),
        ]
        for (claim, notInteger, outOfRange) in wrong {
            for (value, status) in noNumbers.map({ ($0, notInteger) }) + beyond.map({ ($0, outOfRange) }) {
                add("\(claim) is \(value)", replacing(#""\#(claim)":\#(now)"#, #""\#(claim)":\#(value)"#), status)
            }
            for value in ["1e400", "01", "+1", "1.", ".5", "0x10", "NaN", "--1"] {
                add(
                    "\(claim) is \(value)", replacing(#""\#(claim)":\#(now)"#, #""\#(claim)":\#(value)"#),
                    .payloadNotJSON)
            }
        }
        add("expired", replacing(#""exp":\#(now)"#, #""exp":\#(now - 61)"#), .expired)
        add("not yet valid", replacing(#""nbf":\#(now)"#, #""nbf":\#(now + 61)"#), .notYetValid)
        for issuer in [#""https://b.example""#, #""https://A.example""#, #""https://a.example/""#, #""""#] {
            add("issuer \(issuer)", replacing(#""https://a.example""#, issuer), .issuerUnknown)
        }
        add("no issuer", replacing(#""iss":"https://a.example","#, ""), .issuerUnknown)
        for audience in [#""b""#, #""API""#, "[]", #"["b","apis"]"#, #""api//""#] {
            add("audience \(audience)", replacing(#""aud":"api""#, #""aud":\#(audience)"#), .audienceNotAllowed)
        }
        add("no audience", replacing(#""aud":"api","#, ""), .audienceNotAllowed)
        add("audience in another member", replacing(#""aud""#, #""Aud""#), .audienceNotAllowed)
        for audience in ["{}", "null", "1", #"["api",1]"#] {
            add("audience \(audience)", replacing(#""aud":"api""#, #""aud":\#(audience)"#), .audienceNotStrings)
        }
        for value in ["1", "null", "[]", "{}", "true"] {
            add("iss is \(value)", replacing(#""iss":"https://a.example""#, #""iss":\#(value)"#), .issuerNotString)
            add("sub is \(value)", replacing(#""sub":"alice""#, #""sub":\#(value)"#), .subjectNotString)
            add("jti is \(value)", replacing(#""jti":"1""#, #""jti":\#(value)"#), .tokenIDNotString)
        }
        add("a member twice", replacing(#""sub""#, #""sub":"alice","sub""#), .payloadNotJSON)
        add("a member twice, once escaped", replacing(#""sub""#, #""\u0073ub":"alice","sub""#), .payloadNotJSON)
        add("a member twice, deep", replacing(#""sub""#, #""x":[{"a":1,"a":1}],"sub""#), .payloadNotJSON)
        for text in [
            "[]", "1", #""x""#, "{", #"{"a":1,}"#, "{'a':1}", "{a:1}", #"{"a":1}}"#, "\u{feff}{}",
        ] {
            add("the payload is \(text)", text, .payloadNotJSON)
        }
        // As Envoy: no claims, so no issuer.
        add("the payload is null", "null", .issuerUnknown)
        add(
            "101 levels",
            replacing(
                #""sub""#, #""x":\#(String(repeating: "[", count: 100))\#(String(repeating: "]", count: 100)),"sub""#),
            .payloadNotJSON)
        return vectors
    }()

    // MARK: Keys

    private static let ofKeys: [NegativeVector] = {
        var check = Check()
        check.jwks = TestSigner.p256.jwks()
        let good = TestSigner.p256.token(payload: payload())
        return [
            ("use enc", TestSigner.p256.jwk(["use": "\"enc\""])),
            ("key_ops sign", TestSigner.p256.jwk(["key_ops": #"["sign"]"#])),
            ("padded x", TestSigner.p256.jwk(["x": padded("x")])),
            ("another y", TestSigner.p256.jwk(["y": quoted("AA")])),
            ("an odd kty", TestSigner.p256.jwk(["kty": "\"ec\""])),
        ].map { name, key in
            var changed = check
            // A second key keeps the set usable.
            changed.jwks = "{\"keys\":[\(key),\(TestSigner.p384.jwk())]}"
            return NegativeVector(
                name: "key: \(name)", neighbor: good, check: check, token: good, changedCheck: changed,
                status: .signatureInvalid)
        }
    }()

    private static func quoted(_ text: String) -> String { "\"\(text)\"" }

    private static func padded(_ member: String) -> String {
        let value = TestSigner.p256.members().first { $0.0 == member }?.1 ?? ""
        return value.dropLast() + "=\""
    }
}
