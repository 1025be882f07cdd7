internal import AuthzCore

/// The keys of one JWKS document (RFC 7517), each parsed once.
///
/// A class so that snapshots and caches share one: it never changes.
package final class KeySet: Sendable {
    /// Tells this set from every other, also one of the same document.
    let identity = UniqueNumber()
    package let origin: KeyOptions.Origin
    /// SHA-256 of the document, in hexadecimal digits: two sets of one document have the same keys.
    package let digest: String
    /// The keys that verify, in the order of the document. Empty where all that Envoy takes are left out by us; then tokens
    /// fail with ``TokenStatus/signatureInvalid``.
    package let keys: [VerificationKey]
    /// All keys that Envoy would try, in the order of the document: ``keys``, and those that we leave out.
    let candidates: [VerificationKey]
    /// The elements that verify nothing.
    package let skipped: [SkippedKey]

    /// The most elements of `keys` in a set that is not written in a policy.
    ///
    /// Each fitting key may be tried for each forged token without `kid`, and whoever serves the set chooses how many there are.
    package static let maximumElements = 256

    /// Reads a document.
    ///
    /// - Throws: What makes Envoy refuse the set, and ``KeySetError/tooManyKeys(_:)``. Another set with keys that Envoy takes is never
    ///   an error, even when none is left.
    package init(
        jwks document: Span<UInt8>, origin: KeyOptions.Origin, options: KeyOptions = KeyOptions()
    ) throws(KeySetError) {
        self.origin = origin
        digest = SHA256.hexadecimalDigest(of: document)
        guard let root = JSONValue(parsing: document) else { throw .notJSON }
        guard root.isObject else { throw .notJSON }
        guard let member = root["keys"] else { throw .keysMissing }
        guard let elements = member.elements else { throw .keysNotArray }
        guard origin == .inline || elements.count <= Self.maximumElements else { throw .tooManyKeys(elements.count) }
        var parser = KeyParser(options: options, origin: origin)
        var candidates: [VerificationKey] = []
        var skipped: [SkippedKey] = []
        var firstError: KeyError?
        var isUsable = false
        for (index, element) in elements.enumerated() {
            let keyID = KeyParser.keyID(of: element)
            guard element.isObject else {
                skipped.append(SkippedKey(index: index, keyID: nil, reason: .notObject))
                continue
            }
            do throws(KeyError) {
                let result = try parser.parse(element, index: index)
                isUsable = true
                switch result {
                case .key(let key): candidates.append(key)
                case .leftOut(let key, let reason):
                    candidates.append(key)
                    skipped.append(SkippedKey(index: index, keyID: keyID, reason: reason))
                }
            } catch {
                firstError = firstError ?? error
                skipped.append(SkippedKey(index: index, keyID: keyID, reason: .invalid(error)))
            }
        }
        guard isUsable else {
            if let firstError { throw .noValidKey(firstError) }
            throw .noKeys
        }
        self.candidates = candidates
        keys = candidates.filter { !$0.isLeftOut }
        self.skipped = skipped
    }
}
