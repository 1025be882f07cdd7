import Foundation

/// Namespaces of the system in which a test may change what is otherwise everybody's.
enum Namespace {
    /// How to run a program in namespaces of its own; `nil` where this host permits none.
    ///
    /// - Parameters:
    ///   - kinds: Letters of `unshare`, such as `n` for the network.
    ///   - keepsUser: Whether the program runs as who runs this, and not as a root that owns nothing else.
    static func command(_ kinds: String, keepsUser: Bool = false) throws -> [String]? {
        let own = keepsUser ? [["-\(kinds)"], ["-c\(kinds)", "--keep-caps"]] : [["-r\(kinds)"], ["-\(kinds)"]]
        for options in own {
            let probe = try Child(URL(filePath: "/usr/bin/unshare"), options + ["true"])
            if try probe.exitStatus() == 0 { return options }
        }
        return nil
    }
}
