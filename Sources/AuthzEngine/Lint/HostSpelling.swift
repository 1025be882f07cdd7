/// Other spellings of a host that lead to the same server.
enum HostSpelling {
    /// The host with another port, in upper case, and without its port.
    static func variants(of host: String) -> [String] {
        var bare = host.split(separator: ":", omittingEmptySubsequences: false).first.map(String.init) ?? host
        // Nobody lists the dot that a resolver takes, and no route is for it.
        while bare.hasSuffix(".") { bare.removeLast() }
        return bare.isEmpty ? [] : ["\(bare):8443", bare.uppercased(), bare]
    }
}
