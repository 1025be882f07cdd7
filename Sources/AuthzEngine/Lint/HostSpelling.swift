/// Other spellings of a host that lead to the same server.
enum HostSpelling {
    /// The host without its port, with another port, and in upper case.
    static func variants(of host: String) -> [String] {
        var bare = host.split(separator: ":", omittingEmptySubsequences: false).first.map(String.init) ?? host
        // Nobody lists the dot that a resolver takes, and no route is for it.
        while bare.hasSuffix(".") { bare.removeLast() }
        return bare.isEmpty ? [] : [bare, "\(bare):8443", bare.uppercased()]
    }
}
