import AuthzCore
import AuthzPolicy

/// The client's address behind proxies (AuthorizationPolicy dossier 7.5).
enum ForwardedFor {
    /// `remote.ip` and what it was taken from.
    struct ClientAddress: Sendable {
        var address: Attribute<IPAddress>
        var origin: Origin
    }

    enum Origin: Sendable, Equatable {
        /// The caller says it.
        case written
        /// That entry of `x-forwarded-for`, counted from the right and from 1.
        case entry(Int)
        /// The direct peer.
        case peer(PeerReason)
    }

    /// Why it is the direct peer.
    enum PeerReason: Sendable, Equatable {
        case noTrustedProxies
        case noHeader
        case tooFewEntries(wanted: Int)
        case notAnAddress(entry: Int)
    }

    /// At a gateway the N-th entry of `x-forwarded-for` from the right for N trusted proxies, at a sidecar or waypoint the last;
    /// the direct peer where that is no bare address. What the caller says goes before.
    static func clientAddress(
        of request: borrowing CheckRequest, trustedProxyCount: Int, role: Workload.Role
    ) -> ClientAddress {
        if let written = request.source.remoteIP { return ClientAddress(address: written, origin: .written) }
        return forwardedAddress(of: request, trustedProxyCount: trustedProxyCount, role: role)
    }

    /// The same where no header is read.
    static func peerAddress(of request: borrowing CheckRequest) -> ClientAddress {
        if let written = request.source.remoteIP { return ClientAddress(address: written, origin: .written) }
        return peer(of: request, .noHeader)
    }

    private static func peer(of request: borrowing CheckRequest, _ why: PeerReason) -> ClientAddress {
        ClientAddress(address: request.source.ip, origin: .peer(why))
    }

    private static func forwardedAddress(
        of request: borrowing CheckRequest, trustedProxyCount: Int, role: Workload.Role
    ) -> ClientAddress {
        guard let value = request.firstHeader("x-forwarded-for")?.value else { return peer(of: request, .noHeader) }
        var position = 1
        if role == .gateway {
            guard trustedProxyCount > 0 else { return peer(of: request, .noTrustedProxies) }
            position = trustedProxyCount + (request.proxyHasAppendedPeer ? 1 : 0)
        }
        guard let entry = entry(position, fromTheRightOf: value, in: request.storage.span) else {
            return peer(of: request, .tooFewEntries(wanted: position))
        }
        guard let address = IPAddress(parsing: request.storage.span.extracting(entry)) else {
            return peer(of: request, .notAnAddress(entry: position))
        }
        return ClientAddress(address: .known(address), origin: .entry(position))
    }

    private static func entry(_ position: Int, fromTheRightOf value: ByteSlice, in bytes: Span<UInt8>) -> Range<Int>? {
        var end = value.range.upperBound
        var remaining = position
        while true {
            var start = end
            while start > value.range.lowerBound, bytes[start - 1] != UInt8(ascii: ",") { start -= 1 }
            remaining -= 1
            if remaining == 0 {
                while start < end, isBlank(bytes[start]) { start += 1 }
                while end > start, isBlank(bytes[end - 1]) { end -= 1 }
                return start..<end
            }
            guard start > value.range.lowerBound else { return nil }
            end = start - 1
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
}
