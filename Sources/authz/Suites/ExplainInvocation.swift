import AuthzPolicy
import AuthzServer

/// The command by which `authz explain` explains a case.
enum ExplainInvocation {
    static func command(for testCase: SuiteCase, of suite: Suite, _ settings: PolicySettings) -> String {
        var words = ["authz", "explain"]
        let defaults = PolicySettings()
        if case .commandLine = suite.policies {
            if settings.paths != defaults.paths { words += settings.paths.flatMap { ["-p", $0] } }
            if let path = settings.meshConfigPath { words += ["--mesh-config", path] }
        }
        for file in settings.keyFiles { words += ["--jwks", "\(file.uri)=\(file.path)"] }
        if settings.profile != defaults.profile { words += ["--profile", settings.profile.rawValue] }
        if settings.provider != defaults.provider { words += ["--provider", settings.provider] }
        if settings.assumedCustomAnswer != defaults.assumedCustomAnswer, testCase.assumedCustomAnswer == nil {
            words += ["--assume-custom", settings.assumedCustomAnswer.rawValue]
        }
        if settings.limits.allowsSymmetricKeys { words.append("--allow-symmetric") }
        if settings.limits.minimumRSABits != defaults.limits.minimumRSABits {
            words += ["--minimum-rsa-bits", "\(settings.limits.minimumRSABits)"]
        }
        if settings.limits.maximumTokenBytes != defaults.limits.maximumTokenBytes {
            words += ["--maximum-token-bytes", "\(settings.limits.maximumTokenBytes)"]
        }
        if settings.fetching.isOn { words.append("--fetch-jwks") }
        if settings.fetching.fetcher.limits.allowsHTTP { words.append("--allow-http-jwks") }
        words.append(CaseReference(testCase).text)
        return words.map { ShellWord($0).text }.joined(separator: " ")
    }
}
