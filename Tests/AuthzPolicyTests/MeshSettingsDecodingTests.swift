import AuthzCore
import Testing

@testable import AuthzPolicy

@Suite struct MeshSettingsDecodingTests {
    private static let written = """
        rootNamespace: mesh-root
        trustDomain: td1
        trustDomainAliases: [td2, td3]
        caCertificates: [{pem: x, trustDomains: [td4]}, {spiffeBundleUrl: y}]
        pathNormalization: {normalization: MERGE_SLASHES}
        defaultConfig: {gatewayTopology: {numTrustedProxies: 2}, proxyMetadata: {A: b}}
        accessLogFile: /dev/stdout
        extensionProviders:
          - {name: authz, envoyExtAuthzHttp: {service: a.b.svc, port: 9191, timeout: 1s, pathPrefix: /check}}
          - {name: logs, envoyFileAccessLog: {path: /dev/stdout}}
        """

    private static var expected: MeshSettings {
        var settings = MeshSettings()
        settings.rootNamespace = "mesh-root"
        settings.trustDomain = "td1"
        settings.trustDomainAliases = ["td2", "td3"]
        settings.acceptedTrustDomains = ["td4"]
        settings.pathNormalization = .mergeSlashes
        settings.trustedProxyCount = 2
        settings.extensionProviders = [ExtensionProvider(name: "authz", transport: .http)]
        return settings
    }

    private static func indented(_ text: String, by count: Int) -> String {
        text.split(separator: "\n").map { String(repeating: " ", count: count) + $0 + "\n" }.joined()
    }

    @Test("a ConfigMap, an IstioOperator and a file say the same")
    func places() throws {
        let configMap =
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata:\n  mesh: |-\n"
            + Self.indented(Self.written, by: 4)
        let istioOperator =
            "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec:\n  meshConfig:\n"
            + Self.indented(Self.written, by: 4)
        for text in [configMap, istioOperator] {
            let (documents, warnings) = try PolicyLoader.load(text: text, file: "p")
            #expect(documents.mesh == Self.expected)
            #expect(warnings == [])
        }
        let folder = try TemporaryFolder()
        let path = try folder.write(Self.written, to: "mesh.yaml")
        #expect(try PolicyLoader.loadMeshSettings(path: path).settings == Self.expected)
    }

    @Test("istiod's switches stand beside the fields in a file only")
    func switches() throws {
        let text = "skipValidateTrustDomain: true\nselectorBasedGatewayPolicy: false\n"
        let folder = try TemporaryFolder()
        let settings = try PolicyLoader.loadMeshSettings(path: folder.write(text, to: "mesh.yaml")).settings
        #expect(settings.skipsTrustDomainValidation && !settings.selectorBasedGatewayPolicy)

        let configMap =
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio}\ndata:\n  mesh: |\n" + Self.indented(text, by: 4)
        let (documents, warnings) = try PolicyLoader.load(text: configMap, file: "p")
        #expect(documents.mesh?.skipsTrustDomainValidation == false)
        #expect(warnings.map(\.code) == [.unknownSetting, .unknownSetting])
    }

    @Test("what is left out is as Istio has it")
    func defaults() throws {
        let folder = try TemporaryFolder()
        let settings = try PolicyLoader.loadMeshSettings(path: folder.write("# as it is", to: "mesh.yaml")).settings
        var expected = MeshSettings()
        expected.extensionProviders = []
        #expect(settings == expected)
        let named = "pathNormalization: {normalization: DEFAULT}\n"
        let base = try PolicyLoader.loadMeshSettings(path: folder.write(named, to: "base.yaml")).settings
        #expect(base.pathNormalization == .base)
    }

    @Test("an empty file is none of settings: whoever writes it may have cut it first")
    func empty() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(" \n", to: "mesh.yaml")
        let error = #expect(throws: InputError.self) { try PolicyLoader.loadMeshSettings(path: path) }
        #expect(error?.diagnostics.map(\.code) == [.noResources])
    }

    @Test("a file of mesh settings is one document")
    func severalDocuments() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("trustDomain: a\n---\ntrustDomain: b\n", to: "mesh.yaml")
        let error = #expect(throws: InputError.self) { try PolicyLoader.loadMeshSettings(path: path) }
        #expect(error?.diagnostics.map(\.message) == ["the mesh settings are 2 documents"])
    }
}
