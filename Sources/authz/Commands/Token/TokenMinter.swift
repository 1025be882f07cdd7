import AuthzCore
import AuthzEngine
import AuthzToken

/// Makes a token for tests, its key set and, where asked for, a new key.
struct TokenMinter {
    private let settings: TokenMintSettings
    private let console: Console

    init(_ settings: TokenMintSettings, _ console: Console) {
        self.settings = settings
        self.console = console
    }

    /// - Returns: The exit status.
    /// - Throws: What is wrong with claims or key, or which file cannot be written.
    func run() throws(InputError) -> Int32 {
        let claims = try claims()
        let (key, algorithm, keyID) = try key()
        let minted: MintedToken
        do throws(MintingError) {
            minted = try MintedToken(claims: claims, key: key, algorithm: algorithm, keyID: keyID)
        } catch {
            throw problem(error == .algorithmDoesNotFit ? settings.keyPath : nil, error.message)
        }
        if let path = settings.newKeyPath {
            let bytes = key.pem.isEmpty ? Array(minted.keySet.utf8) : key.pem
            try OutputFile.write(bytes, to: path, .ownerOnce, hidesSignatures: false)
        }
        if let path = settings.keySetPath {
            // The key set of a symmetric key is the key.
            let access: OutputFile.Access = key.isSymmetric ? .owner : .anyone
            try OutputFile.write(
                Array((minted.keySet + "\n").utf8), to: path, access, sparing: settings.sparedPaths,
                hidesSignatures: false)
        }
        write(minted)
        return 0
    }

    private func write(_ minted: MintedToken) {
        switch console.settings.format {
        case .text:
            console.answers.write(minted.token + "\n" + (settings.keySetPath == nil ? minted.keySet + "\n" : ""))
        case .json:
            var json = JSONWriter()
            json.beginObject()
            json.member("token", minted.token)
            json.member("alg", "\(minted.algorithm.name)")
            json.member("kid", minted.keyID)
            var tape = JSONTape()
            json.name("jwks")
            do throws(JSONError) {
                try tape.scan(minted.keySet.utf8.span)
                json.value(tape, at: tape.root)
            } catch {
                json.null()
            }
            json.endObject()
            console.answer(json)
        }
        if !console.settings.isQuiet {
            console.messages.write("authz: for tests alone: key \(minted.keyID.quoted)\n")
        }
    }

    // MARK: Key

    private func key() throws(InputError) -> (SigningKey, SignatureAlgorithm, keyID: String?) {
        guard let path = settings.keyPath else {
            let algorithm = settings.algorithm ?? .rs256
            guard let key = SigningKey.generate(for: algorithm) else { throw problem(nil, "no key could be made") }
            return (key, algorithm, settings.keyID)
        }
        let bytes = try DocumentFile.read(path)
        let names = SigningKey.names(in: bytes)
        do throws(SigningKeyError) {
            let key = try SigningKey.parse(bytes)
            let named = SignatureAlgorithm.allCases.first { "\($0.name)" == names.algorithm }
            return (key, settings.algorithm ?? named ?? key.usualAlgorithm, settings.keyID ?? names.keyID)
        } catch {
            throw problem(path, "the key cannot be used: \(error.message)")
        }
    }

    // MARK: Claims

    /// The claims that were given, with those of options in place of their own.
    private func claims() throws(InputError) -> [UInt8] {
        let isText = settings.areClaimsText
        let bytes = isText ? Array(settings.claims.utf8) : try DocumentFile.read(settings.claims)
        var tape = JSONTape()
        let place = isText ? "the claims" : settings.claims
        do throws(JSONError) { try tape.scan(bytes.span) } catch {
            let location = SourceLocation(file: DocumentFile.name(place), offset: error.offset, in: bytes)
            throw InputError([
                Diagnostic(
                    .error, .invalidToken, at: location, "\(MintingError.claimsNotObject.message): \(error.message)")
            ])
        }
        guard tape.kind(at: tape.root) == .object else { throw problem(place, MintingError.claimsNotObject.message) }
        var json = JSONWriter()
        json.beginObject()
        let options = optionClaims
        for key in tape.elements(of: tape.root) {
            let name = tape.string(at: key)
            if options.contains(where: { $0.name.utf8.elementsEqual(name.utf8) }) { continue }
            json.name(name)
            json.value(tape, at: key + 1)
        }
        for claim in options {
            json.name(claim.name)
            claim.write(&json)
        }
        json.endObject()
        return json.bytes
    }

    private var optionClaims: [(name: String, write: (inout JSONWriter) -> Void)] {
        var claims: [(name: String, write: (inout JSONWriter) -> Void)] = []
        if let issuer = settings.issuer { claims.append(("iss", { $0.string(issuer) })) }
        if let subject = settings.subject { claims.append(("sub", { $0.string(subject) })) }
        let audiences = settings.audiences
        if !audiences.isEmpty {
            claims.append(
                (
                    "aud",
                    { json in
                        json.beginArray()
                        for audience in audiences { json.string(audience) }
                        json.endArray()
                    }
                ))
        }
        if let lifetime = settings.lifetime {
            let now = settings.now
            claims.append(("iat", { $0.integer(now) }))
            claims.append(("exp", { $0.integer(now + lifetime) }))
        }
        return claims
    }

    private func problem(_ path: String?, _ message: String) -> InputError {
        let place = SourceLocation(file: path.map(DocumentFile.name) ?? "the claims", line: 1, column: 1)
        return InputError([Diagnostic(.error, .invalidToken, at: place, message)])
    }
}
