import AuthzCore

extension Trace {
    /// Says where `remote.ip` comes from, where that is not plain.
    mutating func recordRemoteIP(_ client: ForwardedFor.ClientAddress) {
        guard coverage == nil else { return }
        let address = client.address.value.map { "\($0)" } ?? "unknown"
        let note: String? =
            switch client.origin {
            case .written: "remote.ip is \(address), as the request says"
            case .entry(1): "remote.ip is \(address), the last entry of `x-forwarded-for`"
            case .entry(let number):
                "remote.ip is \(address), entry \(number) from the right of `x-forwarded-for` (numTrustedProxies)"
            case .peer(.noHeader): nil
            case .peer(let why): "remote.ip is the peer, \(address): \(Self.text(why))"
            }
        if let note { layers[layers.count - 1].notes.append(note) }
    }

    private static func text(_ why: ForwardedFor.PeerReason) -> String {
        switch why {
        case .noTrustedProxies: "a gateway without trusted proxies does not read `x-forwarded-for`"
        case .tooFewEntries(let wanted): "`x-forwarded-for` has fewer than \(wanted) entries"
        case .notAnAddress(1): "the last entry of `x-forwarded-for` is no bare address"
        case .notAnAddress(let number): "entry \(number) from the right of `x-forwarded-for` is no bare address"
        case .noHeader: "there is no `x-forwarded-for`"
        }
    }
}
