import AuthzCore
import AuthzEngine
import AuthzServer
import AuthzToken

/// Fetches the key sets that rules name, for commands that decide offline under `--fetch-jwks`.
///
/// A class because the suites of one run share what it has fetched: each place is asked once.
final class RemoteKeys {
    private let fetch: KeySetFetch
    private let console: Console
    private var known: [KeyLocation: KeySetFetch.Answer] = [:]

    /// `nil` where nothing may be fetched.
    init?(_ settings: PolicySettings, _ console: Console) {
        guard settings.fetching.isOn else { return nil }
        fetch = KeySetFetch(fetcher: settings.fetching.fetcher, options: settings.limits.keyOptions)
        self.console = console
    }

    /// The policies with the keys that they lacked. What cannot be fetched is a warning, and its rules stay without keys.
    func added(to policies: OfflinePolicies) -> OfflinePolicies {
        let point = policies.decisionPoint
        let sources = RemoteKeySource.all(of: point)
        ask(sources)
        var result = policies
        var keySets = point.keySets
        for source in sources {
            let place =
                point.policySet.location(ofKeySource: source.index) ?? SourceLocation(file: "", line: 1, column: 1)
            switch known[source.location] {
            case .keys(let keySet):
                keySets[source.index] = keySet
                result.warnings += keySet.skipped.map { $0.warning(at: place) }
            case .failed(let reason):
                result.keyFailures[source.index] = reason
                result.warnings.append(
                    Diagnostic(
                        .warning, .keysNotFetched, at: place,
                        "the keys of this rule cannot be fetched from \("\(source.location)".quoted): \(reason)"))
            case nil: break
            }
        }
        result.decisionPoint = DecisionPoint(
            policySet: point.policySet, keySets: keySets, options: point.options, generation: point.generation)
        return result
    }

    /// Asks the places that have not been asked.
    private func ask(_ sources: [RemoteKeySource]) {
        var open: [KeyLocation: RemoteKeySource] = [:]
        for source in sources where known[source.location] == nil {
            var source = source
            source.timeout = max(source.timeout, open[source.location]?.timeout ?? .zero)
            open[source.location] = source
        }
        let asked = open.values.sorted { $0.index < $1.index }
        var progress = ProgressLine(console)
        let answers = fetch.answers(from: asked) { done in
            progress.show("fetching key sets: \(done) of \(asked.count)")
        }
        progress.clear()
        for (source, answer) in zip(asked, answers) { known[source.location] = answer }
    }
}
