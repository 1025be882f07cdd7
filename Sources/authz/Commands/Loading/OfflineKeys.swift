import AuthzCore
import AuthzEngine
import AuthzToken

/// Gives the rules of a policy set the key sets that were named for them.
enum OfflineKeys {
    /// The key set of each source, in their order; `nil` where none is named for it or it is written in the policy.
    ///
    /// A rule without `jwksUri` takes the set that is named for its issuer.
    ///
    /// - Throws: What makes a proxy refuse a set, for every set that it refuses.
    static func keySets(
        for sources: [KeySource], from documents: [KeyDocument], options: CompileOptions
    ) throws(InputError) -> (keySets: [KeySet?], warnings: [Diagnostic]) {
        var diagnostics: [Diagnostic] = []
        var keySets: [String: KeySet] = [:]
        let used = Set(sources.compactMap(uri))
        for document in documents {
            if !document.mayBeUnused, !used.contains(document.uri) {
                diagnostics.append(
                    Diagnostic(
                        .warning, .unusedKeySet, at: document.location,
                        "no rule takes its keys from \(document.uri.quoted)"))
            }
            let keyOptions = KeyOptions(
                allowsSymmetricKeys: options.allowsSymmetricKeys, minimumRSABits: options.minimumRSABits)
            do throws(KeySetError) {
                let keySet = try KeySet(
                    jwks: document.bytes.span, origin: .file(document.path), options: keyOptions)
                keySets[document.uri] = keySet
                diagnostics += keySet.skipped.map { key in
                    Diagnostic(.warning, .skippedKey, at: document.location, key.message)
                }
            } catch {
                diagnostics.append(
                    Diagnostic(
                        .error, .unusableKeySet, at: document.location,
                        "the key set of \(document.uri.quoted) cannot be used: \(error.text)"))
            }
        }
        if diagnostics.contains(where: { $0.severity == .error }) { throw InputError(diagnostics) }
        return (sources.map { source in uri(of: source).flatMap { keySets[$0] } }, diagnostics)
    }

    private static func uri(of source: KeySource) -> String? {
        switch source {
        case .inline: nil
        case .uri(let uri, _): uri
        case .discovery(let issuer, _): issuer
        }
    }
}
