import Foundation

/// Namespaces of the system in which a test may change what is otherwise everybody's.
enum Namespace {
    /// How to run a program in namespaces of its own; `nil` where this host permits none.
    ///
    /// - Parameter kinds: Letters of `unshare`, such as `n` for the network.
    static func command(_ kinds: String) throws -> [String]? {
        for options in ["-r\(kinds)", "-\(kinds)"] {
            let probe = try Child(URL(filePath: "/usr/bin/unshare"), [options, "true"])
            if try probe.exitStatus() == 0 { return [options] }
        }
        return nil
    }
}
