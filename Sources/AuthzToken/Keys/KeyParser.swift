internal import AuthzCore

/// Reads one element of `keys`, with the checks of Envoy in their order and then ours.
struct KeyParser {
    enum Outcome {
        case key(VerificationKey)
        /// Envoy takes the key, we leave it out.
        case leftOut(VerificationKey, SkippedKey.Reason)
    }

    let options: KeyOptions
    let origin: KeyOptions.Origin
    private var buffer: [UInt8] = []
    private var paddedMember: String?

    init(options: KeyOptions, origin: KeyOptions.Origin) {
        self.options = options
        self.origin = origin
    }

    /// - Throws: Why Envoy does not take the key.
    /// - Returns: The key, or why we leave out one that Envoy takes.
    mutating func parse(
        _ element: JSONValue, index: Int
    ) throws(KeyError) -> Outcome {
        paddedMember = nil
        let algorithm = Self.nonEmpty(element["alg"]?.string)
        let material = try parseMaterial(element, algorithm: algorithm ?? "")
        let reason = refusal(of: element, material)
        let key = VerificationKey(
            index: index, keyID: Self.keyID(of: element), algorithmName: algorithm, material: material,
            isLeftOut: reason != nil)
        return reason.map { .leftOut(key, $0) } ?? .key(key)
    }

    /// `kid`, where it is a string and not empty.
    static func keyID(of element: JSONValue) -> String? {
        nonEmpty(element["kid"]?.string)
    }

    private static func nonEmpty(_ text: String?) -> String? {
        text?.isEmpty == true ? nil : text
    }

    private mutating func parseMaterial(
        _ element: JSONValue, algorithm: String
    ) throws(KeyError) -> VerificationKey.Material {
        let type = try Self.text(element["kty"], missing: .typeMissing, notString: .typeNotString)
        if type.isExactly("RSA") { return try parseRSA(element, algorithm: algorithm) }
        if type.isExactly("EC") { return try parseEC(element, algorithm: algorithm) }
        if type.isExactly("oct") { return try parseOct(element, algorithm: algorithm) }
        if type.isExactly("OKP") { return try parseOKP(element, algorithm: algorithm) }
        throw .typeNotSupported
    }

    private mutating func parseRSA(
        _ element: JSONValue, algorithm: String
    ) throws(KeyError) -> VerificationKey.Material {
        guard algorithm.isEmpty || algorithm.begins(with: "RS") || algorithm.begins(with: "PS") else {
            throw .rsaAlgorithm
        }
        let n = try Self.text(element["n"], missing: .rsaModulusMissing, notString: .rsaModulusNotString)
        let e = try Self.text(element["e"], missing: .rsaExponentMissing, notString: .rsaExponentNotString)
        guard let modulus = integer(n, member: "n"), let exponent = integer(e, member: "e") else {
            throw .rsaInvalid
        }
        // The limits are those of the library in Envoy 1.40.
        guard exponent == [3] || exponent == [1, 0, 1], let last = modulus.last, last & 1 == 1 else {
            throw .rsaInvalid
        }
        let bits = modulus.count * 8 - modulus[0].leadingZeroBitCount
        guard (512...16384).contains(bits), let key = PublicKey.rsa(modulus: modulus, exponent: exponent) else {
            throw .rsaInvalid
        }
        return .rsa(key, bits: bits)
    }

    private mutating func parseEC(
        _ element: JSONValue, algorithm: String
    ) throws(KeyError) -> VerificationKey.Material {
        guard algorithm.isEmpty || algorithm.begins(with: "ES") else { throw .ecAlgorithm }
        var curveName = ""
        if let crv = element["crv"] {
            guard let text = crv.string else { throw .ecCurveNotString }
            curveName = text
        }
        let byAlgorithm = EllipticCurve.allCases.first { algorithm.isExactly($0.algorithm.name) }
        let byName = EllipticCurve.allCases.first { curveName.isExactly($0.name) }
        if !algorithm.isEmpty, !curveName.isEmpty {
            guard let byAlgorithm, byAlgorithm == byName else { throw .ecCurveNotOfAlgorithm }
        }
        let isUnnamed = algorithm.isEmpty && curveName.isEmpty
        guard let curve = byAlgorithm ?? byName ?? (isUnnamed ? .p256 : nil) else { throw .ecCurveNotSupported }
        let x = try Self.text(element["x"], missing: .ecXMissing, notString: .ecXNotString)
        let y = try Self.text(element["y"], missing: .ecYMissing, notString: .ecYNotString)
        guard let x = integer(x, member: "x"), let y = integer(y, member: "y") else { throw .ecNotBase64URL }
        let size = curve.coordinateBytes
        guard x.count <= size, y.count <= size else { throw .ecInvalid }
        let padded = [x, y].map { [UInt8](repeating: 0, count: size - $0.count) + $0 }
        guard let key = PublicKey.ecdsa(curve, x: padded[0], y: padded[1]) else { throw .ecInvalid }
        return .ecdsa(key, curve)
    }

