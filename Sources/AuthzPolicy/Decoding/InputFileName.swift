/// What a file is, by the end of its name. Upper and lower case count alike.
package enum InputFileName {
    private static let endings = [".yaml", ".yml", ".json"]

    /// Whether it may hold policies or suites.
    package static func isDocument(_ name: String) -> Bool {
        let name = name.lowercased()
        return endings.contains { name.hasSuffix($0) }
    }

    /// Whether it holds suites, and so is never read as policies.
    package static func isSuite(_ name: String) -> Bool {
        let name = name.lowercased()
        return endings.contains { name.hasSuffix("_test\($0)") }
    }
}
