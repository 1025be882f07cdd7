extension ConfigurationKey {
    private static let deciding: Set<ConfiguredCommand> = [.serve, .explain, .test]
    private static let offline: Set<ConfiguredCommand> = [.explain, .test]

    /// Every key that a file may have, in the order in which they are shown.
    static let all: [ConfigurationKey] = [
        ConfigurationKey("policies", .paths, deciding, default: "policies/"),
        ConfigurationKey("meshConfig", .path, deciding),
        ConfigurationKey("jwks", .files, deciding),
        ConfigurationKey("profile", .choice(ProfileName.allCases.map(\.rawValue)), deciding, default: "sidecar"),
        ConfigurationKey("assumeCustom", .choice(CustomAnswer.allCases.map(\.rawValue)), deciding, default: "deny"),
        ConfigurationKey("provider", .text, deciding, default: "authz"),
        ConfigurationKey("allowSymmetric", .flag, deciding, default: "false"),
        ConfigurationKey("minimumRsaBits", .number(512...16_384), deciding, default: "2048"),
        ConfigurationKey("maximumTokenBytes", .number(1...1_048_576), deciding, default: "16384"),
        ConfigurationKey("allowHttpJwks", .flag, deciding, default: "false"),
        ConfigurationKey("fetchJwks", .flag, offline, default: "false"),
        ConfigurationKey("listen", .address, [.serve], default: "127.0.0.1:9191"),
        ConfigurationKey("adminListen", .address, [.serve, .healthcheck], default: "127.0.0.1:9192"),
        ConfigurationKey("workload", .text, [.serve]),
        ConfigurationKey("trustedProxies", .texts, [.serve]),
        ConfigurationKey("forwardAuth", .texts, [.serve]),
        ConfigurationKey("workloadFromHost", .flag, [.serve], default: "false"),
        ConfigurationKey("reasonHeader", .flag, [.serve], default: "false"),
        ConfigurationKey("enableExplain", .flag, [.serve], default: "false"),
        ConfigurationKey("enableAuthzen", .flag, [.serve], default: "false"),
        ConfigurationKey("authzenUrl", .text, [.serve]),
        ConfigurationKey("failOpen", .flag, [.serve], default: "false"),
        ConfigurationKey("normalizeEnvoyPaths", .flag, [.serve], default: "false"),
        ConfigurationKey("jwksRefresh", .duration, [.serve], default: "5m"),
        ConfigurationKey("jwksMinRefetch", .duration, [.serve], default: "30s"),
        ConfigurationKey("jwksMaxStale", .duration, [.serve], default: "24h"),
        ConfigurationKey("drainTimeout", .duration, [.serve], default: "10s"),
        ConfigurationKey("decisionLog", .flag, [.serve], default: "false"),
        ConfigurationKey("decisionLogSample", .share, [.serve], default: "1"),
        ConfigurationKey("exitCode", .flag, [.explain], default: "false"),
        ConfigurationKey("filter", .text, [.test]),
        ConfigurationKey("failFast", .flag, [.test], default: "false"),
        ConfigurationKey("format", .choice(OutputFormat.allCases.map(\.rawValue)), offline, default: "text"),
        ConfigurationKey("color", .choice(ColorMode.allCases.map(\.rawValue)), offline, default: "auto"),
        ConfigurationKey("quiet", .flag, deciding, default: "false"),
        ConfigurationKey("verbose", .flag, deciding, default: "false"),
    ]
}
