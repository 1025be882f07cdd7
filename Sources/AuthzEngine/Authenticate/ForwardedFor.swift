import AuthzCore
import AuthzPolicy

/// The client's address behind proxies (AuthorizationPolicy dossier 7.5).
enum ForwardedFor {
    /// At a gateway the N-th entry of `x-forwarded-for` from the right for N trusted proxies, at a sidecar or waypoint the last;
    /// the direct peer where that is no bare address.
    static func clientAddress(
        of request: borrowing CheckRequest, mesh: MeshSettings, role: Workload.Role
    ) -> Attribute<IPAddress> {
        var position = 1
        if role == .gateway {
            guard mesh.trustedProxyCount > 0 else { return request.source.ip }
            position = mesh.trustedProxyCount + (request.proxyHasAppendedPeer ? 1 : 0)
        }
        guard let value = request.firstHeader("x-forwarded-for")?.value,
            let entry = entry(position, fromTheRightOf: value, in: request.storage.span),
            let address = IPAddress(parsing: request.storage.span.extracting(entry))
        else { return request.source.ip }
        return .known(address)
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