    private mutating func parseOct(
        _ element: JSONValue, algorithm: String
    ) throws(KeyError) -> VerificationKey.Material {
        // Unlike the other types, where any name with the right beginning will do.
        guard algorithm.isEmpty || ["HS256", "HS384", "HS512"].contains(where: { algorithm.isExactly($0) }) else {
            throw .octAlgorithm
        }
        let k = try Self.text(element["k"], missing: .octMissing, notString: .octNotString)
        guard let key = decode(k, member: "k"), !key.isEmpty else { throw .octNotBase64URL }
        return .symmetric(key)
    }

    private mutating func parseOKP(
        _ element: JSONValue, algorithm: String
    ) throws(KeyError) -> VerificationKey.Material {
        guard algorithm.isEmpty || algorithm.isExactly("EdDSA") else { throw .okpAlgorithm }
        let curve = try Self.text(element["crv"], missing: .okpCurveMissing, notString: .okpCurveNotString)
        guard curve.isExactly("Ed25519") else { throw .okpCurveNotSupported }
        let x = try Self.text(element["x"], missing: .okpXMissing, notString: .okpXNotString)
        guard let bytes = decode(x, member: "x") else { throw .okpNotBase64URL }
        guard bytes.count == 32, let key = PublicKey.ed25519(bytes) else { throw .okpWrongLength }
        return .ed25519(key)
    }

    /// Why we leave out a key that Envoy takes.
    private func refusal(of element: JSONValue, _ material: VerificationKey.Material) -> SkippedKey.Reason? {
        if let paddedMember { return .padded(member: paddedMember) }
        if let use = element["use"], use.string?.isExactly("sig") != true { return .notForSignatures }
        if let operations = element["key_ops"] {
            let names = operations.elements ?? []
            guard names.contains(where: { $0.string?.isExactly("verify") == true }) else { return .notForVerification }
        }
        switch material {
        case .rsa(_, let bits) where bits < options.minimumRSABits:
            return .modulusTooShort(bits: bits, minimum: options.minimumRSABits)
        case .symmetric where origin != .inline && !options.allowsSymmetricKeys: return .symmetric
        case .rsa, .ecdsa, .ed25519, .symmetric: return nil
        }
    }

    private static func text(
        _ value: JSONValue?, missing: KeyError, notString: KeyError
    ) throws(KeyError) -> String {
        guard let value else { throw missing }
        guard let text = value.string else { throw notString }
        return text
    }

    private mutating func decode(_ text: String, member: String) -> [UInt8]? {
        // Envoy takes `.` for padding, too. In a token it stands between the pieces.
        let encoded = text.utf8.map { $0 == UInt8(ascii: ".") ? UInt8(ascii: "=") : $0 }
        guard let deviations = Base64URL.decode(encoded.span, into: &buffer) else { return nil }
        if deviations.contains(.padding), paddedMember == nil { paddedMember = member }
        return buffer
    }

    /// Decodes a number without its leading zeros.
    private mutating func integer(_ text: String, member: String) -> [UInt8]? {
        decode(text, member: member).map { Array($0.drop { $0 == 0 }) }
    }
}

// Bytes, because `==` of strings takes canonically equivalent characters for one: the Kelvin sign for `K`.
extension String {
    fileprivate func isExactly(_ other: StaticString) -> Bool {
        utf8.span.isEqual(to: other)
    }

    fileprivate func begins(with prefix: StaticString) -> Bool {
        utf8.span.hasPrefix(prefix)
    }
}
