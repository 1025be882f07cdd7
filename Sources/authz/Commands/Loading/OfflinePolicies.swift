import AuthzCore
import AuthzEngine
import AuthzPolicy
import AuthzToken

/// Policies with the keys and settings beside them, compiled: what `explain` and `test` decide by, without a network.
struct OfflinePolicies {
    let decisionPoint: DecisionPoint
    let warnings: [Diagnostic]
    let sources: SourceTexts

    /// Reads what the command line names.
    ///
    /// - Parameters:
    ///   - mesh: Takes the place of the command line's mesh settings.
    ///   - keys: Take the place of the command line's keys.
    /// - Throws: Everything that is wrong with the policies, or with the mesh settings and keys beside them.
    static func load(
        _ settings: PolicySettings, mesh: MeshSettings? = nil, keys: [KeyDocument]? = nil
    ) throws(InputError) -> OfflinePolicies {
        var loaded = try PolicyLoader.load(
            paths: settings.paths, excluding: settings.keyFiles.map(\.path))
        var mesh = mesh
        var warnings = loaded.warnings
        if mesh == nil, let path = settings.meshConfigPath {
            let read = try PolicyLoader.loadMeshSettings(path: path)
            mesh = read.settings
            warnings += read.warnings
            loaded.documents.sources.merge(read.sources)
        }
        let keys = if let keys { keys } else { try KeyDocument.read(settings.keyFiles) }
        return try compile(loaded.documents, mesh: mesh, keys: keys, settings, warnings: warnings)
    }

    /// Compiles policies that have been read.
    ///
    /// - Parameter mesh: Takes the place of the mesh settings among the documents.
    static func compile(
        _ documents: PolicyDocuments, mesh: MeshSettings?, keys: [KeyDocument], _ settings: PolicySettings,
        warnings: [Diagnostic]
    ) throws(InputError) -> OfflinePolicies {
        var compileOptions = CompileOptions()
        compileOptions.ownProvider = settings.provider
        compileOptions.allowsSymmetricKeys = settings.allowsSymmetricKeys
        compileOptions.profile = settings.profile
        let compiled: (policySet: PolicySet, warnings: [Diagnostic])
        do throws(InputError) {
            compiled = try PolicySet.compile(documents, mesh: mesh, options: compileOptions)
        } catch {
            throw InputError(warnings + error.diagnostics, sources: documents.sources)
        }
        let (keySets, keyWarnings) = try OfflineKeys.keySets(
            for: compiled.policySet.keySources, from: keys, options: compileOptions)
        var options = EvaluationOptions()
        options.customAnswer = settings.assumedCustomAnswer == .allow ? .allow : .deny
        return OfflinePolicies(
            decisionPoint: DecisionPoint(policySet: compiled.policySet, keySets: keySets, options: options),
            warnings: warnings + compiled.warnings + keyWarnings, sources: documents.sources)
    }
}
