import AuthzCore
import AuthzEngine
import AuthzServer
import AuthzToken

/// What tokens are verified against, loaded.
enum TokenCheck {
    /// - Parameter keys: `nil` where none of the set can be used.
    case keySet(KeySet?, TokenRequirements, isSignatureOnly: Bool)
    case policies(DecisionPoint, Workload?)

    /// The longest token that is read.
    static let maximumTokenBytes = EvaluationOptions().maximumTokenBytes

    /// Loads keys or policies, and reports what is odd about them.
    ///
    /// - Throws: Everything that is wrong with them.
    static func make(_ settings: TokenVerifySettings, _ console: Console) throws(InputError) -> TokenCheck {
        switch settings.against {
        case .keySet(let source):
            let requirements = TokenRequirements(issuer: settings.issuer ?? "", audiences: settings.audiences)
            let keys = try keySet(source, settings, console)
            return .keySet(keys, requirements, isSignatureOnly: settings.isSignatureOnly)
        case .policies(let chosen, let name):
            let policies = try OfflinePolicies.load(chosen)
            console.report(policies.warnings, policies.sources)
            let policySet = policies.decisionPoint.policySet
            guard let name else { return .policies(policies.decisionPoint, nil) }
            guard let workload = policySet.workload(named: name) else {
                let place = SourceLocation(file: "--workload", line: 1, column: 1)
                throw InputError([
                    Diagnostic(
                        .error, .unknownWorkload, at: place, "\(name.quoted) is not in the inventory",
                        hint: NameSuggestion.nearest(to: name, among: policySet.workloadNames).map {
                            "did you mean `\($0)`?"
                        })
                ])
            }
            return .policies(policies.decisionPoint, workload)
        }
    }

    private static func keySet(
        _ source: String, _ settings: TokenVerifySettings, _ console: Console
    ) throws(InputError) -> KeySet? {
        let place = SourceLocation(file: DocumentFile.name(source), line: 1, column: 1)
        let document = try document(source, settings, place)
        let options = KeyOptions(allowsSymmetricKeys: settings.allowsSymmetricKeys)
        do throws(KeySetError) {
            let keys = try KeySet(jwks: document.span, origin: .fetched, options: options)
            console.report(
                keys.skipped.map { key in
                    let message = key.reason == .symmetric ? "\(key.message), or with `--allow-symmetric`" : key.message
                    return Diagnostic(.warning, .skippedKey, at: place, message)
                }, SourceTexts())
            return keys
        } catch {
            let severity: Diagnostic.Severity =
                switch error {
                // A set whose keys are all bad is a set: each token is answered with `keys-unavailable`.
                case .noKeys, .noValidKey: .warning
                case .notJSON, .keysMissing, .keysNotArray: .error
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
        guard source.hasPrefix("https://") || source.hasPrefix("http://") else { return try DocumentFile.read(source) }
        var limits = FetchLimits()
        limits.allowsHTTP = settings.allowsHTTP
        do throws(FetchError) {
            return try DocumentFetcher(limits: limits).fetch(source).body
        } catch {
            throw InputError([Diagnostic(.error, .unreadableInput, at: place, "it cannot be fetched: \(error)")])
        }
    }

    /// Verifies one token.
    func verdict(on token: [UInt8], now: Int64, in workspace: inout TokenWorkspace) -> TokenVerdict {
        switch self {
        case .keySet(let keys, _, isSignatureOnly: true):
            let status = verifySignature(
                of: token.span, keys: keys, maximumBytes: Self.maximumTokenBytes, in: &workspace)
            return TokenVerdict(status, rule: nil)
        case .keySet(let keys, let requirements, isSignatureOnly: false):
            let status = verify(
                token.span, against: requirements, keys: keys, now: now, maximumBytes: Self.maximumTokenBytes,
                in: &workspace)
            return TokenVerdict(status, rule: nil)
        case .policies(let point, let workload):
            let (status, rule) = point.check(token: token.span, for: workload, now: now, in: &workspace)
            return TokenVerdict(status, rule: rule)
        }
    }
}
