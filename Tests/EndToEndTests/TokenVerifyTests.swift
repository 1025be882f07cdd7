import Foundation
import Testing

@Suite struct TokenVerifyTests {
    private struct Verdict: Decodable, Equatable {
        var valid: Bool
        var reason: String?
        var alg: String?
        var kid: String?
        var claims: [String: String]?
    }

    private static func verdicts(_ output: String) throws -> [Verdict] {
        try output.split(separator: "\n").map { try JSONDecoder().decode(Verdict.self, from: Data($0.utf8)) }
    }

    private let folder: TemporaryFolder
    private let token: TestToken
    private let keys: String

    init() throws {
        folder = try TemporaryFolder()
        token = try TestToken(#"{"iss": "https://auth.example.com", "sub": "alice"}"#, "--alg", "ES256")
        keys = try folder.write(token.keySet, to: "keys.json").path()
    }

    @Test("each line of standard input is answered with one object, whatever it holds")
    func manyLines() throws {
        let lines = [token.token, "", "x.y.z", token.signed + ".AAAA", token.token]
        let input = String(repeating: lines.joined(separator: "\n") + "\n", count: 2_000)
        let result = try authz("token", "verify", "--jwks", keys, "--format", "json", input: input)
        let verdicts = try Self.verdicts(result.output)
        #expect(result.status == 1)
        #expect(verdicts.count == 10_000)
        #expect(verdicts.prefix(5).map(\.valid) == [true, false, false, false, true])
        #expect(
            verdicts.prefix(5).map(\.reason)
                == [nil, "token-malformed", "token-malformed", "token-signature-invalid", nil])
        #expect(verdicts.first?.alg == "ES256")
        #expect(verdicts.first?.kid?.hasPrefix("authz-test-") == true)
        #expect(verdicts.first?.claims == ["iss": "https://auth.example.com", "sub": "alice"])
        #expect(verdicts[1] == Verdict(valid: false, reason: "token-malformed", alg: nil, kid: nil, claims: nil))
        #expect(verdicts[3].alg == "ES256" && verdicts[3].claims == nil, "claims of a bad token are not passed on")
        #expect(try authz("token", "verify", "--jwks", keys, "-", input: token.token).status == 0)
    }

