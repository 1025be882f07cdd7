import AuthzCore
import AuthzEngine
import AuthzServer
import AuthzToken

/// What tokens are verified against, loaded.
struct TokenCheck {
    private enum Judge {
        /// `nil` where no key of the set can be used.
        case keySet(KeySet?, TokenRequirements, isSignatureOnly: Bool)
        case policies(OfflinePolicies, Workload?)
    }

    private let judge: Judge
    /// The longest token that is read.
    let maximumTokenBytes: Int

    /// Loads keys or policies, and reports what is odd about them.
    ///
    /// - Throws: Everything that is wrong with them.
    static func make(_ settings: TokenVerifySettings, _ console: Console) throws(InputError) -> TokenCheck {
        switch settings.against {
        case .keySet(let source):
            let requirements = TokenRequirements(issuer: settings.issuer ?? "", audiences: settings.audiences)
            let keys = try keySet(source, settings, console)
            return TokenCheck(
                judge: .keySet(keys, requirements, isSignatureOnly: settings.isSignatureOnly),
                maximumTokenBytes: settings.limits.maximumTokenBytes)
        case .policies(let chosen, let name):
            var policies = try OfflinePolicies.load(chosen)
            let policySet = policies.decisionPoint.policySet
            let workload = name.flatMap(policySet.workload(named:))
            if let name, workload == nil {
                let place = SourceLocation(file: "--workload", line: 1, column: 1)
                throw InputError([
                    Diagnostic(
                        .error, .unknownWorkload, at: place, "\(name.quoted) is not in the inventory",
                        hint: NameSuggestion.hint(for: name, among: policySet.workloadNames))
                ])
            }
            if let keys = RemoteKeys(chosen, console) { policies = keys.added(to: policies) }
            policies.report(to: console)
            return TokenCheck(
                judge: .policies(policies, workload), maximumTokenBytes: settings.limits.maximumTokenBytes)
        }
    }

    private static func keySet(
        _ source: String, _ settings: TokenVerifySettings, _ console: Console
    ) throws(InputError) -> KeySet? {
        let name = Self.isURL(source) ? "\(KeyLocation.url(source))" : DocumentFile.name(source)
        let place = SourceLocation(file: name, line: 1, column: 1)
        let document = try document(source, settings, place)
        do throws(KeySetError) {
            let keys = try KeySet(jwks: document.span, origin: .fetched, options: settings.limits.keyOptions)
            console.report(keys.skipped.map { $0.warning(at: place) }, SourceTexts())
            return keys
        } catch {
            let severity: Diagnostic.Severity =
                switch error {
                // A set whose keys are all bad is a set: each token is answered with `keys-unavailable`.
                case .noKeys, .noValidKey: .warning
                case .notJSON, .keysMissing, .keysNotArray, .tooManyKeys: .error
                }
            let diagnostic = Diagnostic(
                severity, .unusableKeySet, at: place, "the key set cannot be used: \(error.text)")
            if severity == .error { throw InputError([diagnostic]) }
            console.report([diagnostic], SourceTexts())
            return nil
        }
    }

    private static func document(
        _ source: String, _ settings: TokenVerifySettings, _ place: SourceLocation
    ) throws(InputError) -> [UInt8] {
        guard isURL(source) else { return try DocumentFile.read(source) }
        do throws(FetchError) {
            return try settings.fetching.fetcher.fetch(source).body
        } catch {
            throw InputError([Diagnostic(.error, .unreadableInput, at: place, "it cannot be fetched: \(error)")])
        }
    }

    private static func isURL(_ source: String) -> Bool {
        let scheme = source.prefix { $0 != ":" }.lowercased()
        return (scheme == "http" || scheme == "https") && source.dropFirst(scheme.count).hasPrefix("://")
    }

    /// What is not verified of a token that is valid; empty where its rules or options say what is.
    var unverified: [String] {
        switch judge {
        case .keySet(_, _, isSignatureOnly: true): ["issuer", "audience", "times"]
        case .keySet, .policies: []
        }
    }

    /// Verifies one token.
    func verdict(on token: [UInt8], now: Int64, in workspace: inout TokenWorkspace) -> TokenVerdict {
        switch judge {
        case .keySet(let keys, _, isSignatureOnly: true):
            let status = verifySignature(
                of: token.span, keys: keys, maximumBytes: maximumTokenBytes, in: &workspace)
            return TokenVerdict(status, maximumTokenBytes: maximumTokenBytes)
        case .keySet(let keys, let requirements, isSignatureOnly: false):
            let status = verify(
                token.span, against: requirements, keys: keys, now: now, maximumBytes: maximumTokenBytes,
                in: &workspace)
            return TokenVerdict(status, maximumTokenBytes: maximumTokenBytes)
        case .policies(let policies, let workload):
            let (status, rule) = policies.decisionPoint.check(
                token: token.span, for: workload, now: now, in: &workspace)
            return TokenVerdict(
                status, rule: rule, keyFailure: rule.flatMap { policies.keyFailures[$0.keySource] },
                maximumTokenBytes: maximumTokenBytes)
        }
    }
}
