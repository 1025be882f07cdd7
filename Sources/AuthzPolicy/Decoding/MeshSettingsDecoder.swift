package import AuthzCore

/// Decodes the fields of MeshConfig that change decisions, and accepts those that do not.
package struct MeshSettingsDecoder {
    private let collector: DiagnosticCollector

    package init(collector: DiagnosticCollector) {
        self.collector = collector
    }

    /// Decodes a MeshConfig.
    ///
    /// - Parameter allowsSwitches: Whether `skipValidateTrustDomain` and `selectorBasedGatewayPolicy`, which are switches
    ///   of istiod and no fields of MeshConfig, may stand beside them.
    /// - Returns: `nil` for what is no mapping; that has been reported.
    package func decode(_ node: DocumentNode, allowsSwitches: Bool) -> MeshSettings? {
        guard
            var reader = DocumentReader(node, name: "the mesh settings", spelling: .snakeCaseToo, collector: collector)
        else { return nil }
        var settings = MeshSettings()
        if let root = reader.nonEmptyText("rootNamespace") { settings.rootNamespace = root.value }
        if let domain = reader.nonEmptyText("trustDomain") { settings.trustDomain = domain.value }
        settings.trustDomainAliases = reader.nonEmptyTexts("trustDomainAliases").map(\.value)
        for item in reader.list("caCertificates") ?? [] {
            guard
                var certificate = DocumentReader(
                    item, name: "caCertificates", spelling: .snakeCaseToo, collector: collector)
            else { continue }
            settings.acceptedTrustDomains += certificate.nonEmptyTexts("trustDomains").map(\.value)
            for field in ["pem", "spiffeBundleUrl", "certSigners"] { _ = certificate.node(field) }
            warnOfUnknown(certificate)
        }
        if var normalization = reader.reader("pathNormalization") {
            if let mode = pathNormalization(from: &normalization) { settings.pathNormalization = mode }
            warnOfUnknown(normalization)
        }
        if var proxy = reader.reader("defaultConfig") { decodeProxy(&proxy, into: &settings) }
        settings.extensionProviders = ExtensionProviderDecoder(collector: collector)
            .decode(reader.list("extensionProviders") ?? [])
        if allowsSwitches {
            if let skips = reader.boolean("skipValidateTrustDomain") {
                settings.skipsTrustDomainValidation = skips.value
            }
            if let policy = reader.boolean("selectorBasedGatewayPolicy") {
                settings.selectorBasedGatewayPolicy = policy.value
            }
        }
        for field in Self.neutralFields { _ = reader.node(field) }
        warnOfUnknown(reader)
        return settings
    }

    private func pathNormalization(from reader: inout DocumentReader) -> MeshSettings.PathNormalization? {
        guard let text = reader.text("normalization") else { return nil }
        if text.value == "DEFAULT" { return .base }
        if let mode = MeshSettings.PathNormalization(rawValue: text.value) { return mode }
        reader.unknownValue(
            text, of: "normalization",
            expected: ["DEFAULT"] + MeshSettings.PathNormalization.allCases.map(\.rawValue))
        return nil
    }

    private func decodeProxy(_ proxy: inout DocumentReader, into settings: inout MeshSettings) {
        if var topology = proxy.reader("gatewayTopology") {
            if let count = topology.integer("numTrustedProxies", in: 0...Int64(UInt32.max)) {
                settings.trustedProxyCount = Int(count.value)
            }
            for field in ["forwardClientCertDetails", "proxyProtocol"] { _ = topology.node(field) }
            warnOfUnknown(topology)
        }
        if proxy.node("connectionSettings") != nil, let place = proxy.keyLocation("connectionSettings") {
            collector.error(
                .unsupportedSetting, at: place, "`connectionSettings` is not supported",
                label: "it changes how proxies read requests, so decisions could differ",
                hint: "leave it out, here and in the mesh")
        }
        for field in Self.neutralProxyFields { _ = proxy.node(field) }
        warnOfUnknown(proxy)
    }

    private func warnOfUnknown(_ reader: DocumentReader) {
        reader.finish(as: .warning, code: .unknownSetting)
    }

    private static let neutralFields = [
        "accessLogEncoding", "accessLogFile", "accessLogFormat", "ca", "certificates", "configSources",
        "connectTimeout", "defaultDestinationRuleExportTo", "defaultHttpRetryPolicy", "defaultProviders",
        "defaultServiceExportTo", "defaultVirtualServiceExportTo", "disableEnvoyListenerLog", "discoverySelectors",
        "dnsRefreshRate", "enableAutoMtls", "enableEnvoyAccessLogService", "enablePrometheusMerge", "enableTracing",
        "h2UpgradePolicy", "inboundClusterStatName", "inboundTrafficPolicy", "ingressClass", "ingressControllerMode",
        "ingressSelector", "ingressService", "localityLbSetting", "meshMTLS", "outboundClusterStatName",
        "outboundTrafficPolicy", "protocolDetectionTimeout", "proxyHttpPort", "proxyInboundListenPort",
        "proxyListenPort", "serviceScopeConfigs", "serviceSettings", "tcpKeepalive", "thriftConfig", "tlsDefaults",
        "verifyCertificateAtClient",
    ]

    private static let neutralProxyFields = [
        "availabilityZone", "binaryPath", "caCertificatesPem", "concurrency", "configPath", "connectTimeout",
        "controlPlaneAuthPolicy", "customConfigFile", "discoveryAddress", "discoveryRefreshDelay", "drainDuration",
        "envoyAccessLogService", "envoyMetricsService", "envoyMetricsServiceAddress", "extraStatTags",
        "fileFlushInterval", "fileFlushMinSizeKb", "holdApplicationUntilProxyStarts", "image", "interceptionMode",
        "meshId", "parentShutdownDuration", "privateKeyProvider", "proxyAdminPort", "proxyBootstrapTemplatePath",
        "proxyHeaders", "proxyMetadata", "proxyStatsMatcher", "readinessProbe", "runtimeValues", "sds",
        "serviceCluster", "statNameLength", "statsCompression", "statsdUdpAddress", "statusPort",
        "terminationDrainDuration", "tracing", "tracingServiceName", "zipkinAddress",
    ]
}
