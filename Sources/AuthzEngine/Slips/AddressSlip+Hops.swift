import AuthzCore

extension Program {
    /// The slip of blocks that hold an entry of `x-forwarded-for` at a gateway, where `remote.ip` is another: the mesh settings say how many
    /// proxies stand in front. `nil` where they hold none.
    func hopSlip(
        of test: Test, at role: Workload.Role, _ request: borrowing CheckRequest, _ facts: Facts,
        claims: borrowing VerifiedClaims
    ) -> AddressSlip? {
        guard test.attribute == .remoteIP, role == .gateway, let address = facts.remoteIP.value else { return nil }
        let source = sources[Int(test.source)]
        var own = test
        own.isNegated = false
        guard outcome(of: own, for: request, facts, claims: claims, caution: .allowing) == .differs else { return nil }
        var seen = facts
        var entries = Self.forwardedAddresses(of: request)
        // The gateway has put its peer behind them by now.
        if let last = entries.last, last == facts.sourceIP.value { entries.removeLast() }
        for (index, entry) in entries.reversed().enumerated() where entry != address {
            seen.client.address = .known(entry)
            for (pattern, written) in zip(test.patterns, source.values.map(\.value)) {
                own.patterns = pattern..<pattern + 1
                guard outcome(of: own, for: request, seen, claims: claims, caution: .allowing) == .matches else {
                    continue
                }
                let count = index + 1
                let proxies = count == 1 ? "one proxy stands" : "\(count) proxies stand"
                return AddressSlip(
                    written: written, isClientsWord: true,
                    slip: Slip(
                        "`remote.ip` is `\(address)`, and `\(entry)` of `x-forwarded-for` lies in `\(written)`: where \(proxies) in front of the gateway, the mesh settings need `defaultConfig.gatewayTopology.numTrustedProxies: \(count)`"
                    ))
            }
        }
        return nil
    }

    /// The entries that are addresses, the first one first, as far as no entry is none.
    private static func forwardedAddresses(of request: borrowing CheckRequest) -> [IPAddress] {
        var entries: [Substring] = []
        var lines: [String] = []
        for field in request.operation.headers where request.text(field.name).lowercased() == "x-forwarded-for" {
            lines.append(request.text(field.value))
        }
        for line in lines { entries += line.split(separator: ",", omittingEmptySubsequences: false) }
        guard entries.count <= maximumEntries else { return [] }
        return entries.compactMap { entry in
            let text = entry.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
            return IPAddress(parsing: String(text).utf8Span.span)
        }
    }

    private static let maximumEntries = 16
}