    @Test("bytes that are no UTF-8 are a malformed token; a token beside them is not")
    func invalidUTF8() throws {
        var input = Data(token.token.utf8)
        input += [0x0a, 0xff, 0xfe, 0x0a]
        input += Data(token.token.utf8)
        for command in [["verify", "--jwks", keys], ["inspect"]] {
            let child = try Child(Repository.authz, ["token"] + command + ["--format", "json"], input: input)
            #expect(try child.exitStatus() == 1)
            let reasons = try child.output.split(separator: "\n").map { $0.contains(#""reason":"token-malformed""#) }
            #expect(reasons == [false, true, false])
        }
    }

    @Test("a line of a megabyte is too long, and one of a hundred is not kept")
    func longLines() throws {
        let long = String(repeating: "a", count: 1 << 20)
        let result = try authz(
            "token", "verify", "--jwks", keys, "--format", "json", input: "\(long)\n\(token.token)\n")
        #expect(try Self.verdicts(result.output).map(\.reason) == ["token-too-long", nil])

        // What the shell permits would not hold the line.
        let script = """
            ulimit -v 250000
            { head -c 150000000 /dev/zero; echo; echo \(token.token); } \
            | '\(Repository.authz.path())' token verify --format json --jwks '\(keys)'
            """
        let child = try Child(URL(filePath: "/bin/bash"), ["-c", script])
        #expect(try child.exitStatus(within: .seconds(300)) == 1)
        #expect(try Self.verdicts(child.output).map(\.reason) == ["token-too-long", nil])
    }

    @Test("a reader that goes away ends nothing, and the status stays")
    func brokenPipe() throws {
        let lines = try folder.write(String(repeating: token.token + "\n", count: 20_000), to: "tokens").path()
        for command in ["verify --jwks '\(keys)'", "inspect"] {
            let script =
                "'\(Repository.authz.path())' token \(command) < '\(lines)' | head -n 1 >/dev/null; echo ${PIPESTATUS[0]}"
            let child = try Child(URL(filePath: "/bin/bash"), ["-c", script])
            #expect(try child.exitStatus() == 0)
            #expect(try child.output == "0\n")
            #expect(try child.errors == "")
        }
    }

    @Test(
        "--signature-only judges header and signature, whatever the payload is",
        arguments: [
            ("7b22657870223a317d", "token-expired"), ("7b7d", nil), ("", "token-malformed"),
            ("fffe00", "token-malformed"), ("6e6f74204a534f4e", "token-malformed"),
        ])
    func signatureOnly(_ payload: String, _ reasonOtherwise: String?) throws {
        let sign = """
            import base64, hashlib, hmac, sys
            def encoded(data): return base64.urlsafe_b64encode(data).rstrip(b"=")
            signed = encoded(b'{"alg":"HS256"}') + b"." + encoded(bytes.fromhex(sys.argv[1]))
            print((signed + b"." + encoded(hmac.new(b"secret", signed, hashlib.sha256).digest())).decode())
            """
        let signer = try Child(URL(filePath: "/usr/bin/env"), ["python3", "-c", sign, payload])
        try #require(try signer.exitStatus() == 0)
        let token = try signer.output.trimmingCharacters(in: .newlines)
        let keys = try folder.write(#"{"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}"#, to: "oct.json").path()
        let options = ["token", "verify", "--jwks", keys, "--allow-symmetric", "--format", "json"]
        let whole = try Child(Repository.authz, options + [token])
        #expect(try whole.exitStatus() == (reasonOtherwise == nil ? 0 : 1))
        #expect(try whole.output.contains(#""reason":\#(reasonOtherwise.map { "\"\($0)\"" } ?? "null")"#))
        let signature = try Child(Repository.authz, options + ["--signature-only", token])
        #expect(try signature.exitStatus() == 0)
        // Another payload with the signature of this one.
        let forged = token.replacing(/\.[^.]*\./, with: ".eA.")
        let refused = try Child(Repository.authz, options + ["--signature-only", forged])
        #expect(try refused.exitStatus() == 1)
        #expect(try refused.output.contains("token-signature-invalid"))
    }

    @Test(
        "symmetric keys count under --allow-symmetric, short RSA keys under --minimum-rsa-bits, long tokens under theirs"
    )
    func limits() throws {
        let long = try TestToken(#"{"x": "\#(String(repeating: "x", count: 20_000))"}"#, "--alg", "ES256")
        let keys = try folder.write(long.keySet, to: "long.json").path()
        for (options, status) in [
            ([], 1), (["--maximum-token-bytes", "40000"], 0), (["--maximum-token-bytes", "20000"], 1),
        ]
            as [([String], Int32)]
        {
            let child = try Child(
                Repository.authz, ["token", "verify", "--jwks", keys, "--format", "json"] + options, input: long.token)
            #expect(try child.exitStatus() == status, "\(options)")
            #expect(try child.output.contains("token-too-long") == (status == 1))
        }
        let variable = try Child(
            Repository.authz, ["token", "verify", "--jwks", keys], input: long.token,
            environment: ["AUTHZ_MAXIMUM_TOKEN_BYTES": "40000"])
        #expect(try variable.exitStatus() == 0)
        let rsa = try TestToken("{}", "--alg", "RS256")
        let rsaKeys = try folder.write(rsa.keySet, to: "rsa.json").path()
        for (bits, status) in [("2048", 0), ("2049", 1)] as [(String, Int32)] {
            let result = try authz("token", "verify", "--jwks", rsaKeys, "--minimum-rsa-bits", bits, rsa.token)
            #expect(result.status == status)
            #expect(result.errors.contains("= hint: `--minimum-rsa-bits 2048` lets it count") == (status == 1))
        }
        for bad in [["--maximum-token-bytes", "0"], ["--minimum-rsa-bits", "511"], ["--minimum-rsa-bits", "many"]] {
            for command in [
                ["token", "verify", "--jwks", keys], ["explain", "examples/denied.json"], ["test"], ["serve"],
            ] {
                let child = try Child(Repository.authz, command + bad)
                #expect(try child.exitStatus() == 64, "\(command) \(bad)")
            }
        }
    }

    @Test("no token, a bad key set and a wrong usage are told apart by the status")
    func statuses() throws {
        #expect(try authz("token", "verify", "--jwks", keys, token.token).status == 0)
        #expect(try authz("token", "verify", "--jwks", keys, "x").status == 1)
        #expect(try authz("token", "verify", "--jwks", keys).status == 2, "no token at all")
        #expect(try authz("token", "verify", "--jwks", "no-such-file", token.token).status == 2)
        #expect(
            try authz("token", "verify", "--jwks", keys, "--issuer", "https://other.example", token.token).status == 1)
        #expect(try authz("token", "verify", "--jwks", keys, "--jwks", keys, token.token).status == 64)
        #expect(try authz("token", "verify", "--jwks", keys, "--fetch-jwks", token.token).status == 64)
        #expect(try authz("token", "verify", "--signature-only", token.token).status == 64)
        #expect(try authz("token", "inspect", "x").status == 1)
        #expect(try authz("token", "inspect").status == 2)
        #expect(try authz("token", "mint", "[]").status == 2)
        #expect(try authz("token", "mint", "--alg", "none").status == 64)
        #expect(try authz("token", "mint", "--key", keys, "--jwks-out", keys).status == 64)
        #expect(try authz("token", "mint", "--now", "1969-12-31T23:59:59Z").status == 64)
    }
}
