import Foundation
import Testing

@Suite struct TokenMintTests {
    @Test(
        "each algorithm: a new key, and the same key again as it was written; what it signs is verified and no other key does",
        arguments: [
            "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "HS256", "HS384",
            "HS512",
        ])
    func algorithms(_ algorithm: String) throws {
        let folder = try TemporaryFolder()
        let key = folder.url.appending(path: "key").path()
        let new = try TestToken(#"{"sub": "alice"}"#, "--alg", algorithm, "--key-out", key)
        let again = try TestToken(#"{"sub": "bob"}"#, "--alg", algorithm, "--key", key)
        let other = try TestToken(#"{"sub": "alice"}"#, "--alg", algorithm)
        let keys = try folder.write(new.keySet, to: "keys.json").path()
        func verify(_ token: String) throws -> CommandResult {
            try authz("token", "verify", "--jwks", keys, "--allow-symmetric", "--format", "json", token)
        }
        #expect(try verify(new.token).status == 0)
        #expect(try verify(again.token).output.contains(#""claims":{"sub":"bob"}"#))
        #expect(try verify(again.token).output.contains("\"alg\":\"\(algorithm)\""))
        #expect(try verify(other.token).status == 1)
        #expect(try authz("token", "mint", "--key", "README.md", "{}").status == 2)
    }

    @Test("PEM keys made elsewhere sign, in PKCS #8 and in the form of their kind")
    func pem() throws {
        let folder = try TemporaryFolder()
        let path = folder.url.path()
        let script = """
            openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out \(path)/RS256.pem
            openssl rsa -in \(path)/RS256.pem -traditional -out \(path)/PS256.pem
            openssl ecparam -name prime256v1 -genkey -noout -out \(path)/ES256.pem
            openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521 -out \(path)/ES512.pem
            openssl genpkey -algorithm ed25519 -out \(path)/EdDSA.pem
            """
        let shell = try Child(URL(filePath: "/bin/bash"), ["-ec", script])
        try #require(try shell.exitStatus() == 0)
        for algorithm in ["RS256", "PS256", "ES256", "ES512", "EdDSA"] {
            let token = try TestToken("{}", "--alg", algorithm, "--key", "\(path)/\(algorithm).pem")
            let keys = try folder.write(token.keySet, to: "keys.json").path()
            let result = try authz("token", "verify", "--format", "json", "--jwks", keys, token.token)
            #expect(result.status == 0, "\(algorithm): \(result.output)")
        }
        #expect(try authz("token", "mint", "--alg", "ES256", "--key", "\(path)/RS256.pem").status == 2)
    }

    @Test(
        "JWK keys made elsewhere sign, for the algorithms of their kind alone",
        arguments: [
            (
                #"{"kty": "EC", "crv": "P-256", "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "#
                    + #""y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM", "#
                    + #""d": "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"}"#, ["ES256"], "ES384"
            ),
            (
                #"{"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "#
                    + #""d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}"#, ["EdDSA"], "ES256"
            ),
            (
                #"{"kty": "oct", "k": "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"}"#,
                ["HS256", "HS384", "HS512"], "RS256"
            ),
            ("", ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"], "HS256"),
        ])
    func jwk(_ written: String, _ algorithms: [String], _ other: String) throws {
        let folder = try TemporaryFolder()
        let key = try folder.write(try written.isEmpty ? Self.rsaKey() : written, to: "key.json").path()
        for algorithm in algorithms {
            let token = try TestToken("{}", "--alg", algorithm, "--key", key)
            #expect(!token.keySet.contains("\"d\""), "no private half")
            let keys = try folder.write(token.keySet, to: "keys.json").path()
            let result = try authz(
                "token", "verify", "--format", "json", "--allow-symmetric", "--jwks", keys, token.token)
            #expect(result.status == 0, "\(algorithm): \(result.output)")
        }
        #expect(try authz("token", "mint", "--alg", other, "--key", key).status == 2)
    }

    /// A new RSA key as a JWK.
    private static func rsaKey() throws -> String {
        let script = """
            import base64, json, subprocess
            pem = subprocess.run("openssl genrsa -traditional 2048", shell=True, capture_output=True, check=True).stdout
            der = base64.b64decode(b"".join(pem.split(b"\\n")[1:-2]))
            def element(at):
                size, start = der[at + 1], at + 2
                if size > 127:
                    size, start = int.from_bytes(der[start:start + size - 128], "big"), start + size - 128
                return start, start + size
            at, key = element(0)[0], {"kty": "RSA"}
            for name in ["version", "n", "e", "d", "p", "q", "dp", "dq", "qi"]:
                start, at = element(at)
                number = der[start:at].lstrip(bytes(1))
                if name != "version":
                    key[name] = base64.urlsafe_b64encode(number).rstrip(b"=").decode()
            print(json.dumps(key))
            """
        let child = try Child(URL(filePath: "/usr/bin/env"), ["python3", "-c", script])
        try #require(try child.exitStatus() == 0)
        return try child.output
    }

    @Test("inspect shows times as dates and by their distance, and says what it did not verify")
    func inspect() throws {
        let token = try TestToken(
            #"{"nbf": 1767225500, "auth_time": 1767139200}"#, "--alg", "ES256", "--expires-in", "5m", "--now",
            "2026-01-01T00:00:00Z")
        let result = try authz("token", "inspect", "--now", "2026-01-01T00:08:00Z", "Bearer \(token.token)")
        #expect(result.status == 0)
        for text in [
            "exp        1767225900  expired 3 min ago (2026-01-01T00:05:00Z)",
            "iat        1767225600  issued 8 min ago (2026-01-01T00:00:00Z)",
            "auth_time  1767139200  24 h ago (2025-12-31T00:00:00Z)",
            "not verified: signature, issuer, audience, times",
        ] { #expect(result.output.contains(text), "\(result.output)") }
        let later = try authz("token", "inspect", "--now", "2026-01-01T00:04:00Z", token.token)
        #expect(later.output.contains("expires in 1 min"))
    }

    /// Whether system calls can be watched here; a container may forbid it.
    private static let canTrace: Bool = {
        do {
            let child = try Child(URL(filePath: "/usr/bin/env"), ["strace", "-o", "/dev/null", "true"])
            return try child.exitStatus() == 0
        } catch {
            return false
        }
    }()

    @Test("inspect, mint, explain and verify by what they are given open no socket", .enabled(if: canTrace))
    func noSocket() throws {
        let folder = try TemporaryFolder()
        let token = try TestToken("{}", "--alg", "ES256")
        let keys = try folder.write(token.keySet, to: "keys.json").path()
        let log = folder.url.appending(path: "calls").path()
        let commands = [
            ["token", "inspect", token.token], ["token", "verify", "--jwks", keys, token.token],
            ["token", "verify", "-p", "policies", token.token], ["token", "mint", "{}"],
            ["explain", "examples/denied.json"],
        ]
        for command in commands {
            let child = try Child(
                URL(filePath: "/usr/bin/env"),
                ["strace", "-f", "-e", "trace=socket,connect,sendto,bind", "-o", log, Repository.authz.path()] + command
            )
            _ = try child.exitStatus()
            let calls = try String(contentsOfFile: log, encoding: .utf8)
            #expect(calls.contains("exited with"), "strace has watched")
            #expect(!calls.contains("socket("), "\(command): \(calls)")
        }
    }
}
