import AuthzCore

/// Blocks that stand beside the wrong one of the two addresses of a caller: the connection's, which is the last proxy's, and the client's.
struct AddressSlip {
    /// The block that holds the other address.
    var written: String
    /// The field or condition key that was probably meant; `nil` where to read the other address would let in whom the block keeps out.
    var field: String?
    /// Whether the other address is one that the client says of itself.
    var isClientsWord = false
    var slip: Slip

    private static let pairs = [
        "ipBlocks": "remoteIpBlocks", "notIpBlocks": "notRemoteIpBlocks", "source.ip": "remote.ip",
    ]

    fileprivate static func other(_ field: String) -> String? {
        pairs[field] ?? pairs.first { $0.value == field }?.key
    }
}

extension Program {
    /// The slip of a test whose blocks do not hold the address that it reads, but the other one; `nil` where they hold both or neither.
    ///
    /// - Parameter role: That of the workload. Only a gateway knows by its trusted proxies which entry of `x-forwarded-for` is true.
    func addressSlip(
        of test: Test, at role: Workload.Role, _ request: borrowing CheckRequest, _ facts: Facts,
        claims: borrowing VerifiedClaims
    ) -> AddressSlip? {
        let isSource = test.attribute == .sourceIP
        let source = sources[Int(test.source)]
        guard isSource || test.attribute == .remoteIP, let field = AddressSlip.other(source.field),
            let address = isSource ? facts.remoteIP.value : facts.sourceIP.value
        else { return nil }
        var own = test
        own.isNegated = false
        guard outcome(of: own, for: request, facts, claims: claims, caution: .allowing) == .differs else { return nil }
        var other = own
        other.attribute = isSource ? .remoteIP : .sourceIP
        for (index, written) in zip(test.patterns, source.values.map(\.value)) {
            other.patterns = index..<index + 1
            guard outcome(of: other, for: request, facts, claims: claims, caution: .allowing) == .matches else {
                continue
            }
            let name = isSource ? "remote.ip" : "source.ip"
            let fits = written == "\(address)" ? "" : ", which lies in `\(written)`"
            let start = "`\(name)` is `\(address)`\(fits)"
            guard isSource else {
                // Whoever comes through the proxy comes from its address.
                return AddressSlip(
                    written: written,
                    slip: Slip("\(start), but that is the last proxy, from which all come who come through it"))
            }
            guard role == .gateway else {
                return AddressSlip(
                    written: written, isClientsWord: true,
                    slip: Slip(
                        "\(start), but `x-forwarded-for` is the client's word at a \(role.rawValue): test it at the gateway"
                    ))
            }
            return AddressSlip(written: written, field: field, slip: Slip("\(start): is `\(field)` meant?"))
        }
        return nil
    }
}
