import AuthzCore
import AuthzEngine
import AuthzPolicy
import AuthzToken

/// Policies with the keys and settings beside them, compiled: what commands decide by.
struct OfflinePolicies {
    /// What a loader reads.
    typealias Loaded = (documents: PolicyDocuments, warnings: [Diagnostic])

    var decisionPoint: DecisionPoint
    /// What it was compiled from, with its texts.
    let documents: PolicyDocuments
    /// Settings that took the place of those among the documents.
    let mesh: MeshSettings?
    private let options: CompileOptions
    var warnings: [Diagnostic]
    let sources: SourceTexts
    /// How many documents of kinds that are not read were skipped, by kind.
    let skippedKinds: [String: Int]
    /// Why a fetch brought no keys, by index of the policy set's key sources.
    var keyFailures: [Int: String] = [:]

    /// Reads what the command line names.
    ///
    /// - Parameters:
    ///   - mesh: Takes the place of the command line's mesh settings.
    ///   - keys: Take the place of the command line's keys.
    ///   - keyFiles: The files that hold those, which are no policies.
    ///   - problems: What is known to be odd or wrong with them.
    ///   - previous: The policy set that this one is to follow, if there is one.
    /// - Throws: Everything that is wrong with the policies, or with the mesh settings and keys beside them.
    static func load(
        _ settings: PolicySettings, mesh: MeshSettings? = nil, keys: [KeyDocument]? = nil, keyFiles: [String] = [],
        problems: InputProblems = InputProblems(), after previous: PolicySet? = nil
    ) throws(InputError) -> OfflinePolicies {
        var problems = problems
        var mesh = mesh
        if mesh == nil, let path = settings.meshConfigPath {
            let read = problems.attempt { () throws(InputError) in try PolicyLoader.loadMeshSettings(path: path) }
            mesh = read?.settings
            problems.add(read?.warnings ?? [])
            problems.add(read?.sources ?? SourceTexts())
        }
        let keys = keys ?? KeyDocument.read(settings, &problems)
        return try assemble(settings, mesh: mesh, keys: keys, problems: problems, after: previous) {
            () throws(InputError) in
            try PolicyLoader.load(paths: settings.paths, excluding: settings.keyFiles.map(\.path) + keyFiles)
        }
    }

    /// Reads policies and compiles them.
    ///
    /// - Parameters:
    ///   - mesh: Takes the place of the mesh settings among the policies.
    ///   - problems: What is known to be odd or wrong with the inputs beside the policies.
    /// - Throws: Everything that is wrong.
    static func assemble(
        _ settings: PolicySettings, mesh: MeshSettings?, keys: [KeyDocument],
        problems: InputProblems = InputProblems(), after previous: PolicySet? = nil,
        read: () throws(InputError) -> Loaded
    ) throws(InputError) -> OfflinePolicies {
        var problems = problems
        let keys = OfflineKeys(keys, options: settings.limits.keyOptions, &problems)
        guard let loaded = problems.attempt(read) else { throw problems.error }
        problems.add(loaded.warnings)
        problems.add(loaded.documents.sources)
        let compileOptions = CompileOptions(settings)
        let compiled = problems.attempt { () throws(InputError) in
            try PolicySet.compile(loaded.documents, mesh: mesh, options: compileOptions, after: previous)
        }
        guard let compiled, !problems.hasErrors else { throw problems.error }
        let keySources = compiled.policySet.keySources
        var options = EvaluationOptions()
        options.customAnswer = settings.assumedCustomAnswer == .allow ? .allow : .deny
        options.failsOpen = settings.failsOpen
        options.maximumTokenBytes = settings.limits.maximumTokenBytes
        return OfflinePolicies(
            decisionPoint: DecisionPoint(
                policySet: compiled.policySet, keySets: keys.keySets(for: keySources), options: options),
            documents: loaded.documents, mesh: mesh, options: compileOptions,
            warnings: problems.diagnostics + compiled.warnings + keys.unused(by: keySources),
            sources: problems.sources, skippedKinds: loaded.documents.skippedKinds)
    }

    /// What would decide if other documents stood in the place of these, with the same settings and keys.
    ///
    /// - Throws: What is wrong with them.
    func decisionPoint(for documents: PolicyDocuments) throws(InputError) -> DecisionPoint {
        let point = decisionPoint
        let (policySet, _) = try PolicySet.compile(documents, mesh: mesh, options: options, after: point.policySet)
        var known: [String: KeySet] = [:]
        for (source, keys) in zip(point.policySet.keySources, point.keySets) {
            if let place = source.place, let keys { known[place] = keys }
        }
        return DecisionPoint(
            policySet: policySet, keySets: policySet.keySources.map { $0.place.flatMap { known[$0] } },
            options: point.options, generation: point.generation)
    }

    /// Writes the warnings, and with `-v` what was skipped.
    func report(to console: Console) {
        console.report(warnings, sources)
        if console.settings.isVerbose, let text = skippedText { console.messages.write(text) }
    }

    /// A line that says what was skipped; `nil` where nothing was.
    var skippedText: String? {
        guard !skippedKinds.isEmpty else { return nil }
        let kinds = skippedKinds.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        let text = kinds.map { "\($0.value) \($0.key.quoted)" }.joined(separator: ", ")
        return "authz: skipped documents of kinds that are not read: \(text)\n"
    }
}

extension KeySource {
    /// Where the keys come from; `nil` where they are written in the policy.
    fileprivate var place: String? {
        switch self {
        case .inline: nil
        case .uri(let uri, _): uri
        case .discovery(let issuer, _): issuer
        }
    }
}

extension CompileOptions {
    fileprivate init(_ settings: PolicySettings) {
        self.init()
        ownProvider = settings.provider
        profile = settings.profile
        allowsSymmetricKeys = settings.limits.allowsSymmetricKeys
        minimumRSABits = settings.limits.minimumRSABits
    }
}
