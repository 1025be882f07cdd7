import Foundation
import Testing

/// A token that `authz token mint` made, and its key set.
struct TestToken {
    var token: String
    var keySet: String

    /// - Parameter options: Of `token mint`.
    init(_ claims: String, _ options: String...) throws {
        let child = try Child(Repository.authz, ["token", "mint", "-q"] + options + ["--", claims])
        try #require(try child.exitStatus() == 0)
        let lines = try child.output.split(separator: "\n").map(String.init)
        try #require(lines.count == 2)
        (token, keySet) = (lines[0], lines[1])
    }

    /// What stands behind the second dot.
    var signature: String { token.split(separator: ".").last.map(String.init) ?? "" }

    /// Header and payload, the dot between them included.
    var signed: String { token.split(separator: ".").dropLast().joined(separator: ".") }
}
