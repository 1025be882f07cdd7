internal import AuthzCore
internal import COpenSSL

extension SigningKey {
    /// The longest file of a key that is read.
    package static let maximumFileBytes = 64 * 1024

    /// Reads a private key: PEM without a passphrase, a JWK (RFC 7517), or a JWKS with one private key in it.
    ///
    /// - Throws: What the text lacks to be one.
    package static func parse(_ bytes: [UInt8]) throws(SigningKeyError) -> SigningKey {
        defer { ERR_clear_error() }
        guard bytes.count <= maximumFileBytes else { throw .tooLong(maximumBytes: maximumFileBytes) }
        let key: SigningKey
        if bytes.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") {
            guard let document = JSONValue(parsing: bytes.span) else { throw .notJSON }
            let jwk = try privateJWK(in: document)
            key = try parse(jwk: jwk)
            try checkUse(of: jwk)
        } else {
            key = try parse(pem: bytes)
        }
        if key.kind == .rsa, let bits = key.bits, bits < 2048 { throw .modulusTooShort(bits: bits, minimum: 2048) }
        return key
    }

    /// The `kid` and `alg` of a file that is a JWK or a JWKS with one private key; `nil` where it has none.
    package static func names(in bytes: [UInt8]) -> (keyID: String?, algorithm: String?) {
        guard bytes.count <= maximumFileBytes, let document = JSONValue(parsing: bytes.span) else { return (nil, nil) }
        do throws(SigningKeyError) {
            let jwk = try privateJWK(in: document)
            return (KeyParser.keyID(of: jwk), jwk["alg"]?.string)
        } catch {
            return (nil, nil)
        }
    }

    private static func privateJWK(in document: JSONValue) throws(SigningKeyError) -> JSONValue {
        guard let keys = document["keys"]?.elements else { return document }
        let own = keys.filter { $0["d"] != nil || $0["k"] != nil }
        guard let first = own.first else { throw .notPrivate }
        guard own.count == 1 else { throw .severalKeys(own.count) }
        return first
    }

    // MARK: PEM

    private static func parse(pem bytes: [UInt8]) throws(SigningKeyError) -> SigningKey {
        let handle = unsafe bytes.withUnsafeBufferPointer { bytes -> OpaquePointer? in
            guard let input = unsafe BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)) else { return nil }
            defer { unsafe BIO_free(input) }
            // An empty passphrase, for otherwise OpenSSL asks for one at the terminal.
            let empty: StaticString = ""
            return unsafe PEM_read_bio_PrivateKey(input, nil, nil, UnsafeMutableRawPointer(mutating: empty.cText))
        }
        guard let handle = unsafe handle else { throw .notPEM }
        guard let kind = unsafe kind(of: handle) else {
            unsafe EVP_PKEY_free(handle)
            throw .typeNotSupported
        }
        return unsafe SigningKey(owning: handle, kind)
    }

    private static func kind(of handle: OpaquePointer) -> Kind? {
        switch unsafe EVP_PKEY_get_base_id(handle) {
        case EVP_PKEY_RSA: return .rsa
        case EVP_PKEY_ED25519: return .ed25519
        case EVP_PKEY_EC:
            var name = [CChar](repeating: 0, count: 64)
            var count = 0
            let capacity = name.count
            let result = unsafe name.withUnsafeMutableBufferPointer {
                unsafe EVP_PKEY_get_group_name(handle, $0.baseAddress, capacity, &count)
            }
            guard result == 1 else { return nil }
            switch String(decoding: name.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self) {
            case "prime256v1", "P-256": return .ecdsa(.p256)
            case "secp384r1", "P-384": return .ecdsa(.p384)
            case "secp521r1", "P-521": return .ecdsa(.p521)
            default: return nil
            }
        default: return nil
        }
    }

    // MARK: JWK

    private static func parse(jwk: JSONValue) throws(SigningKeyError) -> SigningKey {
        switch jwk["kty"]?.string {
        case "oct":
            guard let secret = try bytes(of: "k", in: jwk), !secret.isEmpty else { throw .memberMissing("k") }
            return SigningKey(secret: secret)
        case "RSA":
            var numbers: [(StaticString, [UInt8])] = []
            for (member, name) in rsaMembers {
                if let bytes = try bytes(of: member, in: jwk) {
                    numbers.append((name, bytes))
                } else if member == "n" || member == "e" {
                    throw .memberMissing(member)
                } else if member == "d" {
                    throw .notPrivate
                }
            }
            return try make("RSA", .rsa, numbers: numbers)
        case "EC":
            guard let curve = EllipticCurve.allCases.first(where: { "\($0.name)" == jwk["crv"]?.string }) else {
                throw .typeNotSupported
            }
            guard let d = try bytes(of: "d", in: jwk) else { throw .notPrivate }
            guard let x = try bytes(of: "x", in: jwk), let y = try bytes(of: "y", in: jwk),
                x.count == curve.coordinateBytes, y.count == curve.coordinateBytes
            else { throw .memberMissing("x") }
            return try make(
                "EC", .ecdsa(curve), numbers: [("priv", d)], group: curve.name, point: [0x04] + x + y)
        case "OKP":
            guard jwk["crv"]?.string == "Ed25519" else { throw .typeNotSupported }
            guard let d = try bytes(of: "d", in: jwk) else { throw .notPrivate }
            let handle = unsafe d.withUnsafeBufferPointer {
                unsafe EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, $0.baseAddress, $0.count)
            }
            guard let handle = unsafe handle else { throw .invalidKey }
            let key = unsafe SigningKey(owning: handle, .ed25519)
            // OpenSSL makes the public half of the private one, so nothing else compares them.
            if let x = try bytes(of: "x", in: jwk) {
                let own = key.members.first { "\($0.name)" == "x" }?.value
                guard own == Base64URL.encode(x.span) else { throw .invalidKey }
            }
            return key
        default: throw .typeNotSupported
        }
    }

    /// What a JWK says of its use (RFC 7517 §4.2 to §4.4), where it says something.
    private static func checkUse(of jwk: JSONValue) throws(SigningKeyError) {
        if let use = jwk["use"], use.string != "sig" { throw .notForSigning("use") }
        if let operations = jwk["key_ops"], operations.elements?.contains(where: { $0.string == "sign" }) != true {
            throw .notForSigning("key_ops")
        }
        if let name = jwk["alg"], !SignatureAlgorithm.allCases.contains(where: { "\($0.name)" == name.string }) {
            throw .algorithmNotSupported
        }
    }

    private static let rsaMembers: [(member: String, name: StaticString)] = [
        ("n", "n"), ("e", "e"), ("d", "d"), ("p", "rsa-factor1"), ("q", "rsa-factor2"), ("dp", "rsa-exponent1"),
        ("dq", "rsa-exponent2"), ("qi", "rsa-coefficient1"),
    ]

    private static func bytes(of member: String, in jwk: JSONValue) throws(SigningKeyError) -> [UInt8]? {
        guard let value = jwk[member] else { return nil }
        var bytes: [UInt8] = []
        guard let text = value.string, Base64URL.decode(Array(text.utf8).span, into: &bytes) == [] else {
            throw .memberNotBase64URL(member)
        }
        return bytes
    }

    /// Builds a key pair of its parts, and checks that they belong together.
    private static func make(
        _ type: StaticString, _ kind: Kind, numbers: [(name: StaticString, bytes: [UInt8])], group: StaticString? = nil,
        point: [UInt8] = []
    ) throws(SigningKeyError) -> SigningKey {
        guard let builder = unsafe OSSL_PARAM_BLD_new() else { throw .invalidKey }
        defer { unsafe OSSL_PARAM_BLD_free(builder) }
        var integers: [OpaquePointer?] = unsafe []
        defer {
            for index in unsafe integers.indices { unsafe BN_clear_free(integers[index]) }
        }
        for number in numbers {
            let integer = unsafe number.bytes.withUnsafeBufferPointer {
                unsafe BN_bin2bn($0.baseAddress, Int32($0.count), nil)
            }
            unsafe integers.append(integer)
            guard unsafe OSSL_PARAM_BLD_push_BN(builder, number.name.cText, integer) == 1 else { throw .invalidKey }
        }
        if let group {
            let name: StaticString = "group"
            guard unsafe OSSL_PARAM_BLD_push_utf8_string(builder, name.cText, group.cText, 0) == 1 else {
                throw .invalidKey
            }
        }
        let handle = unsafe point.withUnsafeBufferPointer { point -> OpaquePointer? in
            let name: StaticString = "pub"
            if !point.isEmpty {
                guard unsafe OSSL_PARAM_BLD_push_octet_string(builder, name.cText, point.baseAddress, point.count) == 1
                else { return nil }
            }
            return unsafe pair(type, builder)
        }
        guard let handle = unsafe handle else { throw .invalidKey }
        return unsafe SigningKey(owning: handle, kind)
    }

    private static func pair(_ type: StaticString, _ builder: OpaquePointer) -> OpaquePointer? {
        guard let parameters = unsafe OSSL_PARAM_BLD_to_param(builder) else { return nil }
        defer { unsafe OSSL_PARAM_free(parameters) }
        guard let context = unsafe EVP_PKEY_CTX_new_from_name(nil, type.cText, nil) else { return nil }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        let selection =
            OSSL_KEYMGMT_SELECT_PRIVATE_KEY | OSSL_KEYMGMT_SELECT_PUBLIC_KEY | OSSL_KEYMGMT_SELECT_ALL_PARAMETERS
        var key: OpaquePointer?
        guard unsafe EVP_PKEY_fromdata_init(context) == 1,
            unsafe EVP_PKEY_fromdata(context, &key, selection, parameters) == 1, let key = unsafe key
        else { return nil }
        guard let check = unsafe EVP_PKEY_CTX_new_from_pkey(nil, key, nil) else {
            unsafe EVP_PKEY_free(key)
            return nil
        }
        defer { unsafe EVP_PKEY_CTX_free(check) }
        guard unsafe EVP_PKEY_pairwise_check(check) == 1 else {
            unsafe EVP_PKEY_free(key)
            return nil
        }
        return unsafe key
    }
}
