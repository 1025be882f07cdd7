import AuthzCore
import AuthzEngine
import AuthzToken

/// The key sets that were named for rules, judged: on the command line, or in a suite.
struct OfflineKeys {
    /// By the URI that each stands for.
    private var keySets: [String: KeySet] = [:]
    private let documents: [KeyDocument]

    /// - Parameter problems: Takes what makes a proxy refuse a set, for every set that it refuses, and the keys left out.
    init(_ documents: [KeyDocument], options: KeyOptions, _ problems: inout InputProblems) {
        self.documents = documents
        for document in documents {
            do throws(KeySetError) {
                let origin: KeyOptions.Origin =
                    document.path.map { .file($0) } ?? .configuration(document.location.description)
                let keySet = try KeySet(jwks: document.bytes.span, origin: origin, options: options)
                keySets[document.uri] = keySet
                problems.add(keySet.skipped.map { $0.warning(at: document.location) })
            } catch {
                problems.add([
                    Diagnostic(
                        .error, .unusableKeySet, at: document.location,
                        "the key set of \(RedactedURL.text(of: document.uri).quoted) cannot be used: \(error.text)")
                ])
            }
        }
    }

    /// The key set of each source, in their order; `nil` where none is named for it or it is written in the policy.
    ///
    /// A rule without `jwksUri` takes the set that is named for its issuer.
    func keySets(for sources: [KeySource]) -> [KeySet?] {
        sources.map { source in Self.uri(of: source).flatMap { keySets[$0] } }
    }

    /// A warning for each set that no source asks for.
    func unused(by sources: [KeySource]) -> [Diagnostic] {
        let used = Set(sources.compactMap(Self.uri))
        return documents.filter { !$0.mayBeUnused && !used.contains($0.uri) }.map { document in
            Diagnostic(
                .warning, .unusedKeySet, at: document.location,
                "no rule takes its keys from \(RedactedURL.text(of: document.uri).quoted)")
        }
    }

    private static func uri(of source: KeySource) -> String? {
        switch source {
        case .inline: nil
        case .uri(let uri, _): uri
        case .discovery(let issuer, _): issuer
        }
    }
}
